import { isNode, LineCounter, parseDocument, type Document } from "yaml";
import { requireShallow } from "./mapping";
import { InvalidTextError } from "./text";

export interface YamlDocument {
  /** `null` for an empty text. At most 100 levels deep. */
  readonly value: unknown;
  /** The line of the value at a path, or of the closest value around it; `undefined` if there is none. */
  readonly lineOf: (path: readonly PropertyKey[]) => number | undefined;
}

/**
 * Parses YAML, and JSON. A tag that is not YAML's own is a problem, since a password such as `!x` would lose its value.
 * The first problem is the end of a sentence that begins with the source. Unlike the library's messages it never quotes
 * the text, which may contain a secret.
 */
export function parseYaml(text: string): YamlDocument | { readonly problem: string } {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: "silent" });
  const [error] = [...document.errors, ...document.warnings];
  if (error !== undefined) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    return {
      problem: `is not valid YAML at line ${line}, column ${col} (${error.code}): put values with special characters in quotes`,
    };
  }
  const lineOf = (path: readonly PropertyKey[]): number | undefined => {
    const places = [...path.keys(), path.length].toReversed().map((depth) => path.slice(0, depth));
    const start = places.map((place) => document.getIn(place, true)).find(isNode)?.range?.[0];
    return start === undefined ? undefined : lineCounter.linePos(start).line;
  };
  const read = valueOf(document);
  return "problem" in read ? read : { ...read, lineOf };
}

function valueOf(document: Document): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: requireShallow<unknown>(document.toJS()) };
  } catch (error) {
    if (error instanceof InvalidTextError) return { problem: error.message };
    return {
      problem:
        "has an alias (*name) without its anchor, or far too many of them: put values that begin with * in quotes",
    };
  }
}
