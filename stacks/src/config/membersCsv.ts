import { unknownKeyMessage } from "@fedjoin/provider/internal/values";
import type * as z from "zod";
import { parseCsv, type CsvRecord } from "./csv";
import { propertiesOf, type JsonSchema } from "./jsonSchema";
import { unreadableMembers, type Problem, type RawMembers } from "./rawMembers";

/** A column: the key of its cells, and their schema. */
interface Column {
  readonly path: readonly string[];
  readonly keys: JsonSchema;
}

/**
 * Reads the members of a CSV text: one line each, below a header with their keys, such as `jointRest.server`. An empty
 * cell counts as missing. The key decides whether a cell is text or a number, so text needs no quotes.
 */
export function membersOfCsv(text: string, memberKeys: JsonSchema, memberSchema: z.core.$ZodType): RawMembers {
  const parsed = parseCsv(text);
  if ("problem" in parsed) return unreadableMembers(parsed.problem);
  const [first, ...below] = parsed.records;
  const names = first?.cells.map((cell) => cell.trim()) ?? [];
  const header = first && { ...first, cells: names.slice(0, lastFilledIndex(names) + 1) };
  const records = below.map((record) => trimEmptyCells(record, header?.cells.length ?? 0));
  if (header === undefined) return unreadableMembers({ message: "expected a first line with the members' keys" });

  const found = header.cells.map((name, index) =>
    header.cells.indexOf(name) < index ? "stands twice" : columnOf(name, memberKeys, memberSchema),
  );
  const columns = found.flatMap((column) => (typeof column === "string" ? [] : [column]));
  const wrongKeys = found.flatMap((column, index): Problem[] =>
    typeof column === "string"
      ? [{ path: ["membersFile", header.cells[index] ?? ""], message: column, line: header.line }]
      : [],
  );
  const wrongLengths = records
    .filter(({ cells }) => cells.length !== header.cells.length)
    .map(({ cells, line }) => ({
      ...{ path: ["membersFile"], line },
      message: `has ${cells.length} cells where the first line has ${header.cells.length}`,
    }));
  const problems = [...wrongKeys, ...wrongLengths];
  return {
    section: "membersFile",
    members: problems.length > 0 ? [] : records.map(({ cells }) => memberOf(cells, columns)),
    problems,
    lineOf: (index) => records[index]?.line,
  };
}

/** Drops the empty cells that spreadsheets write for columns without a name. */
function trimEmptyCells(record: CsvRecord, width: number): CsvRecord {
  const end = Math.max(width, lastFilledIndex(record.cells) + 1);
  return { ...record, cells: record.cells.slice(0, end) };
}

function lastFilledIndex(cells: readonly string[]): number {
  return cells.findLastIndex((cell) => cell !== "");
}

/** The column of a name, or why there is none. */
function columnOf(name: string, memberKeys: JsonSchema, schema: z.core.$ZodType): Column | string {
  if (name === "") return "expected a key";
  const path = name.split(".");
  let keys = memberKeys;
  for (const [depth, part] of path.entries()) {
    if (typeof keys.additionalProperties === "object") {
      return { path: [...path.slice(0, depth), path.slice(depth).join(".")], keys: keys.additionalProperties };
    }
    const next = propertiesOf(keys).find(([known]) => known === part)?.[1];
    if (next === undefined) {
      return propertiesOf(keys).length > 0 ? unknownKeyMessage(part, schema, path.slice(0, depth)) : "is not a mapping";
    }
    keys = next;
  }
  if (keys.type === "object") return "is a mapping: name a key in it, with a dot before";
  if (keys.type === "array") return "is a list, which needs a YAML file";
  return { path, keys };
}

function memberOf(cells: readonly string[], columns: readonly Column[]): Readonly<Record<string, unknown>> {
  return nested(
    columns.flatMap(({ path, keys }, index) => {
      const cell = cells[index] ?? "";
      return cell === "" ? [] : [{ path, value: valueOf(cell, keys) }];
    }),
  );
}

interface Entry {
  readonly path: readonly string[];
  readonly value: unknown;
}

function nested(entries: readonly Entry[]): Readonly<Record<string, unknown>> {
  const names = new Set(entries.flatMap(({ path }) => path.slice(0, 1)));
  const keys = [...names].map((name) => {
    const below = entries
      .filter(({ path }) => path[0] === name)
      .map(({ path, value }) => ({ path: path.slice(1), value }));
    const leaf = below.find(({ path }) => path.length === 0);
    return [name, leaf === undefined ? nested(below) : leaf.value] as const;
  });
  return Object.fromEntries(keys);
}

/** The value of a cell; text if it does not fit its key, so that the check refuses it. */
function valueOf(cell: string, { type }: JsonSchema): unknown {
  if (type === "boolean" && /^(true|false)$/i.test(cell)) return cell.toLowerCase() === "true";
  if ((type === "integer" || type === "number") && /^-?\d+(\.\d+)?$/.test(cell)) return Number(cell);
  return cell;
}
