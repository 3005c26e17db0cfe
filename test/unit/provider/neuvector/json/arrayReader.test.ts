import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createArrayReader } from "../../../../../provider/src/neuvector/json/arrayReader";

interface Options {
  readonly members?: readonly string[];
  readonly maxElementBytes?: number;
}

/** What a reader of the arrays `rows` and `more` reads from these bytes, cut into chunks of these sizes in turn. */
function read(bytes: Uint8Array, chunkSizes: readonly number[], { members, maxElementBytes }: Options = {}) {
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

/** The rows that are read in each of these chunk sizes. */
const rowsOf = (value: object, chunkSizes: readonly number[], options?: Options) =>
  chunkSizes.map((size) => read(encode(JSON.stringify(value)), [size], options)["rows"]);

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
const others = fc.dictionary(fc.string({ unit: "binary" }), value, { maxKeys: 3 });
const object = fc
  .record({
    before: others,
    rows: fc.option(fc.array(value)),
    after: others,
    more: fc.array(value),
    isMissing: fc.boolean(),
  })
  .map(({ before, rows, after, more, isMissing }) => {
    const beside = Object.entries({ ...before, ...after }).filter(([key]) => key !== "rows" && key !== "more");
    return { ...Object.fromEntries(beside), ...(isMissing ? {} : { rows }), zz: ']},{\\"', more };
  });

describe("what is read", () => {
  test("the elements are those of JSON.parse, for any object, chunks, white space and escapes", () => {
    fc.assert(
      fc.property(object, chunkSizes, choices, (given, sizes, next) => {
        const text = writeOddly(given, next);
        const { rows = null, more = null } = JSON.parse(text) as { rows?: unknown; more?: unknown };
        expect(read(encode(text), sizes)).toEqual({ rows: rows ?? [], more: more ?? [] });
      }),
      { numRuns: 500 },
    );
    expect(read(encode('{"r\\u006fws":[1]}'), [3])).toEqual({ rows: [1], more: [] });
  });

  test("elements that are objects have the selected members only, and those whose keys are written with escapes", () => {
    const members = ["a", "key", "clé", 'a"b'];
    const member = fc.oneof(fc.constantFrom(...members), fc.string({ unit: "binary", maxLength: 4 }));
    const element = fc.oneof(value, fc.dictionary(member, value));
    const isEscaped = (name: string) => JSON.stringify(name).includes("\\");
    const select = (item: unknown) =>
      typeof item !== "object" || item === null || Array.isArray(item)
        ? item
        : Object.fromEntries(Object.entries(item).filter(([name]) => members.includes(name) || isEscaped(name)));
    fc.assert(
      fc.property(fc.array(element), chunkSizes, fc.constantFrom(undefined, 2, "\t"), (rows, sizes, space) => {
        const text = JSON.stringify({ rows, more: [] }, null, space);
        const parsed = JSON.parse(text) as { rows: unknown[] };
        expect(read(encode(text), sizes, { members })).toEqual({ rows: parsed.rows.map(select), more: [] });
      }),
      { numRuns: 500 },
    );
  });

  test("members are found in whatever order, and however many, elements have them", () => {
    const names = Array.from({ length: 150 }, (_, index) => `m${index}`);
    const members = ["m3", "m77", "m149"];
    const rows = Array.from({ length: 20 }, (_, row) => {
      const turned = [...names.slice(row * 7), ...names.slice(0, row * 7)];
      return Object.fromEntries(turned.map((name, index): [string, number] => [name, row * 1000 + index]));
    });
    const chosen = rows.map((row) =>
      Object.fromEntries(Object.entries(row).filter(([name]) => members.includes(name))),
    );
    expect(rowsOf({ rows }, [7, 100_000], { members })).toEqual([chosen, chosen]);
  });

  test("keys of every length that differ in a single character are told apart", () => {
    for (let length = 0; length <= 13; length++) {
      const name = "abcdefghijklm".slice(0, length);
      const similar = Array.from(name, (_, at) => `${name.slice(0, at)}_${name.slice(at + 1)}`);
      const keys = [name, ...similar, `${name}n`];
      const rows = keys.flatMap((key) => [
        { first: 0, [key]: 1 },
        { [key]: 2, last: 3 },
      ]);
      const chosen = rows.map((row) => (Object.hasOwn(row, name) ? { [name]: row[name] } : {}));
      expect(rowsOf({ rows }, [100_000], { members: [name] })).toEqual([chosen]);
    }
  });

  test("a long element that comes byte by byte is not looked at for each of them", () => {
    const rows = ["a".repeat(200_000)];
    expect(rowsOf({ rows }, [1])).toEqual([rows]);
  });
});

describe("refused as an unexpected reply", () => {
  const wrongDocuments = ["", "[]", "null", '"text"', "{} {}", '{"a" 1}', '{"a":}', "{a:1}", '{"a":1,}', '{"a\\x":1}'];
  const wrongArrays = ['{"rows":[1,]}', '{"rows":[,1]}', '{"rows":[1 2]}', '{"rows":[1}', '{"rows":[{"a":1]]}'];
  const noArrays = ['{"rows":{}}', '{"rows":7}', '{"rows":nil}', '{"rows":[] "more":[]}'];
  const wrongObjects = [
    '[{"a":1,}]',
    '[{,"a":1}]',
    '[{"a"1}]',
    '[{"b":[1}]',
    '[{"b":1},]',
    '[{"a":1} {"a":2}]',
    '[{"a"},{}]',
  ];
  const unexpected = expect.objectContaining({ kind: "unexpected_reply" }) as Error;

  test.each([...wrongDocuments, ...wrongArrays, ...noArrays])("%s", (text) => {
    for (const size of [1, 1024]) expect(() => read(encode(text), [size])).toThrow(unexpected);
  });

  test.each(wrongObjects)("with selected members, %s", (rows) => {
    const bytes = encode(`{"rows":${rows}}`);
    for (const size of [1, 3, 100]) expect(() => read(bytes, [size], { members: ["a"] })).toThrow(unexpected);
  });

  test("any text that is cut short", () => {
    fc.assert(
      fc.property(object, chunkSizes, fc.nat(), (given, sizes, at) => {
        const bytes = encode(JSON.stringify(given));
        expect(() => read(bytes.subarray(0, at % bytes.length), sizes)).toThrow(/not a JSON object/);
      }),
    );
  });

  test("an element beyond the limit, before it is complete, but not one a little below it", () => {
    const taken: unknown[] = [];
    const reader = createArrayReader("GET /x", { rows: { onItems: (items) => taken.push(...items) } }, 64);
    reader.push(encode(`{"rows":["${"a".repeat(60)}","`));
    const tooLong = "an element of more than 64 bytes (field rows)";
    expect(() => {
      reader.push(encode("b".repeat(100)));
    }).toThrow(tooLong);
    expect(taken).toEqual(["a".repeat(60)]);
    const rows = ["a".repeat(60_000), "b", "c".repeat(40_000), "d".repeat(65_000)];
    const all = rowsOf({ rows }, [1, 5000, 30_000, 1_000_000], { maxElementBytes: 64 * 1024 });
    expect(all).toEqual([rows, rows, rows, rows]);
  });
});
