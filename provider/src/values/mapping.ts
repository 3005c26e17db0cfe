import { InvalidTextError } from "./text";

/** A mapping of keys to values, as JSON and YAML have it. */
export type Mapping = Readonly<Record<string, unknown>>;

export function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path; `undefined` if there is none. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null && Object.hasOwn(inner, key) ? Reflect.get(inner, key) : undefined,
    value,
  );
}

/** No document of ours has half as many levels. */
const maxDepth = 100;

/**
 * Gives a parsed document back, so that functions that walk it level by level come to an end.
 * @throws InvalidTextError for one of more than 100 levels.
 */
export function requireShallow<Value>(value: Value): Value {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) throw new InvalidTextError(`a value has more than ${maxDepth} levels`);
    level = level.flatMap((each): unknown[] =>
      typeof each === "object" && each !== null ? Object.values<unknown>({ ...each }) : [],
    );
  }
  return value;
}

/**
 * The value without the keys that hold `null` or `undefined`, at any depth. They count as absent: YAML gives `null` for
 * `controller:` alone, and Pulumi's engine sends it for an Output of `undefined`.
 * @throws InvalidTextError as `requireShallow` does.
 */
export function omitNullish<Value>(value: Value): Value extends Mapping ? Record<string, unknown> : unknown;
export function omitNullish(value: unknown): unknown {
  return withoutNullish(requireShallow(value));
}

function withoutNullish(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNullish);
  if (!isMapping(value)) return value;
  const present = Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined);
  return Object.fromEntries(present.map(([key, inner]) => [key, withoutNullish(inner)]));
}

/** The named properties of an object, without those that are `undefined`. */
export function pick<T extends object, K extends keyof T>(from: T, ...keys: readonly K[]): Pick<T, K> {
  const present = keys.flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]] as const]));
  return Object.fromEntries(present) as Pick<T, K>;
}

/** A path as messages show it, such as `members[2].jointRest.port`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => (typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${String(key)}`))
    .join("");
}
