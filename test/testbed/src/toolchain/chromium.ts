import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import * as z from "zod";
import { cacheRoot, createFolder } from "./cache";
import { findOnPath } from "./findOnPath";
import { runCommand } from "./runCommand";

/** A Chromium that starts on this machine. */
export interface Chromium {
  readonly path: string;
  /** What it needs in its environment to find its libraries and fonts. */
  readonly env: Readonly<Record<string, string>>;
}

const namesOnPath = ["chromium", "chromium-browser", "google-chrome"];

/** The fonts of the machine, and ours for one that has none. */
const fontsConfig = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

/**
 * The first Chromium on PATH that starts, else the one of npm's package, unpacked into our cache once: seconds, and
 * 200 MB.
 * @throws Error saying what to install, when there is none for this machine.
 */
export async function prepareChromium(): Promise<Chromium> {
  for (const name of namesOnPath) {
    const path = await findOnPath(name);
    if (path !== undefined && (await starts(path, {}))) return { path, env: {} };
  }
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(`Missing: Chromium. Install one that is on PATH as ${namesOnPath.join(" or ")}.`);
  }
  const folder = await unpackedPackage();
  const path = join(folder, "chromium");
  const fonts = { FONTCONFIG_FILE: join(folder, "fonts.conf") };
  const candidates = [fonts, { ...fonts, LD_LIBRARY_PATH: join(folder, "lib") }];
  for (const env of candidates) if (await starts(path, env)) return { path, env };
  throw new Error(`${path} does not start, with the libraries beside it or without. Install a chromium on PATH.`);
}

async function starts(path: string, env: Readonly<Record<string, string>>): Promise<boolean> {
  return (await runCommand(path, ["--version"], { env: { ...process.env, ...env } })).code === 0;
}

async function unpackedPackage(): Promise<string> {
  const packageFolder = join(dirname(require.resolve("@sparticuz/chromium")), "../..");
  const manifest: unknown = JSON.parse(await readFile(join(packageFolder, "package.json"), "utf8"));
  const { version } = z.object({ version: z.string() }).parse(manifest);
  const unpacked = join(cacheRoot(), "chromium", version);
  if (existsSync(unpacked)) return unpacked;
  await createFolder(unpacked, async (folder) => {
    const packed = (name: string) => join(packageFolder, "bin", `${name}.br`);
    await decompress(packed("chromium"), join(folder, "chromium"), 0o755);
    for (const name of ["al2023.tar", "fonts.tar"]) await unpackTar(packed(name), folder);
    await writeFile(join(folder, "fonts.conf"), fontsConfig);
  });
  return unpacked;
}

async function unpackTar(packed: string, folder: string): Promise<void> {
  const tar = join(folder, "packed.tar");
  await decompress(packed, tar, 0o644);
  const unpacked = await runCommand("tar", ["-xf", tar, "-C", folder, "--no-same-owner"]);
  if (unpacked.code !== 0) throw new Error(`tar: cannot unpack ${packed}\n${unpacked.stderr}`);
  await rm(tar);
}

async function decompress(packed: string, to: string, mode: number): Promise<void> {
  await pipeline(createReadStream(packed), createBrotliDecompress(), createWriteStream(to, { mode }));
}
