import { satisfies } from "semver";

const nodeVersions = ">=22.12.0";

/** @throws Error saying what to install if this Node is too old for the project. */
export function requireNode(version: string = process.versions.node): void {
  if (satisfies(version, nodeVersions, { includePrerelease: true })) return;
  throw new Error(`This is Node ${version}. Install Node 22.12 or newer, and run npm ci again.`);
}
