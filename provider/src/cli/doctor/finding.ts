import type { PlacementFinding } from "../../kubernetes/placement";

/** `unknown`: could not be checked, which is no problem by itself. */
export type Level = "ok" | "warning" | "problem" | "unknown";

/** One thing the doctor looked at. */
export interface Finding {
  readonly level: Level;
  /** What was looked at, in one word. */
  readonly check: Check;
  /** What was found, in one sentence without its full stop. */
  readonly text: string;
  /** The setting that mends it, or what to do. */
  readonly fix?: string;
}

export type Check =
  | "settings"
  | "address"
  | "certificate"
  | "clock"
  | "login"
  | "rights"
  | "password"
  | "role"
  | "versions"
  | "leftovers"
  | "federation port"
  | "accounts"
  | "plan"
  | PlacementFinding["check"];

/** Which side of a membership; also the name of its settings. */
export type Side = "controller" | "master";
