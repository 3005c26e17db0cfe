import { NeuVectorError } from "../../errors/neuVectorError";

/** What a path cannot hold as one part: URLs know no escape for dots, and a part without a character is none. */
const unusable: ReadonlySet<string> = new Set(["", ".", ".."]);

/**
 * A name that came from outside as one part of a request's path, whatever it holds. A half of a surrogate pair, which
 * has no encoding, is the character that stands for any.
 * @throws NeuVectorError unusable_name for `.`, `..` and the empty name, which would make it another path.
 */
export function encodePathSegment(name: string): string {
  if (unusable.has(name)) {
    throw new NeuVectorError("unusable_name", `an object at the controller is named "${name}"`);
  }
  return encodeURIComponent(name.toWellFormed());
}
