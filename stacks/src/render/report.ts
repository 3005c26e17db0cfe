import type { Rendered } from "./renderMembers";

/** Reports what was written, which members were skipped, and which Secrets are required. */
export function renderReport({ files, members, skipped, requiredSecrets }: Rendered, out: string): string {
  const secrets = [...requiredSecrets].flatMap(([storeId, each]) =>
    each.map(({ namespace, name, keys }) => {
      const holding = keys.length === 0 ? "" : ` with ${keys.join(", ")}`;
      return `  ${storeId}: Secret ${namespace}/${name}${holding}`;
    }),
  );
  return [
    `${count(files.size, "file")} for ${count(members.length, "member")} in ${out}`,
    ...(skipped.length === 0 ? [] : [skippedNote(skipped)]),
    ...(secrets.length === 0 ? [] : ["to be provided:", ...secrets]),
    "",
  ].join("\n");
}

/** Why members were skipped, and what they need instead. */
export function skippedNote(leftOut: readonly string[]): string {
  return `left out, since a FedJoin joins them (joinedBy: pulumi), which takes pulumi up: ${leftOut.join(", ")}`;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}
