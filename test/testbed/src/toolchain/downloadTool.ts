import { chmod, copyFile, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { DownloadError, type DownloadClient } from "./downloadClient";
import type { PlannedDownload } from "./downloadPlan";
import { isExecutable } from "./findOnPath";
import { inspectProgram, rejectReason } from "./locateTool";
import type { Checksum } from "./releases";
import { runCommand } from "./runCommand";
import type { Program } from "./tools";

/**
 * Downloads releases and puts their programs into `folder`.
 * @throws {DownloadError} unless each content has its checksum and each program starts and is of an accepted version.
 */
export async function downloadInto(
  folder: string,
  programs: readonly Program[],
  downloads: readonly PlannedDownload[],
  client: DownloadClient,
): Promise<void> {
  for (const { release, url, officialUrl, checksum } of downloads) {
    const expected = "hex" in checksum ? checksum : await publishedChecksum(checksum, officialUrl, client);
    const scratch = join(folder, "download");
    await mkdir(join(scratch, "files"), { recursive: true });
    const downloaded = join(scratch, "content");
    await client.file(url, downloaded, expected);
    await unpack(downloaded, join(scratch, "files"), release, url);
    for (const name of release.files) {
      const path = join(scratch, "files", name);
      if (!(await isExecutable(path))) throw new DownloadError(`${url}: holds no program ${name}`);
      await rename(path, join(folder, name));
    }
    await rm(scratch, { recursive: true });
  }
  for (const program of programs) {
    const problem = rejectReason(program, await inspectProgram(join(folder, program.name), program));
    if (problem !== undefined) throw new DownloadError(`the downloaded ${program.name} does not fit: ${problem}`);
  }
}

async function publishedChecksum(
  checksums: Exclude<PlannedDownload["checksum"], Checksum>,
  officialUrl: string,
  client: DownloadClient,
): Promise<Checksum> {
  const list = checksums.url(officialUrl);
  const found = checksums.read(await client.text(list), officialUrl);
  if (found === undefined) throw new DownloadError(`${list}: lists no checksum of ${officialUrl}`);
  return found;
}

async function unpack(
  downloaded: string,
  into: string,
  { stripComponents, files }: PlannedDownload["release"],
  url: string,
): Promise<void> {
  if (stripComponents === undefined) {
    for (const name of files) {
      await copyFile(downloaded, join(into, name));
      await chmod(join(into, name), 0o755);
    }
    return;
  }
  const strip = `--strip-components=${stripComponents}`;
  const { code, stderr } = await runCommand("tar", ["-xzf", downloaded, "-C", into, strip, "--no-same-owner"]);
  if (code !== 0) throw new DownloadError(`${url}: tar cannot unpack it: ${stderr.trim().split("\n")[0] ?? ""}`);
}
