import type { z } from "zod";
import { containsUnknown, isMapping, omitEngineKeys, unknownValue, valueAt } from "./props";
import { NeuVectorError } from "../../errors/neuVectorError";

/** One problem of an input, at its path such as `jointRest.port`. The text never repeats a value. */
export interface InputProblem {
  readonly property: string;
  readonly reason: string;
}

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
  const parsed = schema.safeParse(isMapping(raw) ? omitEngineKeys(raw) : raw);
  const issues = parsed.error?.issues.filter(({ path }) => !isUnknownAt(raw, path)) ?? [];
  const problems = [...issues.flatMap((issue) => toProblems(issue, raw)), ...crossCheck(raw)];
  return parsed.success && problems.length === 0 ? { inputs: parsed.data } : { problems };
}

/** Returns the checked inputs. @throws NeuVectorError invalid_input with every problem. */
export function requireInputs<T>(checked: CheckedInputs<T>): T {
  if ("inputs" in checked) return checked.inputs;
  const list = checked.problems.map(({ property, reason }) => `${property}: ${reason}`).join("; ");
  throw new NeuVectorError("invalid_input", list);
}

function toProblems(issue: z.core.$ZodIssue, raw: unknown): InputProblem[] {
  if (issue.code !== "unrecognized_keys")
    return [{ property: joinPath(issue.path), reason: describeIssue(issue, raw) }];
  return issue.keys.map((key) => ({ property: joinPath([...issue.path, key]), reason: "no such input" }));
}

function describeIssue(issue: z.core.$ZodIssue, raw: unknown): string {
  const missing = issue.code === "invalid_type" && valueAt(raw, issue.path.map(String)) === undefined;
  return missing ? "is required" : issue.message;
}

function joinPath(path: readonly PropertyKey[]): string {
  return path.map(String).join(".");
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
