import fc from "fast-check";
import { damage, damageJson } from "../damagedJson";

/** Fragments that readers of JSON, YAML, CSV, headers and URLs trip over. */
const fragments = [
  ...["\u0000", "\ud800", "\udfff", "\ufeff", "\u2028", "\r", "\t", "\n\n", '"', "'", "`", "%", "%zz", "%00", "\\"],
  ...["{", "}", "[", "]", ",", ";", ":", "&a ", "*a", "<<: *a", "!!js/function x", "!!binary ?", "%YAML 9.9\n---\n"],
  ...["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", '"__proto__": {"polluted": 1},'],
  ...["\n__proto__: {polluted: 1}\n", "\nconstructor: {prototype: {polluted: 1}}\n", "null", "true", "-1", "1e400"],
  ...["18446744073709551616", "9".repeat(400), "x".repeat(20_000), "../../etc/passwd", "\n---\n", "? ", "| ", "<>"],
];

const nested = (depth: number) => [
  `${"[".repeat(depth)}${"]".repeat(depth)}`,
  `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`,
  `${"- ".repeat(depth)}x`,
];

/** Every level holds nine of the level below: a few hundred characters that stand for a billion values. */
const aliasBomb = [
  "a0: &a0 [x, x, x, x, x, x, x, x, x]",
  ...Array.from({ length: 9 }, (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level}, `.repeat(9)}]`),
].join("\n");

/** Whole documents that no valid one resembles. */
const documents = [
  ...[
    "",
    " ",
    "\u0000",
    "\ufeff",
    "null",
    "[]",
    "[[]]",
    "{}",
    "0",
    '""',
    "*a",
    "&a *a",
    "a: &a [*a]",
    "<<: *a",
    aliasBomb,
  ],
  ...nested(50).concat(nested(2_000), nested(20_000)),
  ...['{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}', '{"a":1,"a":2}'],
];

/** What is done to a valid text at one place, counted round. */
const edit = fc.record({
  at: fc.nat(),
  length: fc.nat({ max: 12 }),
  how: fc.constantFrom("flip", "insert", "replace", "cut", "repeat"),
  by: fc.oneof(fc.constantFrom(...fragments), fc.string({ unit: "binary", maxLength: 8 })),
});

type Edit = typeof edit extends fc.Arbitrary<infer Value> ? Value : never;

function applyEdit(text: string, { at, length, how, by }: Edit): string {
  const start = at % (text.length + 1);
  const [before, after] = [text.slice(0, start), text.slice(start)];
  switch (how) {
    case "flip":
      return before + String.fromCharCode((after.charCodeAt(0) || 0) ^ (1 << (length % 8))) + after.slice(1);
    case "insert":
      return before + by + after;
    case "replace":
      return before + by + after.slice(length);
    case "cut":
      return before;
    case "repeat":
      return before + after.slice(0, 40).repeat(1 + length) + after;
  }
}

/** Arbitrary texts and bytes, documents that attack a reader, and `valid` ones that are damaged in a few places. */
export function hostileText(valid: readonly string[]): fc.Arbitrary<string> {
  const bytes = fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each).toString("utf8"));
  const edited = fc
    .tuple(fc.constantFrom(...valid), fc.array(edit, { minLength: 1, maxLength: 4 }))
    .map(([text, edits]) => edits.reduce(applyEdit, text));
  const damaged = fc
    .tuple(fc.constantFrom(...valid), fc.array(damage, { minLength: 1, maxLength: 3 }))
    .map(([text, damages]) => damages.reduce(damageJson, text));
  return fc.oneof(
    { arbitrary: edited, weight: 4 },
    { arbitrary: damaged, weight: 3 },
    { arbitrary: fc.constantFrom(...documents.filter(({ length }) => length < 20_000)), weight: 2 },
    bytes,
    fc.string({ unit: "binary" }),
  );
}

/** Every document that attacks a reader: few enough to try each. */
export const hostileDocuments: readonly string[] = documents;
