import { LineCounter, parseDocument } from "yaml";

/**
 * Parses YAML; keys without a value count as missing. Unlike the library's messages, the problems never quote the text,
 * which may contain a secret.
 */
export function parseYaml(text: string): { readonly value: unknown } | { readonly problems: readonly string[] } {
  const lineCounter = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter, prettyErrors: false });
    // The first error usually causes the others.
    const [error] = document.errors;
    if (error !== undefined) {
      const { line, col } = lineCounter.linePos(error.pos[0]);
      return { problems: [`line ${line}, column ${col}: is not valid YAML (${error.code})`] };
    }
    const value: unknown = document.toJS({ reviver: (_key, inner: unknown) => inner ?? undefined });
    return { value: value ?? {} };
  } catch {
    return { problems: ["has an alias without its anchor, or far too many of them"] };
  }
}
