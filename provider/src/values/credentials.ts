import type * as z from "zod";
import { atMostOne, mapping, text, withRules } from "./primitives";
import { secretText, type Wrap } from "./secretText";

/** `name:secret`, as NeuVector's API keys are written (rest-api.md#api-keys). */
export const apiKeyPattern = /^[A-Za-z0-9_-]{1,32}:[^:\s]+$/;

/** An API key, wrapped. */
export function apiKeyText<S>(wrap: Wrap<S>) {
  return secretText(wrap, {
    problem: (key) => (apiKeyPattern.test(key) ? undefined : "expected name:secret"),
  }).meta({ pattern: apiKeyPattern.source });
}

const unlessApiKey = "is required, unless there is an apiKey";

/**
 * An account at a controller: a user name and a password, or an API key.
 * @param reference The schema of a reference to a secret, which may refuse every one.
 */
export function credentialsSchema<S, Reference extends z.ZodType>(wrap: Wrap<S>, reference: Reference) {
  return withRules(
    mapping({
      username: text.exactOptional().describe("the account's name"),
      password: secretText(wrap).exactOptional().describe("its password"),
      passwordFrom: reference.exactOptional().describe("where a FedJoin reads the password, instead of password"),
      apiKey: apiKeyText(wrap).exactOptional().describe("an API key, name:secret, instead of username and password"),
      apiKeyFrom: reference.exactOptional().describe("where a FedJoin reads the API key, instead of apiKey"),
    }),
    ["username", unlessApiKey, ({ username, apiKey, apiKeyFrom }) => (username ?? apiKey ?? apiKeyFrom) !== undefined],
    [
      "password",
      unlessApiKey,
      ({ password, passwordFrom, apiKey, apiKeyFrom }) =>
        (password ?? passwordFrom ?? apiKey ?? apiKeyFrom) !== undefined,
    ],
    [
      "apiKey",
      "give username and password, or apiKey",
      ({ apiKey, ...user }) => apiKey === undefined || isNoUser(user),
    ],
    [
      "apiKeyFrom",
      "give username and password, or apiKeyFrom",
      ({ apiKeyFrom, ...user }) => apiKeyFrom === undefined || isNoUser(user),
    ],
    ...atMostOne("password", "passwordFrom"),
    ...atMostOne("apiKey", "apiKeyFrom"),
  );
}

interface UserKeys {
  readonly username?: unknown;
  readonly password?: unknown;
  readonly passwordFrom?: unknown;
}

function isNoUser({ username, password, passwordFrom }: UserKeys): boolean {
  return (username ?? password ?? passwordFrom) === undefined;
}
