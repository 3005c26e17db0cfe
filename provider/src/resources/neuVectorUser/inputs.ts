import type * as z from "zod";
import { valueAt } from "../../values/mapping";
import { atMostOne, choice, mapping, text, type Rule } from "../../values/primitives";
import { parsedSecretReference } from "../../values/secretReference";
import { secretText, toSecret } from "../../values/secretText";
import { brokenRules, checkInputs, type CheckedInputs } from "../shared/checkInputs";
import type { InputProblem } from "../shared/resourceLifecycle";
import { controller } from "../shared/controllerInputs";
import { unknownValue } from "../shared/props";

const shape = mapping({
  controller,
  username: text.regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    "expected 1 to 64 letters, digits, dots, hyphens and underscores",
  ),
  password: secretText(toSecret).exactOptional(),
  passwordFrom: parsedSecretReference.exactOptional(),
  // Any other role either cannot scrape (`ciops`, a custom one) or is more than a task needs
  // (rest-api.md#roles-and-permissions).
  role: choice("reader", "admin", "fedAdmin"),
});

/** The inputs of a NeuVectorUser, checked and with defaults. Secrets are wrapped. */
export type UserInputs = z.output<typeof shape>;

/** Reads the inputs from a stored state, whose role is the observed one and may be any. */
export const storedUserInputs = shape.omit({ role: true }).loose();

/** Checks the inputs and adds defaults, or returns every problem. A value unknown during a preview is not a problem. */
export function parseUserInputs(raw: unknown): CheckedInputs<UserInputs> {
  return checkInputs(shape, raw, combinationProblems);
}

/** Finds problems of several inputs together. */
function combinationProblems(raw: unknown): InputProblem[] {
  return brokenRules(rules, raw);
}

const rules: readonly Rule<unknown>[] = [
  ["password", "give password or passwordFrom", (raw) => isGiven(raw, "password") || isGiven(raw, "passwordFrom")],
  ...atMostOne("password", "passwordFrom"),
  ["username", "admin is built in: it cannot be created or deleted", (raw) => valueAt(raw, ["username"]) !== "admin"],
  [
    "username",
    "an account cannot manage itself: give controller.credentials another one",
    (raw) => {
      const username = valueAt(raw, ["username"]);
      const manager = valueAt(raw, ["controller", "credentials", "username"]);
      return username === undefined || username === unknownValue || username !== manager;
    },
  ],
];

function isGiven(raw: unknown, key: string): boolean {
  return valueAt(raw, [key]) !== undefined;
}
