/** Says what happens, in plain words, with the time since the start. */
export interface Narrator {
  /** Opens a chapter: what is about to be done. */
  chapter(title: string): void;
  /** A line of detail. */
  say(line: string): void;
  /** A line of a program's own output. */
  quote(line: string): void;
  /** @throws Error with the claim, when it does not hold. */
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
      if (!holds) throw new Error(`this does not hold: ${claim}`);
      write(`  ✓ ${claim}`);
    },
  };
}
