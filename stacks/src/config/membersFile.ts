import { valueAt } from "@fedjoin/provider/internal/values";
import type * as z from "zod";
import type { SchemaContext } from "./context";
import { propertiesOf, memberJsonSchema, type JsonSchema } from "./jsonSchema";
import { membersOfCsv } from "./membersCsv";
import { membersOfYaml } from "./membersYaml";
import { unreadableMembers, type Problem, type RawMembers } from "./rawMembers";

/** In characters; ten thousand members have some three million. */
const maxLength = 16 * 1024 * 1024;

/**
 * Reads the members in a file, YAML or CSV by its extension. An empty list is refused, because all members would leave: a
 * truncated file must not end a federation.
 */
export function readMembersFile(
  path: string,
  readFile: SchemaContext<unknown>["readFile"],
  schema: z.core.$ZodType,
): RawMembers {
  const format = /\.(csv|ya?ml)$/i.exec(path)?.[1]?.toLowerCase();
  if (format === undefined) return unreadableMembers({ message: "expected a file that ends with .csv, .yaml or .yml" });
  const read = readFile(path);
  if ("problem" in read) return unreadableMembers({ message: read.problem });
  if (read.content.length > maxLength) return unreadableMembers({ message: "is too long" });
  const keys = memberJsonSchema();
  const list = format === "csv" ? membersOfCsv(read.content, keys, schema) : membersOfYaml(read.content);
  if (list.problems.length > 0) return list;
  if (list.members.length === 0)
    return unreadableMembers({ message: "has no members; for all to leave, give members: []" });
  return { ...list, problems: findSecrets(list, secretPaths(keys)) };
}

function findSecrets({ members }: RawMembers, secrets: readonly (readonly string[])[]): Problem[] {
  return members.flatMap((member, index) =>
    secrets
      .filter((path) => valueAt(member, path) !== undefined)
      .map((path) => ({
        path: ["membersFile", index, ...path],
        message: "secrets do not belong in a members file: refer to them, or set them as secrets in defaults",
      })),
  );
}

function secretPaths(keys: JsonSchema): string[][] {
  return propertiesOf(keys).flatMap(([name, key]) =>
    isSecret(key) || isSecret(key.additionalProperties) ? [[name]] : secretPaths(key).map((path) => [name, ...path]),
  );
}

function isSecret(key: JsonSchema["additionalProperties"]): boolean {
  return typeof key === "object" && key.writeOnly === true;
}
