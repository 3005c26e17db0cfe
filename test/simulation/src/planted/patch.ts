/** A planted defect: a small change of the product's sources. */
export interface Patch {
  /** The defect in plain words: the first line of the patch. */
  readonly defect: string;
  /** The test that notices the defect, if the search cannot. */
  readonly noticedBy: string | undefined;
  readonly files: readonly PatchedFile[];
}

interface PatchedFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly hunks: readonly Hunk[];
}

interface Hunk {
  readonly before: string;
  readonly after: string;
}

/** Reads a unified diff with a heading. @throws Error if it is none. */
export function parsePatch(text: string): Patch {
  const [heading = "", ...parts] = text.split(/^--- a\/.*\n/m);
  const [defect = ""] = heading.split("\n", 1);
  const files = parts.map(parseFile);
  if (defect === "" || files.length === 0) throw new Error("a patch begins with the defect, then has the changes");
  return { defect, noticedBy: /^Noticed by: (\S+)$/m.exec(heading)?.[1], files };
}

function parseFile(part: string): PatchedFile {
  const [path, ...hunks] = part.split(/^@@ .*\n/m);
  const name = /^\+\+\+ b\/(\S+)\n$/.exec(path ?? "")?.[1];
  if (name === undefined || hunks.length === 0) throw new Error(`not a change of a file: ${part}`);
  return { path: name, hunks: hunks.map(parseHunk) };
}

function parseHunk(text: string): Hunk {
  const lines = text.split("\n").filter((line) => line !== "");
  const side = (dropped: string): string =>
    lines
      .filter((line) => !line.startsWith(dropped))
      .map((line) => `${line.slice(1)}\n`)
      .join("");
  return { before: side("+"), after: side("-") };
}

/** Returns the text with the changes. @throws Error if it does not contain each of the passages once. */
export function applyHunks({ path, hunks }: PatchedFile, text: string): string {
  return hunks.reduce((result, { before, after }) => {
    const [head, tail, ...more] = result.split(before);
    if (head === undefined || tail === undefined || more.length > 0) {
      throw new Error(`the patch no longer fits ${path}: it has this passage not exactly once:\n${before}`);
    }
    return head + after + tail;
  }, text);
}
