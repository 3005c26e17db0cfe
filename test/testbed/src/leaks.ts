import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** How a secret may hide: as it is, JSON-escaped (once and twice), in base64 (at each of the three alignments), URL-encoded. */
export function encodingsOf(secret: string): string[] {
  const aligned = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)]).toString("base64");
    // The first and last group also depend on what stands beside the secret.
    return text.slice(shift === 0 ? 0 : 4).replace(/.{0,3}=*$/, "");
  });
  const escaped = JSON.stringify(secret).slice(1, -1);
  const twice = JSON.stringify(escaped).slice(1, -1);
  return [...new Set([secret, escaped, twice, encodeURIComponent(secret), ...aligned])];
}

/** Every place below `folder` where one of the secrets stands in any disguise, as `file: which secret`. */
export async function findLeaks(folder: string, secrets: ReadonlyMap<string, string>): Promise<string[]> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const found: string[] = [];
  for (const { parentPath, name } of files) {
    const content = await readFile(join(parentPath, name), "utf8");
    for (const [what, secret] of secrets) {
      if (encodingsOf(secret).some((disguise) => content.includes(disguise))) found.push(`${name}: ${what}`);
    }
  }
  return found;
}
