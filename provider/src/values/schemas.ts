import { X509Certificate } from "node:crypto";
import { z } from "zod";
import { expectedFingerprint, fingerprintPattern } from "./fingerprint";
import { expectedProxy, isProxySetting } from "./proxy";
import { Secret } from "./secret";
import { secretReference } from "./secretReference";
import { expectedBasePath, parseBasePath, parseServer } from "./server";
import { secretLine, InvalidTextError, trimText } from "./text";

const port = z.int("expected a port number").min(1, "expected 1 to 65535").max(65535, "expected 1 to 65535");

const server = z.string("expected a host name or an address").transform((text, context) => {
  const read = parseServer(text);
  if ("server" in read) return read.server;
  context.addIssue(read.problem);
  return z.NEVER;
});

const basePath = z.string().transform((text, context) => {
  const read = parseBasePath(text);
  if (read !== undefined) return read;
  context.addIssue(expectedBasePath);
  return z.NEVER;
});

/** Text as it is meant, by the one rule for secrets. */
const parsedText = (read: (text: string) => string) =>
  z.string().transform((text, context) => {
    try {
      return read(text);
    } catch (error) {
      if (!(error instanceof InvalidTextError)) throw error;
      context.addIssue({ code: "custom", message: error.message });
      return z.NEVER;
    }
  });

const wrap = (value: string): Secret => new Secret(value);

/** `environment`, or the URL of a proxy, which may hold credentials. */
export const proxy = parsedText(secretLine).pipe(z.string().refine(isProxySetting, expectedProxy)).transform(wrap);

export const secretText = parsedText(secretLine).pipe(z.string().min(1, "must not be empty")).transform(wrap);

/** A join token, which may be wrapped into several lines. */
export const joinTokenText = parsedText(trimText).pipe(z.string().min(1, "must not be empty")).transform(wrap);

export const address = z.strictObject({ server, port });

/** An address of a REST API, 10443 unless said otherwise (rest-api.md#tls-and-ports). */
export const restAddress = z.strictObject({
  server,
  port: port.default(10443),
  basePath: basePath.optional(),
  proxy: proxy.optional(),
});

/** A master's federation address, 11443 unless said otherwise (rest-api.md#who-calls-whom). */
export const federationAddress = z.strictObject({ server, port: port.default(11443) });

const fingerprint = z.string().regex(fingerprintPattern, expectedFingerprint);

export const tls = z
  .strictObject({
    ca: z.string().refine(isCertificateBundle, "expected PEM certificates").optional(),
    serverName: z.string().min(1).optional(),
    fingerprint: z
      .union(
        [fingerprint, z.array(fingerprint).min(1, "expected at least one")],
        `${expectedFingerprint}, or a list of them`,
      )
      .optional(),
    verify: z.boolean().optional(),
  })
  .refine(({ fingerprint, verify }) => fingerprint === undefined || verify !== false, {
    message: "fingerprint and verify: false exclude each other",
  });

/** Node ignores certificates that it cannot read, and then refuses the server for another reason than the real one. */
function isCertificateBundle(text: string): boolean {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g);
  return blocks?.every(isCertificate) ?? false;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== "";
  } catch {
    return false;
  }
}

/** `name:secret`, as NeuVector's API keys are written (rest-api.md#api-keys). */
export const apiKeyPattern = /^[A-Za-z0-9_-]{1,32}:[^:\s]+$/;

export const credentials = z
  .strictObject({
    username: z.string().min(1, "must not be empty").optional(),
    password: secretText.optional(),
    passwordFrom: secretReference.optional(),
    apiKey: parsedText(secretLine)
      .pipe(z.string().regex(apiKeyPattern, "expected name:secret"))
      .transform(wrap)
      .optional(),
    apiKeyFrom: secretReference.optional(),
  })
  .superRefine(({ username, password, passwordFrom, apiKey, apiKeyFrom }, context) => {
    const problem = (message: string, ...path: string[]): void => {
      context.addIssue({ code: "custom", message, path });
    };
    const hasPassword = password !== undefined || passwordFrom !== undefined;
    const hasKey = apiKey !== undefined || apiKeyFrom !== undefined;
    if (password !== undefined && passwordFrom !== undefined) problem(exclusionMessage("password"), "passwordFrom");
    if (apiKey !== undefined && apiKeyFrom !== undefined) problem(exclusionMessage("apiKey"), "apiKeyFrom");
    if (hasKey === (hasPassword || username !== undefined)) problem("expected username and password, or apiKey");
    else if ((username !== undefined) !== hasPassword) problem("username and password go together");
  });

/** Said where a value is given both itself and by reference. */
export function exclusionMessage(name: string): string {
  return `${name} and ${name}From exclude each other`;
}

/** What is wrong with a join token URL, in words that do not repeat it. */
export function tokenUrlProblem(text: string, allowHttp: boolean): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" || (url?.protocol === "http:" && allowHttp)) return undefined;
  return url?.protocol === "http:"
    ? "expected https; plain http needs joinTokenUrlOptions.allowHttp"
    : "expected an https URL";
}
