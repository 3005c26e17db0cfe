import type { z } from "zod";
import { omitNullish, valueAt } from "../../values/mapping";
import { isRuleIssue, type Rule } from "../../values/primitives";
import { unknownKeyMessage } from "../../values/unknownKeys";

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
  const parsed = schema.safeParse(omitNullish(omitEngineKeys(raw)));
  const issues = parsed.error?.issues.filter((issue) => !isUndecided(issue, raw)) ?? [];
  const problems = [...issues.flatMap((issue) => problemsOf(issue, schema, raw)), ...together(raw)];
  return parsed.success && problems.length === 0 ? { inputs: parsed.data } : { problems };
}

/** The problems of rules over several inputs that are not met. */
export function brokenRules(rules: readonly Rule<unknown>[], raw: unknown): InputProblem[] {
  return rules.filter(([, , isMet]) => !isMet(raw)).map(([property, reason]) => ({ property, reason }));
}

function problemsOf(issue: z.core.$ZodIssue, schema: z.core.$ZodType, raw: unknown): InputProblem[] {
  const { path } = issue;
  if (issue.code !== "unrecognized_keys") return [{ property: joinPath(path), reason: describeIssue(issue, raw) }];
  return issue.keys.map((key) => ({
    property: joinPath([...path, key]),
    reason: unknownKeyMessage(key, schema, path),
  }));
}

function describeIssue(issue: z.core.$ZodIssue, raw: unknown): string {
  const missing = issue.code === "invalid_type" && valueAt(raw, issue.path) === undefined;
  return missing ? "is required" : issue.message;
}

function joinPath(path: readonly PropertyKey[]): string {
  return path.map(String).join(".");
}

function omitEngineKeys(raw: unknown): unknown {
  if (typeof raw !== "object" || raw === null) return raw;
  return Object.fromEntries(Object.entries(raw).filter(([key]) => !key.startsWith("__")));
}

/** True for an issue that may disappear once values are known that a preview does not know yet. */
function isUndecided(issue: z.core.$ZodIssue, raw: unknown): boolean {
  if (isUnknownAt(raw, issue.path)) return true;
  const beside = valueAt(raw, issue.path.slice(0, -1));
  return isRuleIssue(issue) && typeof beside === "object" && Object.values(beside ?? {}).includes(unknownValue);
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
