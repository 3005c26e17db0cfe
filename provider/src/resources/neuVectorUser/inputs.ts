import type { z } from "zod";
import { valueAt } from "../../values/mapping";
import { atMostOne, choice, mapping, text, type Rule } from "../../values/primitives";
import { parsedSecretReference } from "../../values/secretReference";
import { secretText, toSecret } from "../../values/secretText";
import { brokenRules, checkInputs, unknownValue, type InputProblem } from "../shared/checkInputs";
import { controller } from "../shared/controllerInputs";

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

/** NeuVectorUser's inputs, checked and complete. Secrets are wrapped. */
export type UserInputs = z.output<typeof shape>;

/** The inputs inside a stored state, whose role is the one that was found and may be any. */
export const storedUserInputs = shape.omit({ role: true }).loose();

/** The inputs checked and completed with defaults, or every problem at once. Values unknown in a preview are no problem. */
export function parseUserInputs(raw: unknown): { inputs: UserInputs } | { problems: InputProblem[] } {
  return checkInputs(shape, raw, combinationProblems);
}

/** What each input alone cannot show. */
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
