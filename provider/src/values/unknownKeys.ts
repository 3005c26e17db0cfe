import * as z from "zod";

/** The message for a key that `schema` does not have at `path`, with the closest one that it has. */
export function unknownKeyMessage(key: string, schema: z.core.$ZodType, path: readonly PropertyKey[]): string {
  return `unknown key, did you mean ${closestMatch(key, knownKeys(schema, path)) ?? ""}?`;
}

/** The keys of the mapping at `path`; none if it takes any key. */
function knownKeys(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodRecord) return path.length === 0 ? [] : knownKeys(inner.valueType, path.slice(1));
  if (inner instanceof z.ZodArray) return path.length === 0 ? [] : knownKeys(inner.element, path.slice(1));
  if (!isMappingSchema(inner)) return [];
  const [key, ...rest] = path;
  if (key === undefined) return Object.keys(inner.shape);
  const next = inner.shape[String(key)];
  return next === undefined ? [] : knownKeys(next, rest);
}

function isMappingSchema(schema: z.core.$ZodType): schema is z.ZodObject<Readonly<Record<string, z.core.$ZodType>>> {
  return schema instanceof z.ZodObject;
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodPipe) return unwrap(schema.in);
  const isWrapper =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodExactOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault;
  return isWrapper ? unwrap(schema.unwrap()) : schema;
}

/** Longer than any key; the time that a comparison takes grows with the length. */
const maxCompared = 64;

/**
 * The candidate closest to the word, the first of equals; `undefined` if it is more than `most` edits away. A candidate
 * that contains the word, or is a part of it, counts as at most two edits away: `labels` means `objectLabels`.
 */
export function closestMatch(word: string, candidates: readonly string[], most = Infinity): string | undefined {
  const [first] = candidates
    .map((candidate) => similarity(word.slice(0, maxCompared).toLowerCase(), candidate, most))
    .toSorted((a, b) => a.distance - b.distance || a.edits - b.edits);
  return first !== undefined && first.edits <= most ? first.candidate : undefined;
}

function similarity(
  word: string,
  candidate: string,
  most: number,
): { candidate: string; edits: number; distance: number } {
  const other = candidate.toLowerCase();
  const edits = editDistance(word, other, most);
  const [shorter = "", longer = ""] = [word, other].toSorted((a, b) => a.length - b.length);
  const isPart = shorter.length > 3 && longer.includes(shorter);
  return { candidate, edits, distance: isPart ? Math.min(edits, 2) : edits };
}

/** The Levenshtein distance; `Infinity` if it is more than `most`. */
function editDistance(from: string, to: string, most: number): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let index = 0; index < from.length; index++) {
    const next = [index + 1];
    for (let column = 0; column < to.length; column++) {
      const changed = (row[column] ?? 0) + (from[index] === to[column] ? 0 : 1);
      next.push(Math.min(changed, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    if (Math.min(...next) > most) return Infinity;
    row = next;
  }
  return row.at(-1) ?? 0;
}
