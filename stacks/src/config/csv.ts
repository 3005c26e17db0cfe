/** A record of a CSV text. */
export interface CsvRecord {
  /** The line where it begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** The first thing wrong with a CSV text. */
export interface CsvProblem {
  readonly line: number;
  readonly message: string;
}

/** What a cell may be: in quotes with anything in it, doubled quotes too, or without quotes; and what ends it. */
const cell = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r?\n|$)/y;

/** The records of a CSV text as RFC 4180 has it, and nothing looser. Empty lines are passed over. */
export function parseCsv(text: string): { readonly records: readonly CsvRecord[] } | { readonly problem: CsvProblem } {
  const records: CsvRecord[] = [];
  const source = text.replace(/^\uFEFF/, "");
  let [position, line, begin] = [0, 1, 1];
  let cells: string[] = [];
  while (position < source.length || cells.length > 0) {
    cell.lastIndex = position;
    const found = cell.exec(source);
    if (found === null) return { problem: { line, message: "expected a cell without quotes, or all of it in quotes" } };
    const [whole, quoted, plain = "", end] = found;
    position += whole.length;
    line += whole.split("\n").length - 1;
    cells.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ",") continue;
    if (cells.length > 1 || whole.trim() !== "") records.push({ line: begin, cells });
    cells = [];
    begin = line;
  }
  return { records };
}
