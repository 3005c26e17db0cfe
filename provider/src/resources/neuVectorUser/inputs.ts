import { z } from "zod";
import { credentials, exclusionMessage, restAddress, secretText, tls } from "../../values/schemas";
import { unverifiedProxyProblem } from "../../values/proxy";
import { secretReference } from "../../values/secretReference";
import { checkInputs, type CheckedInputs, type InputProblem } from "../shared/checkInputs";
import { unknownValue, valueAt } from "../shared/props";

const shape = z.strictObject({
  controller: restAddress.extend({ credentials, tls: tls.optional() }),
  username: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "expected 1 to 64 letters, digits, dots, hyphens and underscores"),
  password: secretText.optional(),
  passwordFrom: secretReference.optional(),
  // Any other role either cannot scrape (`ciops`, a custom one) or is more than a task needs
  // (rest-api.md#roles-and-permissions).
  role: z.enum(["reader", "admin", "fedAdmin"], "expected reader, admin or fedAdmin"),
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
  const username = valueAt(raw, ["username"]);
  const password = valueAt(raw, ["password"]) !== undefined;
  const reference = valueAt(raw, ["passwordFrom"]) !== undefined;
  const rules: [boolean, string, string][] = [
    [!password && !reference, "password", "give password or passwordFrom"],
    [password && reference, "passwordFrom", exclusionMessage("password")],
    [username === "admin", "username", "admin is built in: it cannot be created or deleted"],
    [
      username !== undefined &&
        username !== unknownValue &&
        username === valueAt(raw, ["controller", "credentials", "username"]),
      "username",
      "an account cannot manage itself: give controller.credentials another one",
    ],
    [
      valueAt(raw, ["controller", "proxy"]) !== undefined && valueAt(raw, ["controller", "tls", "verify"]) === false,
      "controller.proxy",
      unverifiedProxyProblem,
    ],
  ];
  return rules.filter(([isBroken]) => isBroken).map(([, property, reason]) => ({ property, reason }));
}
