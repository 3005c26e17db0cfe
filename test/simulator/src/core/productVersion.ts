/** What differs between versions of the product, as far as the simulator shows it. */
export interface VersionTraits {
  /** Both sides of a federation must share it (rest-api.md#version-compatibility). */
  readonly fedKvVersion: string;
  readonly restVersion: string;
  /** The answer to an expired session (rest-api.md#sessions). */
  readonly expiredSessionStatus: 401 | 408;
  /** Whether a master pings a new member at once with a token that does not work (rest-api.md#status-values). */
  readonly pingsTooEarly: boolean;
  /** The oldest TLS of the listeners; before 1.2 nothing is simulated (rest-api.md#tls-and-ports). */
  readonly minTls: "TLSv1.2" | "TLSv1.3";
}

/** @throws {Error} when the version is not a number such as 5.4 or 5.4.1 */
export function traitsOf(version: string): VersionTraits {
  const number = versionNumber(version);
  const isBefore = (other: string) => number < versionNumber(other);
  return {
    fedKvVersion: newest(isBefore, [
      ["5.6.0", "BB38FD65"],
      ["5.4.5", "94444768"],
      ["5.4.3", "G7B5S135"],
      ["0.0.0", "28ea479c"],
    ]),
    restVersion: newest(isBefore, [
      ["5.6.0", "BB38FD65"],
      ["5.4.6", "94444768"],
      ["5.4.3", "G7B5S135"],
      ["5.4.0", "D6AD17D4"],
      ["0.0.0", "449EC339"],
    ]),
    expiredSessionStatus: isBefore("5.4.1") ? 408 : 401,
    pingsTooEarly: isBefore("5.6.0"),
    minTls: isBefore("5.6.0") ? "TLSv1.2" : "TLSv1.3",
  };
}

/** The value of the latest version that has come out, in a list that begins with the newest. */
function newest(isBefore: (other: string) => boolean, values: readonly (readonly [string, string])[]): string {
  return values.find(([since]) => !isBefore(since))?.[1] ?? "";
}

function versionNumber(version: string): number {
  const [, major, minor, patch = "0"] = /^(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?$/.exec(version) ?? [];
  if (major === undefined) throw new Error(`the product version must look like 5.4.1, not "${version}"`);
  return (Number(major) * 1000 + Number(minor)) * 1000 + Number(patch);
}
