import * as z from "zod";
import { isMapping } from "./mapping";

/** An error text: what a value should be, or that it is missing. Never repeats the value, which may be a secret. */
export function expected(what: string): { readonly error: (issue: { readonly input?: unknown }) => string } {
  return { error: ({ input }) => (input === undefined ? "is required" : `expected ${what}`) };
}

/** Text that is not empty. YAML reads an unquoted `0777` as a number, and the zero is lost. */
export const text = z
  .string({
    error: (issue) => (typeof issue.input === "number" ? "is a number: quote it" : expected("text").error(issue)),
  })
  .min(1, "must not be empty");

/** One of these words. */
export function choice<const Words extends readonly [string, string, ...string[]]>(...words: Words) {
  return z.enum(words, expected(`${words.slice(0, -1).join(", ")} or ${words.at(-1) ?? ""}`));
}

export const flag = z.boolean(expected("true or false"));

/** A whole number from `min` to `max`; without `max`, `min` or more. */
export function wholeNumber(min: number, max?: number) {
  const rule = expected(max === undefined ? `a whole number, ${min} or more` : `a whole number, ${min} to ${max}`);
  const atLeast = z.int(rule).min(min, rule);
  return max === undefined ? atLeast : atLeast.max(max, rule);
}

const aDuration = expected("a number of seconds above 0");
export const seconds = z.number(aDuration).positive(aDuration);

const aPort = expected("a port number, 1 to 65535");
export const port = z.int(aPort).min(1, aPort).max(65535, aPort);

/** The name of an environment variable. */
export const variableName = text.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected the name of an environment variable");

/** A mapping that refuses unknown keys. */
export function mapping<Shape extends z.ZodRawShape>(shape: Shape, what = "a mapping") {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "invalid_type" ? expected(what).error(issue) : undefined),
  });
}

/** A rule over several keys: where a violation is reported (a dotted path; "" for the mapping), what it says, and when the rule is met. */
export type Rule<Value> = readonly [path: string, message: string, isMet: (value: Value) => boolean];

/** Tells the issue of a rule, which is about the keys beside it too, from the issue of a single value. */
export function isRuleIssue(issue: z.core.$ZodIssue): boolean {
  return issue.code === "custom" && issue.params?.["isRule"] === true;
}

/**
 * The schema of a mapping with rules over several keys. They run even if single keys are invalid, so that all problems
 * are reported at once; a rule must therefore only ask which keys are present.
 */
export function withRules<Schema extends z.ZodType>(
  schema: Schema,
  ...rules: readonly Rule<z.output<Schema>>[]
): Schema {
  return schema.check(
    ...rules.map(([dotted, error, isMet]) => {
      const path = dotted.split(".").filter((key) => key !== "");
      return z.refine<z.output<Schema>>(isMet, {
        path,
        error,
        when: ({ value }) => isMapping(value),
        params: { isRule: true },
      });
    }),
  );
}

/** Rules that at most one of the keys is present. A violation is reported at the later one. */
export function atMostOne(...keys: readonly string[]): Rule<unknown>[] {
  return keys.flatMap((later, index) =>
    keys
      .slice(0, index)
      .map((earlier): Rule<unknown> => [
        later,
        `give ${earlier} or ${later}, not both`,
        (value) => !isPresent(value, earlier) || !isPresent(value, later),
      ]),
  );
}

function isPresent(value: unknown, key: string): boolean {
  return typeof value === "object" && value !== null && Reflect.get(value, key) !== undefined;
}
