import type { ResourceProps } from "../resources/shared/props";

/** The value at a path of keys; `undefined` where there is none. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  return isMapping(value) ? valueAt(value[key], rest) : undefined;
}

function isMapping(value: unknown): value is ResourceProps {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
