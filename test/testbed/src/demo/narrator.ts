/** Prints the story of the demo, with the time since its start. */
export interface Narrator {
  /** Starts a chapter. */
  readonly chapter: (title: string) => void;
  /** Prints a line of detail. */
  readonly say: (line: string) => void;
  /** Prints a command that runs next. */
  readonly command: (line: string) => void;
  /** Prints a line of a program's output. */
  readonly quote: (line: string) => void;
  /** Prints `claim` as verified. @throws Error with the claim unless it holds. */
  readonly claim: (claim: string, holds: boolean) => void;
}

type Format = "bold" | "cyan" | "dim" | "green" | "red" | "yellow";

export interface Screen {
  /** Prints a line. */
  readonly write: (line: string) => void;
  /** The text in a format, if the screen shows any. */
  readonly format: (format: Format, text: string) => string;
  /** The width of the terminal; undefined if it is none. */
  readonly columns?: number | undefined;
}

const widest = 80;

const signs: Readonly<Record<string, Format>> = { "+": "green", "-": "red", "~": "yellow" };

export function createNarrator({ write, format, columns = widest }: Screen, now: () => number = Date.now): Narrator {
  const width = Math.min(columns, widest);
  const begin = now();
  let chapters = 0;
  const indented = (text: string, indent: string, shape = (line: string) => line): void => {
    for (const line of wrap(text, width - indent.length)) write(line.trim() === "" ? "" : indent + shape(line));
  };
  return {
    chapter(title) {
      chapters++;
      const time = `[${((now() - begin) / 1000).toFixed(0).padStart(3)} s] `;
      write("");
      const [first = "", ...others] = wrap(`${chapters}. ${title}`, width - time.length);
      write(format("dim", time) + format("bold", first));
      for (const line of others) write(" ".repeat(time.length) + format("bold", line));
    },
    say: (line) => {
      indented(line, "  ");
    },
    command: (line) => {
      indented(`$ ${line}`, "  ", (text) => format("cyan", text));
    },
    quote: (line) => {
      const sign = signs[line.trimStart().charAt(0)];
      indented(line, "    ", (text) => (sign === undefined ? text : format(sign, text)));
    },
    claim(claim, holds) {
      if (!holds) throw new Error(`not true: ${claim}`);
      const [first = "", ...others] = wrap(claim, width - 4);
      write(`  ${format("green", "✓")} ${first}`);
      for (const line of others) write(`    ${line}`);
    },
  };
}

/** Breaks a line between words; the rest hangs below the first word. A longer word stays whole. */
function wrap(line: string, columns: number): readonly string[] {
  if (line.length <= columns) return [line];
  const hang = " ".repeat(Math.min((/^\s*/.exec(line)?.[0].length ?? 0) + 2, columns / 2));
  const lines: string[] = [];
  let current = /^\s*/.exec(line)?.[0] ?? "";
  let isEmpty = true;
  for (const word of line.trim().split(/(?<=\S)(?=\s)/)) {
    if (!isEmpty && current.length + word.length > columns) {
      lines.push(current);
      current = hang + word.trimStart();
    } else current += word;
    isEmpty = false;
  }
  return [...lines, current];
}
