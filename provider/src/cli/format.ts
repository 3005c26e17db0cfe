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

/** `1 member`, `2 members`. */
export function pluralize(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** The link of an error message, which is not its end if more has been appended. */
const linkInMessage = / (See https:\S+?)(?=;|\s|$)/;

/**
 * Replaces repeated error messages, which are the last cell of a row, by a reference to the first row with it, and
 * moves the links out of them, so that each is printed once, below the rows.
 */
export function withRepeatsShortened(rows: readonly (readonly string[])[]): { rows: string[][]; links: string[] } {
  const firstIds = new Map<string, string>();
  const links = new Set<string>();
  const shortened = rows.map((row) => {
    const [id = ""] = row;
    const message = row.at(-1) ?? "";
    const firstId = firstIds.get(message);
    if (firstId !== undefined) return [...row.slice(0, -1), `the same as for ${firstId}`];
    const [, link] = linkInMessage.exec(message) ?? [];
    if (link === undefined) return [...row];
    firstIds.set(message, id);
    links.add(link);
    return [...row.slice(0, -1), message.replace(linkInMessage, "")];
  });
  return { rows: shortened, links: [...links].map((link) => `  ${link}`) };
}

/** Replaces the current line of a terminal; a wrapped line could not be replaced. A terminal may report no width. */
export function progressLine(text: string, width: number): string {
  return `\r\u001b[K${width > 0 ? text.slice(0, width - 1) : text}`;
}
