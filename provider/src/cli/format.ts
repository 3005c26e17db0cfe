/** Formats rows as lines, with aligned columns. Control characters become `?`. */
export function columns(cells: readonly (readonly string[])[], indent = "  "): string[] {
  const rows = cells.map((row) => row.map((cell) => cell.replace(/\p{Cc}/gu, "?")));
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, cell.length)));
  }
  return rows.map((row) => {
    const padded = row.map((cell, index) => (index < row.length - 1 ? cell.padEnd(widths[index] ?? 0) : cell));
    return `${indent}${padded.join("  ")}`.trimEnd();
  });
}

/** Compares texts by character code, for sorting. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `1 member`, `2 members`. */
export function pluralize(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** Replaces repeated error messages, which are the last cell of a row, by a reference to the first row with it. */
export function withRepeatsShortened(rows: readonly (readonly string[])[]): string[][] {
  const firstIds = new Map<string, string>();
  return rows.map((row) => {
    const [id = ""] = row;
    const message = row.at(-1) ?? "";
    const firstId = firstIds.get(message);
    if (firstId !== undefined) return [...row.slice(0, -1), `the same as for ${firstId}`];
    if (message.includes("[docs/reference/errors.md#")) firstIds.set(message, id);
    return [...row];
  });
}
