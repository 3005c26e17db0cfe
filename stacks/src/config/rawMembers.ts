/** A problem and its path. Never repeats a value. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** The line in the members file. */
  readonly line?: number | undefined;
}

/** The members as written, in the stack's configuration or in a file. */
export interface RawMembers {
  /** The configuration key that they come from. */
  readonly section: "members" | "membersFile";
  readonly members: readonly unknown[];
  readonly problems: readonly Problem[];
  /** The line of a path in the file, if they come from one. */
  readonly lineOf: (index: number, path: readonly PropertyKey[]) => number | undefined;
}

/** A file that cannot be read: no members, only problems. */
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
