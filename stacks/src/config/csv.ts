/** A record of a CSV text. */
export interface CsvRecord {
  /** The line where it begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** The first problem of a CSV text. */
export interface CsvProblem {
  readonly line: number;
  readonly message: string;
}

/** A cell, quoted (with doubled quotes inside) or unquoted, and its end. */
const cellPattern = (separator: Separator): RegExp =>
  new RegExp(`(?:"([^"]*(?:""[^"]*)*)"|([^"${separator}\\r\\n]*))(${separator}|\\r?\\n|$)`, "y");

type Separator = "," | ";" | "\t";

/**
 * Parses a CSV text as in RFC 4180, or as spreadsheets write it: with a byte order mark, with semicolons or tabs between
 * cells, with a first line `sep=;`. Lines without a filled cell are skipped.
 */
export function parseCsv(text: string): { readonly records: readonly CsvRecord[] } | { readonly problem: CsvProblem } {
  const records: CsvRecord[] = [];
  const { source, separator, firstLine } = parsePreamble(text.replace(/^\uFEFF/, ""));
  const cell = cellPattern(separator);
  let [position, line, begin] = [0, firstLine, firstLine];
  let cells: string[] = [];
  while (position < source.length || cells.length > 0) {
    cell.lastIndex = position;
    const found = cell.exec(source);
    if (found === null)
      return { problem: { line, message: hasMacintoshLineEnds(text) ? macintoshProblem : malformedCell } };
    const [whole, quoted, plain = "", end] = found;
    position += whole.length;
    line += whole.split("\n").length - 1;
    cells.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === separator) continue;
    if (cells.some((each) => each.trim() !== "")) records.push({ line: begin, cells });
    cells = [];
    begin = line;
  }
  return { records };
}

const malformedCell = "expected a cell without quotes, or all of it in quotes";
const macintoshProblem =
  "lines end with a carriage return alone, as CSV (Macintosh) has it: save the file as CSV UTF-8";

function hasMacintoshLineEnds(text: string): boolean {
  return text.includes("\r") && !text.includes("\n");
}

/** The separator, from a first line `sep=;` or else from the header, and the text after the `sep` line. */
function parsePreamble(text: string): { source: string; separator: Separator; firstLine: number } {
  const [preamble = "", declared] = /^"?sep=([,;\t])"?(?:\r?\n|$)/i.exec(text) ?? [];
  if (declared !== undefined) {
    return { source: text.slice(preamble.length), separator: declared as Separator, firstLine: 2 };
  }
  const [header = ""] = text
    .replace(/"[^"]*"/g, "")
    .trimStart()
    .split(/\r?\n/, 1);
  const separator = ([",", ";", "\t"] as const).find((each) => header.includes(each)) ?? ",";
  return { source: text, separator, firstLine: 1 };
}
