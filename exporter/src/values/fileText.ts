import { describeReadError, InvalidTextError, Secret, trimText } from "@fedjoin/provider/internal/values";

/** Access to the environment and to files. */
export interface FileSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** @throws when the file cannot be read. */
  readonly readFile: (path: string) => string;
}

/** The text of a file, or the problem, such as `is empty`. */
export type FileText = { readonly value: string } | { readonly problem: string };

/** The text of a file, normalized by `rule` (default: no trailing line breaks), or the problem. */
export function readText(
  readFile: FileSources["readFile"],
  path: string,
  rule: (text: string) => string = trimText,
): FileText {
  try {
    const value = rule(readFile(path));
    return value === "" ? { problem: "is empty" } : { value };
  } catch (error) {
    if (error instanceof InvalidTextError) return { problem: error.message };
    return { problem: `cannot be read (${describeReadError(error)})` };
  }
}

/**
 * A secret that is reread at each use, so that a login uses the current content of its file. While the file is
 * unreadable or invalid (`read` gives `undefined`), the last valid value is used.
 */
export function rereadableSecret(first: Secret, read: () => Secret | undefined): Secret {
  let last = first;
  return new Secret(() => {
    last = read() ?? last;
    return last.reveal();
  });
}
