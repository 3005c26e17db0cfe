import type { InputProblem } from "./resourceLifecycle";
import type * as z from "zod";
import { containsUnknown, omitEngineKeys, unknownValue } from "./props";
import { NeuVectorError } from "../../errors/neuVectorError";
import { isMapping, omitNullish, valueAt } from "../../values/mapping";
import { isRuleIssue, type Rule } from "../../values/primitives";
import { unknownKeyMessage } from "../../values/unknownKeys";

export type CheckedInputs<T> = { readonly inputs: T } | { readonly problems: InputProblem[] };

/**
 * Checks the inputs of a resource and completes them with defaults, or returns every problem. `crossCheck` finds problems of
 * several inputs together. A value that is not known yet during a preview is not a problem.
 */
export function checkInputs<T>(
  schema: z.ZodType<T>,
  raw: unknown,
  crossCheck: (raw: unknown) => readonly InputProblem[],
): CheckedInputs<T> {
  const parsed = schema.safeParse(omitNullish(isMapping(raw) ? omitEngineKeys(raw) : raw));
  const issues = parsed.error?.issues.filter((issue) => !isUndecided(issue, raw)) ?? [];
  const problems = [...issues.flatMap((issue) => toProblems(issue, schema, raw)), ...crossCheck(raw)];
  return parsed.success && problems.length === 0 ? { inputs: parsed.data } : { problems };
}

/** Returns the checked inputs. @throws NeuVectorError invalid_input with every problem. */
export function requireInputs<T>(checked: CheckedInputs<T>): T {
  if ("inputs" in checked) return checked.inputs;
  const list = checked.problems.map(({ property, reason }) => `${property}: ${reason}`).join("; ");
  throw new NeuVectorError("invalid_input", list);
}

/** Returns the problems of rules over several inputs that are not met. */
export function brokenRules(rules: readonly Rule<unknown>[], raw: unknown): InputProblem[] {
  return rules.filter(([, , isMet]) => !isMet(raw)).map(([property, reason]) => ({ property, reason }));
}

function toProblems(issue: z.core.$ZodIssue, schema: z.core.$ZodType, raw: unknown): InputProblem[] {
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

/** True for an issue that may disappear once values are known that a preview does not know yet. */
function isUndecided(issue: z.core.$ZodIssue, raw: unknown): boolean {
  if (isUnknownAt(raw, issue.path)) return true;
  const beside = valueAt(raw, issue.path.slice(0, -1));
  return isRuleIssue(issue) && typeof beside === "object" && Object.values(beside ?? {}).includes(unknownValue);
}

/** True if the value at `path`, a value above it or a value below it is not known yet. */
function isUnknownAt(raw: unknown, path: readonly PropertyKey[]): boolean {
  let value = raw;
  for (const key of path) {
    if (value === unknownValue) return true;
    if (typeof value !== "object" || value === null) return false;
    value = Reflect.get(value, key);
  }
  return containsUnknown(value);
}
