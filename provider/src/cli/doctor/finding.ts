import type { PlacementFinding } from "../../kubernetes/placement";

/** `unknown`: could not be checked, which is not a problem by itself. */
export type Level = "ok" | "warning" | "problem" | "unknown";

/** One result of a check. */
export interface Finding {
  readonly level: Level;
  /** What was checked. */
  readonly check: Check;
  /** The result, as a sentence without a full stop. */
  readonly text: string;
  /** The setting that fixes it, or what to do. */
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

/** A side of a membership, by the name of its settings. */
export type Side = "controller" | "master";
