import { ProgramError, UsageError } from "../commandLine/commandLine";
import { closestMatch } from "../values/unknownKeys";
import { isMapping } from "../values/mapping";
import { pluralize } from "./format";

/** A step of a path: a key, an index, or `*` for every element. */
type Step = string | number;

const oneStep = /^(?:\.?([A-Za-z_]\w*)|\[(\d{1,6}|\*)\])/;

/**
 * Parses a path such as `masters[0].members[*].conditions.Synced.status`: keys, `[n]` for an element, `[*]` for all. A
 * leading `$` or dot is allowed, so that it is a JSONPath too. @throws UsageError for anything else.
 */
export function parseValuePath(text: string): readonly Step[] {
  const steps: Step[] = [];
  let rest = text.replace(/^\$?\.?/, "");
  while (rest !== "") {
    const [whole = "", key, index] = oneStep.exec(rest) ?? [];
    if (whole === "") throw new UsageError("--get <path>: expected a path such as masters[0].members[*].name");
    steps.push(key ?? (index === "*" ? "*" : Number(index)));
    rest = rest.slice(whole.length);
  }
  return steps;
}

/** Returns the values at a path. @throws ProgramError if there is none, with the key that was probably meant. */
export function valuesAt(value: unknown, path: readonly Step[]): readonly unknown[] {
  return path.reduce<readonly unknown[]>((values, step) => values.flatMap((each) => take(each, step)), [value]);
}

function take(value: unknown, step: Step): readonly unknown[] {
  if (Array.isArray(value)) {
    const elements: readonly unknown[] = value;
    if (step === "*") return elements;
    if (typeof step === "number" && step < elements.length) return [elements[step]];
    if (typeof step === "string")
      throw new ProgramError("--get: there is a list: choose an element with [0], or all with [*]");
    if (elements.length === 0) throw new ProgramError("--get: the list is empty");
    throw new ProgramError(`--get: the list has ${pluralize(elements.length, "element")}, and the first is [0]`);
  }
  if (!isMapping(value)) throw new ProgramError("--get: the path leads into a value that has no parts");
  const keys = Object.keys(value);
  if (typeof step === "number" || step === "*")
    throw new ProgramError(`--get: there is no list: choose one of ${keys.join(", ")}`);
  if (Object.hasOwn(value, step)) return [value[step]];
  const near = closestMatch(step, keys, 2);
  throw new ProgramError(
    `--get: no such key, ${near === undefined ? `known: ${keys.join(", ")}` : `did you mean ${near}?`}`,
  );
}

/** Formats a value on one line: a text as it is, anything else as JSON. */
export function formatValue(value: unknown): string {
  return typeof value === "string" ? value.replace(/\p{Cc}/gu, "?") : JSON.stringify(value ?? null);
}
