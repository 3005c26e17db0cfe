import type * as z from "zod";
import { proxyRule, proxySchema } from "./addressSchema";
import { atMostOne, flag, mapping, withRules } from "./primitives";
import { secretText, type Wrap } from "./secretText";
import { trimText } from "./text";

/** A join token, which may be wrapped into several lines. Blanks around it come from copying. */
export function joinTokenText<S>(wrap: Wrap<S>) {
  return secretText(wrap, {
    parse: (given) => trimText(given).trim(),
    problem: (token) => (/^\S+(\r?\n\S+)*$/.test(token) ? undefined : "expected one word, as the master shows it"),
  });
}

/** The URL of a join token. Whether plain http is allowed is another key: see `tokenUrlProblem`. */
export function tokenUrlText<S>(wrap: Wrap<S>) {
  return secretText(wrap, { problem: (url) => tokenUrlProblem(url, true) });
}

/** What is wrong with a join token URL, in words that do not repeat it. */
export function tokenUrlProblem(url: string, allowHttp: boolean): string | undefined {
  const protocol = URL.canParse(url) ? new URL(url).protocol : undefined;
  if (protocol === "https:" || (protocol === "http:" && allowHttp)) return undefined;
  return protocol === "http:"
    ? "expected https; plain http needs joinTokenUrlOptions.allowHttp: true"
    : "expected an https URL";
}

/**
 * How a join token is fetched from its URL.
 * @param tls The schema of TLS settings, which may take a file in place of `ca`.
 */
export function tokenUrlOptions<S, Reference extends z.ZodType, Tls extends z.ZodType<{ readonly verify?: boolean }>>(
  wrap: Wrap<S>,
  reference: Reference,
  tls: Tls,
) {
  return withRules(
    mapping({
      allowHttp: flag.exactOptional().describe("accept a plain http URL; default false"),
      bearer: secretText(wrap).exactOptional().describe("sent as Authorization: Bearer"),
      bearerFrom: reference.exactOptional().describe("where a FedJoin reads the bearer, instead of bearer"),
      tls: tls.exactOptional().describe("how to verify the server of the URL"),
      proxy: proxySchema(wrap),
    }),
    ...atMostOne("bearer", "bearerFrom"),
    proxyRule("proxy", ({ proxy }) => proxy),
  );
}
