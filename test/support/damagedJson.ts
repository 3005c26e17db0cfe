import fc from "fast-check";
import { parseJson } from "@fedjoin/provider/internal/neuvector";
import { hostile } from "./richRows";

/** Texts that stand in JSON as they are, and that no JavaScript value makes. */
const raw = ["1e400", "-1e400", "18446744073709551616", "-0", "1E-400", `${"[".repeat(3000)}${"]".repeat(3000)}`];
const mark = "\u0000raw:";

const odd: readonly unknown[] = [
  ...raw.map((_, index) => `${mark}${index}`),
  ...[null, true, "", " ", [], {}, [[]], [null], 0, -1, 1e308, 5e-324, 2 ** 53],
  ...[hostile, "\ud800", "\udfff", "\u0000", "\u2028", "NaN", "+Inf", "é", "e\u0301", "x".repeat(5_000)],
  JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":1},"toString":null,"length":-1}'),
];

const anything = fc.oneof(
  { arbitrary: fc.constantFrom(...odd), weight: 2 },
  fc.jsonValue({ stringUnit: "binary", maxDepth: 4 }),
);

interface Damage {
  /** Which part of the document, counted round. The first is the whole. */
  readonly part: number;
  /** What is done to that part. */
  readonly how: "replaced" | "removed" | "doubled" | "keyed" | "cut";
  readonly by: unknown;
}

export const damage: fc.Arbitrary<Damage> = fc.record({
  part: fc.oneof(fc.nat(), fc.constant(0)),
  how: fc.constantFrom("replaced", "replaced", "removed", "doubled", "keyed", "cut"),
  by: anything,
});

/** A JSON document with one part damaged. */
export function damageJson(text: string, { part, how, by }: Damage): string {
  if (how === "cut") return text.slice(0, part % text.length);
  const body = parseJson(text);
  // Cut before, or so deep that the next step would not come out again.
  if (body === undefined || text.includes("[".repeat(100))) return text;
  const root = [body];
  const places = placesIn(root);
  const place = places[part % places.length];
  if (place === undefined) return text;
  const { holder, key } = place;
  if (how === "removed") Reflect.deleteProperty(holder, key);
  else if (how === "doubled" && Array.isArray(holder)) holder.push(holder[Number(key)]);
  else Reflect.defineProperty(holder, how === "keyed" ? "__proto__" : key, valueOf(by));
  return JSON.stringify(root[0] ?? null).replace(/"\\u0000raw:(\d+)"/g, (_, index: string) => raw[Number(index)] ?? "");
}

const valueOf = (value: unknown): PropertyDescriptor => ({
  value,
  enumerable: true,
  configurable: true,
  writable: true,
});

interface Place {
  readonly holder: object;
  readonly key: string;
}

/** Every place in a JSON value where another value is, the outermost first. */
function placesIn(holder: object): Place[] {
  return Object.entries(holder).flatMap(([key, value]: [string, unknown]) => [
    { holder, key },
    ...(typeof value === "object" && value !== null ? placesIn(value) : []),
  ]);
}
