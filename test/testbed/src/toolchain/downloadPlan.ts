import type { DownloadSettings } from "./downloadSettings";
import type { Checksum, ChecksumFile, Release } from "./releases";

/** A release to download, and what its content is compared with. */
export interface PlannedDownload {
  readonly release: Release;
  readonly officialUrl: string;
  /** The official address, or the mirror's. */
  readonly url: string;
  readonly checksum: Checksum | ChecksumFile;
}

/** All that a tool needs, or why it cannot be downloaded. */
export type DownloadPlan = { readonly downloads: readonly PlannedDownload[] } | { readonly reason: string };

/**
 * Plans the downloads of a tool. A pinned checksum always holds. Without one, the user's holds, and then the published
 * file, which only an official download is compared with.
 */
export function planDownloads(
  releases: readonly Release[],
  platform: string,
  settings: DownloadSettings,
  pinned: ReadonlyMap<string, Checksum>,
): DownloadPlan {
  if (settings.never) return { reason: "FEDJOIN_TOOLS_DOWNLOAD=never" };
  if (releases.length === 0) return { reason: "no checksum of a release is known" };
  const downloads: PlannedDownload[] = [];
  for (const release of releases) {
    if (!release.platforms.includes(platform)) {
      return { reason: `${release.files.join(" and ")} has no official release for ${platform}` };
    }
    const officialUrl = release.url(platform);
    const checksum = checksumOf(release, pinned.get(officialUrl), settings);
    if (checksum === undefined) {
      return { reason: `no checksum for ${officialUrl}: set FEDJOIN_TOOLS_SHA256_${release.name}` };
    }
    downloads.push({ release, officialUrl, url: mirrored(officialUrl, settings.mirror), checksum });
  }
  return { downloads };
}

function checksumOf(
  { name, checksums }: Release,
  pinned: Checksum | undefined,
  { mirror, checksums: given }: DownloadSettings,
): Checksum | ChecksumFile | undefined {
  const hex = given.get(name);
  if (pinned !== undefined && hex !== undefined && hex !== pinned.hex) {
    throw new Error(`FEDJOIN_TOOLS_SHA256_${name}: this release has a pinned checksum, which no setting changes`);
  }
  if (pinned !== undefined) return pinned;
  if (hex !== undefined) return { algorithm: "sha256", hex };
  return mirror === undefined ? checksums : undefined;
}

/** A mirror has each file under its official address without the scheme, as `wget -x` stores it. */
function mirrored(officialUrl: string, mirror: string | undefined): string {
  return mirror === undefined ? officialUrl : mirror + officialUrl.replace(/^https:\/\//, "");
}
