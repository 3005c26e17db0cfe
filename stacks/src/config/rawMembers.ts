/** One thing wrong: where, and what. Never repeats a value. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** In the members file. */
  readonly line?: number | undefined;
}

/** The members as they are written, in the stack's configuration or in a file. */
export interface RawMembers {
  /** The key of the configuration that gives them. */
  readonly section: "members" | "membersFile";
  readonly members: readonly unknown[];
  readonly problems: readonly Problem[];
  /** Where it stands in the file, if it came from one. */
  readonly lineOf: (index: number, path: readonly PropertyKey[]) => number | undefined;
}

/** What cannot be read has no members. */
export function unreadableMembers(
  ...problems: readonly { readonly message: string; readonly line?: number }[]
): RawMembers {
  return {
    section: "membersFile",
    members: [],
    problems: problems.map((problem) => ({ path: ["membersFile"], ...problem })),
    lineOf: () => undefined,
  };
}
