/**
 * JSON text as the controller's marshaller writes it: keys sorted, no spaces (rest-api.md#responses).
 * A bigint becomes a plain number, because some fields lie beyond the safe integers.
 */
export function toGoJson(value: unknown): string {
  const json = JSON.stringify(sorted(value) ?? null);
  return json.includes(escapedMark) ? json.replace(markedBigints, "$1") : json;
}

/** Nothing that a controller says begins with this character. */
const mark = "\u0000";
const escapedMark = "\\u0000";
const markedBigints = /"\\u0000(-?\d+)"/g;

/** The same value with its keys in order: a list of a thousand members is then written by the engine's own writer. */
function sorted(value: unknown): unknown {
  if (typeof value === "bigint") return `${mark}${value}`;
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const inOrder: Record<string, unknown> = { __proto__: null };
  for (const key of Object.keys(value).sort()) inOrder[key] = sorted(value[key]);
  return inOrder;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
