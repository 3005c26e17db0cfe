import { formatPath, unknownKeyMessage } from "@fedjoin/provider/internal/values";
import * as z from "zod";
import { cipherNames, curveNames, versionNames } from "./tlsOptions";
import { clientAuthTypes } from "./webConfig";

/** States what a value must be, never what it is: it may be a private key. */
const expected = (what: string) => ({ error: `expected ${what}` });

const text = z.string(expected("text")).min(1, "must not be empty");
const list = <T extends z.ZodType>(item: T) => z.array(item, expected("a list"));
const flag = z.boolean(expected("true or false"));
const word = <const W extends string>(words: readonly W[]) => z.enum(words, expected(`one of ${words.join(", ")}`));

/** A mapping with optional keys only. */
const mapping = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, {
    error: ({ code }) => (code === "invalid_type" ? "expected a mapping" : undefined),
  });

/** A header value; empty for none. */
const headerText = z.string(expected("text")).regex(/^[\x20-\x7e]*$/, "expected one line of printable ASCII");

/** The headers that exporter-toolkit allows, with their values. */
const headers = mapping({
  "Content-Security-Policy": headerText.optional(),
  "X-Frame-Options": word(["deny", "sameorigin"]).optional(),
  "X-Content-Type-Options": word(["nosniff"]).optional(),
  "X-XSS-Protection": headerText.optional(),
  "Strict-Transport-Security": headerText.optional(),
});

const milliseconds = { h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 1e-3, µs: 1e-3, ns: 1e-6 } as const;

/** A Go duration such as `1m30s`, or 0, in milliseconds. */
const duration = z
  .union([z.literal(0), z.string()], expected("a duration such as 500ms, 1s or 1m30s, or 0"))
  .transform((given, context) => {
    const parts = [...String(given).matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g)];
    const isWhole = parts.map(([part]) => part).join("") === given;
    if (given !== 0 && given !== "0" && (parts.length === 0 || !isWhole)) {
      context.addIssue("expected a duration such as 500ms, 1s or 1m30s, or 0");
      return z.NEVER;
    }
    return parts.reduce((sum, [, number = "", unit = "ms"]) => {
      const [, factor = 0] = Object.entries(milliseconds).find(([name]) => name === unit) ?? [];
      return sum + Number(number) * factor;
    }, 0);
  });

export const tlsSchema = mapping({
  cert: text.optional(),
  key: text.optional(),
  client_ca: text.optional(),
  cert_file: text.optional(),
  key_file: text.optional(),
  client_ca_file: text.optional(),
  // RequireClientCert is the toolkit's old name of RequireAnyClientCert.
  client_auth_type: z
    .enum([...clientAuthTypes, "RequireClientCert"], expected(`one of ${clientAuthTypes.join(", ")}`))
    .transform((given) => (given === "RequireClientCert" ? "RequireAnyClientCert" : given))
    .optional(),
  client_allowed_sans: list(text).min(1, "must not be empty").optional(),
  min_version: word(versionNames).optional(),
  max_version: word(versionNames).optional(),
  cipher_suites: list(word(cipherNames)).optional(),
  curve_preferences: list(word(curveNames)).optional(),
  prefer_server_cipher_suites: flag.optional(),
});

const bcryptHash = z
  .string(expected("a bcrypt hash in quotes"))
  .regex(
    /^\$2[aby]\$(?:0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/,
    "expected a bcrypt hash, such as htpasswd -nBC 10 prints",
  );

/** Schema of the web config file, see the web-configuration page of the Prometheus exporter-toolkit. */
export const webConfigSchema = mapping({
  tls_server_config: tlsSchema.optional(),
  http_server_config: mapping({ http2: flag.optional(), headers: headers.optional() }).optional(),
  basic_auth_users: z
    .record(
      z.string().regex(/^[^:]+$/, "a user's name must not be empty nor hold a colon"),
      bcryptHash,
      expected("a mapping of users to bcrypt hashes"),
    )
    .optional(),
  rate_limit: mapping({
    interval: duration.optional(),
    burst: z.int(expected("a whole number")).min(0, "must not be below 0").optional(),
  }).optional(),
});

/** The problems of a file, one line each, such as `tls_server_config.min_version: expected …`. */
export function problemsIn(error: z.ZodError): string[] {
  return error.issues.flatMap((issue) => {
    const at = (path: readonly PropertyKey[], message: string): string =>
      path.length === 0 ? message : `${formatPath(path.map(shown))}: ${message}`;
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => at([...issue.path, key], unknownKeyMessage(key, webConfigSchema, issue.path)));
    }
    const [cause = issue] = issue.code === "invalid_key" ? issue.issues : [];
    return [at(issue.path, cause.message)];
  });
}

/** Hides a hash that was swapped with its user name. */
function shown(key: PropertyKey): PropertyKey {
  return typeof key === "string" && key.startsWith("$2") ? "<a hash>" : key;
}
