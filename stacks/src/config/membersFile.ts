import type { z } from "zod";
import type { LeafPorts } from "./connection";
import { has } from "./defaults";
import { keysIn, memberKeys, type Keys } from "./keys";
import { membersOfCsv } from "./membersCsv";
import { membersOfYaml } from "./membersYaml";
import { unreadable, type Problem, type WrittenMembers } from "./writtenMembers";

/** In characters; ten thousand members have some three million. */
const longestFile = 16 * 1024 * 1024;

/**
 * The members listed in a file, YAML or CSV by its ending. A list that is empty is refused, since all members would
 * leave: a file cut short must not end a federation.
 */
export function readMembersFile(
  path: string,
  readFile: LeafPorts<unknown>["readFile"],
  schema: z.core.$ZodType,
): WrittenMembers {
  const format = /\.(csv|ya?ml)$/i.exec(path)?.[1]?.toLowerCase();
  if (format === undefined) return unreadable({ message: "expected a file that ends with .csv, .yaml or .yml" });
  const read = readFile(path);
  if ("problem" in read) return unreadable({ message: read.problem });
  if (read.content.length > longestFile) return unreadable({ message: "is too long" });
  const keys = memberKeys();
  const list = format === "csv" ? membersOfCsv(read.content, keys, schema) : membersOfYaml(read.content);
  if (list.problems.length > 0) return list;
  if (list.members.length === 0) return unreadable({ message: "has no members; for all to leave, give members: []" });
  return { ...list, problems: secretsIn(list, secretPaths(keys)) };
}

function secretsIn({ members }: WrittenMembers, secrets: readonly (readonly string[])[]): Problem[] {
  return members.flatMap((member, index) =>
    secrets
      .filter((path) => has(member, path))
      .map((path) => ({
        path: ["membersFile", index, ...path],
        message: "secrets do not belong in a members file: refer to them, or set them as secrets in defaults",
      })),
  );
}

function secretPaths(keys: Keys): string[][] {
  return keysIn(keys).flatMap(([name, key]) =>
    isSecret(key) || isSecret(key.additionalProperties) ? [[name]] : secretPaths(key).map((path) => [name, ...path]),
  );
}

function isSecret(key: Keys["additionalProperties"]): boolean {
  return typeof key === "object" && key.writeOnly === true;
}
