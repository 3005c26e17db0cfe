import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createArrayReader } from "../../../../../provider/src/neuvector/json/arrayReader";

/** What a reader of the arrays `rows` and `more` reads from these bytes, cut into chunks of these sizes in turn. */
function read(
  bytes: Uint8Array,
  chunkSizes: readonly number[],
  { members, maxElementBytes }: { members?: readonly string[]; maxElementBytes?: number } = {},
): Record<string, unknown[]> {
  const found: Record<string, unknown[]> = { rows: [], more: [] };
  const select = (name: string) => ({ onItems: (items: readonly unknown[]) => found[name]?.push(...items), members });
  const reader = createArrayReader("GET /x", { rows: select("rows"), more: select("more") }, maxElementBytes);
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = chunkSizes[turn % chunkSizes.length] ?? 1;
    reader.push(bytes.subarray(at, at + size));
    at += size;
  }
  reader.end();
  return found;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A JSON text of `value` with white space and escapes wherever `next`, a source of numbers below a bound, puts them. */
function writeOddly(value: unknown, next: (bound: number) => number): string {
  const space = () =>
    Array.from({ length: next(4) }, () => " \n\r\t"[next(4)])
      .join("")
      .slice(0, next(3));
  const unicodeEscape = (text: string) =>
    Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`).join("");
  const escape = (text: string) =>
    `"${Array.from(text, (each) => (next(8) === 0 ? unicodeEscape(each) : JSON.stringify(each).slice(1, -1))).join("")}"`;
  const around = (text: string) => `${space()}${text}${space()}`;
  const write = (each: unknown): string => {
    if (typeof each === "string") return escape(each);
    if (Array.isArray(each)) return `[${each.map((item) => around(write(item))).join(",") || space()}]`;
    if (typeof each !== "object" || each === null) return JSON.stringify(each);
    const members = Object.entries(each).map(([key, item]) => `${around(escape(key))}:${around(write(item))}`);
    return `{${members.join(",") || space()}}`;
  };
  return around(write(value));
}

const value = fc.jsonValue({ maxDepth: 4, stringUnit: "binary" });
const chunkSizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
const choices = fc.infiniteStream(fc.nat()).map((numbers) => (bound: number) => Number(numbers.next().value) % bound);
const object = fc
  .record({
    before: fc.dictionary(fc.string({ unit: "binary" }), value, { maxKeys: 3 }),
    rows: fc.option(fc.array(value)),
    after: fc.dictionary(fc.string({ unit: "binary" }), value, { maxKeys: 3 }),
    more: fc.array(value),
    isMissing: fc.boolean(),
  })
  .map(({ before, rows, after, more, isMissing }) => {
    const others = Object.entries({ ...before, ...after }).filter(([key]) => key !== "rows" && key !== "more");
    return { ...Object.fromEntries(others), ...(isMissing ? {} : { rows }), zz: ']},{\\"', more };
  });

test("the elements are those of JSON.parse, for any object, chunks, white space and escapes", () => {
  fc.assert(
    fc.property(object, chunkSizes, choices, (given, sizes, next) => {
      const text = writeOddly(given, next);
      const { rows = null, more = null } = JSON.parse(text) as { rows?: unknown; more?: unknown };
      expect(read(encode(text), sizes)).toEqual({ rows: rows ?? [], more: more ?? [] });
    }),
    { numRuns: 500 },
  );
});

test("elements that are objects have the selected members only, and those whose keys are written with escapes", () => {
  const members = ["a", "key", "clé", 'a"b'];
  const member = fc.oneof(fc.constantFrom(...members), fc.string({ unit: "binary", maxLength: 4 }));
  const element = fc.oneof(value, fc.dictionary(member, value));
  const isEscaped = (name: string) => JSON.stringify(name).includes("\\");
  const select = (items: readonly unknown[]) =>
    items.map((item) =>
      typeof item !== "object" || item === null || Array.isArray(item)
        ? item
        : Object.fromEntries(Object.entries(item).filter(([name]) => members.includes(name) || isEscaped(name))),
    );
  fc.assert(
    fc.property(fc.array(element), chunkSizes, fc.constantFrom(undefined, 2, "\t"), (rows, sizes, space) => {
      const text = JSON.stringify({ rows, more: [] }, null, space);
      const parsed = JSON.parse(text) as { rows: unknown[] };
      expect(read(encode(text), sizes, { members })).toEqual({ rows: select(parsed.rows), more: [] });
    }),
    { numRuns: 500 },
  );
});

test.each([
  '{"rows":[{"a":1,}]}',
  '{"rows":[{,"a":1}]}',
  '{"rows":[{"a"1}]}',
  '{"rows":[{"a":1]]}',
  '{"rows":[{"b":[1}]}',
  '{"rows":[{"b":1},]}',
  '{"rows":[{"a":1} {"a":2}]}',
  '{"rows":[{"a"},{}]}',
])("with selected members, %s is refused", (text) => {
  for (const size of [1, 3, 100]) {
    expect(() => read(encode(text), [size], { members: ["a"] })).toThrow(
      expect.objectContaining({ kind: "unexpected_reply" }),
    );
  }
});

test("any text that is cut short is refused", () => {
  fc.assert(
    fc.property(object, chunkSizes, fc.nat(), (given, sizes, at) => {
      const bytes = encode(JSON.stringify(given));
      expect(() => read(bytes.subarray(0, at % bytes.length), sizes)).toThrow(/not a JSON object/);
    }),
  );
});

describe("refused as an unexpected reply", () => {
  test.each([
    "",
    "[]",
    "null",
    '"text"',
    "{} {}",
    '{"rows":[1,]}',
    '{"rows":[,1]}',
    '{"rows":[1 2]}',
    '{"rows":[1}',
    '{"rows":[{"a":1]]}',
    '{"rows":{}}',
    '{"rows":7}',
    '{"rows":nil}',
    '{"rows":[] "more":[]}',
    '{"a" 1}',
    '{"a":}',
    "{a:1}",
    '{"a":1,}',
    '{"a\\x":1}',
  ])("%s", (text) => {
    for (const size of [1, 1024]) {
      expect(() => read(encode(text), [size])).toThrow(expect.objectContaining({ kind: "unexpected_reply" }));
    }
  });
});

test("an element beyond the limit is refused before it is complete, one below it is not", () => {
  const taken: unknown[] = [];
  const reader = createArrayReader("GET /x", { rows: { onItems: (items) => taken.push(...items) } }, 64);
  reader.push(encode(`{"rows":["${"a".repeat(60)}","`));
  expect(() => {
    reader.push(encode("b".repeat(100)));
  }).toThrow("an element of more than 64 bytes (field rows)");
  expect(taken).toEqual(["a".repeat(60)]);
});

test("an element a little below the limit is read, whatever the chunks", () => {
  const rows = ["a".repeat(60_000), "b", "c".repeat(40_000), "d".repeat(65_000)];
  for (const size of [1, 5000, 30_000, 1_000_000])
    expect(read(encode(JSON.stringify({ rows })), [size], { maxElementBytes: 64 * 1024 })["rows"]).toEqual(rows);
});

test("a key that is written with escapes is the same key", () => {
  expect(read(encode('{"r\\u006fws":[1]}'), [3])).toEqual({ rows: [1], more: [] });
});

test("members are found in whatever order, and however many, elements have them", () => {
  const names = Array.from({ length: 150 }, (_, index) => `m${index}`);
  const rows = Array.from({ length: 20 }, (_, row) => {
    const turned = [...names.slice(row * 7), ...names.slice(0, row * 7)];
    return Object.fromEntries(turned.map((name, index): [string, number] => [name, row * 1000 + index]));
  });
  const wanted = ["m3", "m77", "m149"];
  const chosen = rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => wanted.includes(name))));
  for (const size of [7, 100_000]) {
    expect(read(encode(JSON.stringify({ rows })), [size], { members: wanted })["rows"]).toEqual(chosen);
  }
});

test("keys of every length that differ in a single character are told apart", () => {
  for (let length = 0; length <= 13; length++) {
    const name = "abcdefghijklm".slice(0, length);
    const others = Array.from(name, (_, at) => `${name.slice(0, at)}_${name.slice(at + 1)}`);
    const rows = [name, ...others, `${name}n`].flatMap((key) => [
      { first: 0, [key]: 1 },
      { [key]: 2, last: 3 },
    ]);
    const chosen = rows.map((row) => (Object.hasOwn(row, name) ? { [name]: row[name] } : {}));
    expect(read(encode(JSON.stringify({ rows })), [100_000], { members: [name] })["rows"]).toEqual(chosen);
  }
});

test("a long element that comes byte by byte is not looked at for each of them", () => {
  const text = encode(JSON.stringify({ rows: ["a".repeat(200_000)] }));
  expect(read(text, [1])["rows"]).toEqual(["a".repeat(200_000)]);
});
