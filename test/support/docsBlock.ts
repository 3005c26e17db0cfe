import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "@fedjoin/testbed";

/** A code block of a page: its info string, such as `sh` or `sh once`, and its text. */
export interface PageBlock {
  readonly info: string;
  readonly text: string;
}

/** All code blocks of a page, in order. */
export function pageBlocks(page: string): PageBlock[] {
  const content = readFileSync(join(repositoryRoot, page), "utf8");
  return [...content.matchAll(/^ *```([^\n]*)\n([^]*?)^ *```$/gm)].map(([, info = "", text = ""]) => ({ info, text }));
}

/** The first code block of a page that contains `part`. @throws Error when there is none. */
export function docsBlock(page: string, part: string): string {
  const block = pageBlocks(page).find(({ text }) => text.includes(part));
  if (block === undefined) throw new Error(`${page} has no block with ${part}`);
  return block.text;
}
