import { systemErrorCode } from "./systemErrorCode";

/** Why a text is invalid: the end of a sentence that begins with its source. Never repeats the text. */
export class InvalidTextError extends Error {}

/** Why a file cannot be read, for parentheses in a message: the problem of its text, or the code of a system error. */
export function describeReadError(error: unknown): string {
  if (error instanceof InvalidTextError) return `it ${error.message}`;
  const code = systemErrorCode(error, "unknown reason");
  return code === "EISDIR" ? "it is a folder, expected a file" : code;
}

const utf16Hint = "save it as UTF-8";

/**
 * Decodes the bytes of a file or an output: UTF-8, or UTF-16 with a byte order mark. The mark is dropped.
 * @throws TextProblem for anything else.
 */
export function decodeText(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  try {
    return rejectNul(new TextDecoder(encoding, { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof InvalidTextError) throw error;
    throw new InvalidTextError(`is not valid ${encoding === "utf-8" ? "UTF-8" : "UTF-16"} text: ${utf16Hint}`);
  }
}

function encodingOf([first, second]: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}

/** Removes a byte order mark and trailing line ends. @throws TextProblem for a NUL. */
export function trimText(text: string): string {
  return rejectNul(text)
    .replace(/^\uFEFF/, "")
    .replace(/(?:\r?\n|\r)+$/, "");
}

/**
 * The secret in a text, after `trimText`. Blanks stay, because they may belong to it.
 * @throws TextProblem for several lines, which are ambiguous, and for text that was not UTF-8.
 */
export function secretLine(text: string): string {
  const trimmed = trimText(text);
  if (/[\r\n]/.test(trimmed)) throw new InvalidTextError("has more than one line: keep the secret alone, in one line");
  if (trimmed.includes("\uFFFD")) throw new InvalidTextError(`is not valid UTF-8 text: ${utf16Hint}`);
  return trimmed;
}

function rejectNul(text: string): string {
  if (!text.includes("\0")) return text;
  throw new InvalidTextError(`holds NUL characters, as UTF-16 without a byte order mark does: ${utf16Hint}`);
}

/** Compares texts by character code, for sorting. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
