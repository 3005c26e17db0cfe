/** How tools may be downloaded, from the environment. */
export interface DownloadSettings {
  /** Whether nothing may be downloaded. */
  readonly never: boolean;
  /** The address of a mirror, ending with a slash. */
  readonly mirror?: string;
  /** SHA-256 in lower-case hex, by the name of a release. */
  readonly checksums: ReadonlyMap<string, string>;
}

const checksumPrefix = "FEDJOIN_TOOLS_SHA256_";

/** @throws Error naming the first variable whose value cannot be used. An empty value counts as unset. */
export function readDownloadSettings(env: NodeJS.ProcessEnv, releases: readonly string[]): DownloadSettings {
  const download = env["FEDJOIN_TOOLS_DOWNLOAD"] ?? "";
  if (!["", "never"].includes(download)) throw new Error("FEDJOIN_TOOLS_DOWNLOAD: expected never, or no value");
  const mirror = env["FEDJOIN_TOOLS_MIRROR"] ?? "";
  const given = Object.entries(env).filter(([name, value]) => name.startsWith(checksumPrefix) && value !== "");
  return {
    never: download === "never",
    ...(mirror !== "" && { mirror: mirrorAddress(mirror) }),
    checksums: new Map(
      given.map(([name, value = ""]) => {
        const release = name.slice(checksumPrefix.length);
        if (!releases.includes(release)) {
          const known = releases.map((each) => checksumPrefix + each);
          throw new Error(`${name}: no such tool; there are ${known.join(", ")}`);
        }
        if (!/^[0-9a-f]{64}$/i.test(value)) throw new Error(`${name}: expected a SHA-256 of 64 hexadecimal digits`);
        return [release, value.toLowerCase()] as const;
      }),
    ),
  };
}

function mirrorAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["https:", "http:"].includes(url.protocol)) {
    throw new Error("FEDJOIN_TOOLS_MIRROR: expected an address such as https://mirror.example.com/tools");
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new Error("FEDJOIN_TOOLS_MIRROR: credentials, a query or a fragment are not supported");
  }
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}
