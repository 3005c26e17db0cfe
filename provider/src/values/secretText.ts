import * as z from "zod";
import { text } from "./primitives";
import { Secret } from "./secret";
import { InvalidTextError, secretLine } from "./text";

/** How a secret is wrapped as soon as it is read: in a `Secret`, in a Pulumi Output, or not at all. */
export type Wrap<S> = (plain: string) => S;

export const toSecret: Wrap<Secret> = (plain) => new Secret(plain);

/** Marks a key that holds a secret, in the JSON Schema and in the reference. */
export const secretMeta = { writeOnly: true } as const;

interface SecretForm {
  /** The secret in the text as given; by default a single line. @throws InvalidTextError */
  readonly parse?: (text: string) => string;
  /** What is wrong with the secret, in words that do not repeat it. */
  readonly problem?: (secret: string) => string | undefined;
}

/** The schema of a secret, which leaves it wrapped. */
export function secretText<S>(wrap: Wrap<S>, { parse = secretLine, problem = () => undefined }: SecretForm = {}) {
  return text
    .transform((given, context): S => {
      try {
        const secret = parse(given);
        const message = secret.trim() === "" ? "must not be blank" : problem(secret);
        if (message === undefined) return wrap(secret);
        context.addIssue(message);
      } catch (error) {
        if (!(error instanceof InvalidTextError)) throw error;
        context.addIssue(error.message);
      }
      return z.NEVER;
    })
    .meta(secretMeta);
}
