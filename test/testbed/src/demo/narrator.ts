/** Prints the story of the demo, with the time since its start. */
export interface Narrator {
  /** Starts a chapter. */
  chapter(title: string): void;
  /** Prints a line of detail. */
  say(line: string): void;
  /** Prints a line of a program's output. */
  quote(line: string): void;
  /** Prints `claim` as verified. @throws Error with the claim unless it holds. */
  claim(claim: string, holds: boolean): void;
}

export function createNarrator(write: (line: string) => void): Narrator {
  const begin = Date.now();
  let chapters = 0;
  return {
    chapter(title) {
      chapters++;
      write(`\n[${((Date.now() - begin) / 1000).toFixed(0).padStart(3)} s] ${chapters}. ${title}`);
    },
    say(line) {
      write(`  ${line}`);
    },
    quote(line) {
      write(`    | ${line}`);
    },
    claim(claim, holds) {
      if (!holds) throw new Error(`not true: ${claim}`);
      write(`  ✓ ${claim}`);
    },
  };
}
