import type { Stored } from "../fedJoin/state";

/** Credentials are one thing: half of one account with half of another is none. */
const replacedWhole = new Set(["credentials"]);

/** `over` on top of `base`, mappings merged at every depth; credentials and everything else are replaced whole. */
export function mergeSettings(base: Stored, over: Stored = {}): Stored {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const below = merged.get(key);
    const isMerged = !replacedWhole.has(key) && isMapping(below) && isMapping(value);
    merged.set(key, isMerged ? mergeSettings(below, value) : value);
  }
  return Object.fromEntries(merged);
}

/** The value at a path of keys; `undefined` where there is none. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  return isMapping(value) ? valueAt(value[key], rest) : undefined;
}

function isMapping(value: unknown): value is Stored {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
