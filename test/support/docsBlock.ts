import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "@fedjoin/testbed";

/** The first code block of a page that contains `text`. @throws Error when there is none. */
export function docsBlock(page: string, text: string): string {
  const blocks = readFileSync(join(repositoryRoot, page), "utf8").matchAll(/^```\w*\n([^]*?)^```$/gm);
  for (const [, block = ""] of blocks) if (block.includes(text)) return block;
  throw new Error(`${page} has no block with ${text}`);
}
