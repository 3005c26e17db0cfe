/** Versions from `atLeast` up to, but not including, `below`. Both are `major.minor.patch`. */
export interface VersionRange {
  readonly atLeast: string;
  readonly below: string;
}

/**
 * The first version number in what a program printed, as `major.minor.patch`: "v3.259.0" and "go version go1.26
 * linux/amd64" give "3.259.0" and "1.26.0". A pre-release counts as its release. Undefined when there is none.
 */
export function versionIn(text: string): string | undefined {
  const match = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return match === null ? undefined : `${match[1] ?? ""}.${match[2] ?? ""}.${match[3] ?? "0"}`;
}

export function isInRange(version: string, range: VersionRange): boolean {
  return compareVersions(version, range.atLeast) >= 0 && compareVersions(version, range.below) < 0;
}

export function rangeText(range: VersionRange): string {
  return `>=${range.atLeast} <${range.below}`;
}

function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((version) => version.split(".").map(Number));
  for (let place = 0; place < 3; place += 1) {
    const difference = (a?.[place] ?? 0) - (b?.[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
