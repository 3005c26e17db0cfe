import type { z } from "zod";

/** What Pulumi puts in place of a value that is not known yet during a preview. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** One thing wrong with an input, by its path such as `jointRest.port`. The text never repeats a value. */
export interface InputProblem {
  readonly property: string;
  readonly reason: string;
}

/**
 * The inputs of a resource checked and completed with defaults, or every problem at once; `together` finds what each
 * input alone cannot show. Values unknown in a preview are no problem.
 */
export function checkInputs<T>(
  schema: z.ZodType<T>,
  raw: unknown,
  together: (raw: unknown) => readonly InputProblem[],
): { inputs: T } | { problems: InputProblem[] } {
  const parsed = schema.safeParse(omitEngineKeys(raw));
  const issues = parsed.error?.issues.filter(({ path }) => !isUnknownAt(raw, path)) ?? [];
  const problems = [...issues.flatMap((issue) => problemsOf(issue, raw)), ...together(raw)];
  return parsed.success && problems.length === 0 ? { inputs: parsed.data } : { problems };
}

function problemsOf(issue: z.core.$ZodIssue, raw: unknown): InputProblem[] {
  if (issue.code !== "unrecognized_keys")
    return [{ property: joinPath(issue.path), reason: describeIssue(issue, raw) }];
  return issue.keys.map((key) => ({ property: joinPath([...issue.path, key]), reason: "no such input" }));
}

/** The inputs without keys that hold `null`, which is how the engine sends an Output of `undefined`: they are not given. */
export function omitNullish(inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const given = Object.entries(inputs).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(given.map(([key, value]) => [key, isMapping(value) ? omitNullish(value) : value]));
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path, `undefined` where something above it is none. */
export function valueAt(raw: unknown, path: readonly string[]): unknown {
  return path.reduce(
    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined) as unknown,
    raw,
  );
}

function describeIssue(issue: z.core.$ZodIssue, raw: unknown): string {
  const missing = issue.code === "invalid_type" && valueAt(raw, issue.path.map(String)) === undefined;
  return missing ? "is required" : issue.message;
}

function joinPath(path: readonly PropertyKey[]): string {
  return path.map(String).join(".");
}

function omitEngineKeys(raw: unknown): unknown {
  if (typeof raw !== "object" || raw === null) return raw;
  return Object.fromEntries(Object.entries(raw).filter(([key]) => !key.startsWith("__")));
}

/** True when the value at `path`, something above it or something below it is not known yet. */
function isUnknownAt(raw: unknown, path: readonly PropertyKey[]): boolean {
  let value = raw;
  for (const key of path) {
    if (value === unknownValue) return true;
    if (typeof value !== "object" || value === null) return false;
    value = Reflect.get(value, key);
  }
  return containsUnknown(value);
}

/** True when a value, or any value inside it, is not known yet in a preview. */
export function containsUnknown(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === unknownValue;
  return Object.values(value).some(containsUnknown);
}
