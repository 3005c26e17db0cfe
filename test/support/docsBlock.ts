import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "@fedjoin/testbed";

/** A code block of a page: its info string, such as `sh` or `sh once`, and its text. */
export interface PageBlock {
  readonly info: string;
  readonly text: string;
}

/** The section of a page under a heading, without those below it. @throws Error without that heading. */
export function pageSection(page: string, heading: string): string {
  const section = readPage(page)
    .split(/^(?=#{2,6} )/m)
    .find((text) => /^#+ (.*)$/m.exec(text)?.[1] === heading);
  if (section === undefined) throw new Error(`${page} has no section ${heading}`);
  return section;
}

/** The code blocks of a page, or of its section under a heading, in order. @throws Error without that heading. */
export function pageBlocks(page: string, heading?: string): PageBlock[] {
  const content = heading === undefined ? readPage(page) : pageSection(page, heading);
  return [...content.matchAll(/^ *```([^\n]*)\n([^]*?)^ *```$/gm)].map(([, info = "", text = ""]) => ({ info, text }));
}

/** The first code block of a page that contains `part`. @throws Error when there is none. */
export function docsBlock(page: string, part: string): string {
  const block = pageBlocks(page).find(({ text }) => text.includes(part));
  if (block === undefined) throw new Error(`${page} has no block with ${part}`);
  return block.text;
}

const readPage = (page: string): string => readFileSync(join(repositoryRoot, page), "utf8");
