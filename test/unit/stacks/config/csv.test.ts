import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCsv } from "../../../../stacks/src/config/csv";

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
const cell = fc.string({ unit: fc.constantFrom("a", "1", " ", ",", '"', "\n", "\r", "é") });
const plain = fc.string({ unit: fc.constantFrom("a", "1", " ", "-", "é") });

describe("CSV", () => {
  test("gives back any cells that were written in quotes, and plain ones that were not", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.array(
            fc.oneof(
              cell.map((text) => [text, quoted(text)]),
              plain.map((text) => [text, text]),
            ),
            { minLength: 2 },
          ),
        ),
        fc.constantFrom("\n", "\r\n"),
        fc.boolean(),
        (records, end, isEnded) => {
          const lines = records.map((record) => record.map(([, written]) => written).join(","));
          const parsed = parseCsv(lines.join(end) + (isEnded ? end : ""));
          const cells = records.map((record) => record.map(([text]) => text ?? ""));
          // A record of empty cells alone is passed over.
          expect("records" in parsed && parsed.records.map((record) => record.cells)).toEqual(
            cells.filter((record) => record.some((text) => text.trim() !== "")),
          );
        },
      ),
    );
  });

  test("counts lines, those inside a cell and empty ones too, and passes over the mark at the beginning", () => {
    expect(parseCsv('\uFEFFa,b\r\n\r\n"1\n2",3\n  \n4,\n')).toEqual({
      records: [
        { line: 1, cells: ["a", "b"] },
        { line: 3, cells: ["1\n2", "3"] },
        { line: 6, cells: ["4", ""] },
      ],
    });
  });

  test.each([
    ["semicolons", "a;b\r\n1;2,5\r\n", 1],
    ["a first line sep=;", "sep=;\r\na;b\r\n1;2,5\r\n", 2],
    ["a first line sep=, in quotes", '"sep=,"\r\na,b\r\n1,"2,5"\r\n', 2],
    ["tabs", '\uFEFFa\tb\r\n1\t"2,5"\r\n', 1],
    ["lines of empty cells at the end", "a;b\r\n1;2,5\r\n;\r\n;\r\n", 1],
  ])("is read as a spreadsheet writes it, with %s", (_what, text, line) => {
    expect(parseCsv(text)).toEqual({
      records: [
        { line, cells: ["a", "b"] },
        { line: line + 1, cells: ["1", "2,5"] },
      ],
    });
  });

  test.each([
    ['a,b\n1,"2', 2],
    ['a,b\n\n1,2"', 3],
    ['a\n"1\n2"3', 2],
  ])("is nothing else: %j", (text, line) => {
    expect(parseCsv(text)).toEqual({
      problem: { line, message: "expected a cell without quotes, or all of it in quotes" },
    });
  });

  test("says what a file is whose lines end with a carriage return alone", () => {
    expect(parseCsv("a;b\r1;2\r")).toEqual({
      problem: { line: 1, message: expect.stringMatching(/as CSV \(Macintosh\) has it: save/) as unknown },
    });
  });

  test("is read to its end in time that grows with its length", () => {
    const parsed = parseCsv("a,b\n".repeat(200_000));
    expect("records" in parsed && parsed.records.length).toBe(200_000);
  });
});
