import { z } from "zod";
import { at, flag, mapping, text } from "./leaves";

/** What the schema needs of the world, so that it stays free of Pulumi and of files. */
export interface LeafPorts<S> {
  /** Wraps a secret the moment it is read; the plain text goes no further. */
  readonly secret: (plain: string) => S;
  /** A file's content, or why there is none. Relative paths start at the folder of Pulumi.yaml. */
  readonly readFile: (path: string) => { readonly content: string } | { readonly reason: string };
}

/** Text that comes out of the schema wrapped. */
export function secretText<S>({ secret }: LeafPorts<S>) {
  return text.transform(secret);
}

/** A path that comes out of the schema as the file's content. */
export function fileText<S>({ readFile }: LeafPorts<S>) {
  return text.transform((path, context) => {
    const read = readFile(path);
    if ("content" in read) return read.content;
    context.addIssue(`cannot be read (${read.reason}); relative paths start at the folder of Pulumi.yaml`);
    return z.NEVER;
  });
}

const certificates = z.string().includes("-----BEGIN CERTIFICATE-----", { error: "expected PEM certificates" });

/** How a server proves who it is. `ca` and `caFile` come out as one `ca`. */
export function tlsSchema<S>(ports: LeafPorts<S>) {
  return mapping({
    ca: text.pipe(certificates).exactOptional().describe("PEM certificates trusted beside the built-in roots"),
    caFile: fileText(ports).pipe(certificates).exactOptional().describe("a file with such certificates"),
    serverName: text.exactOptional().describe("the name on the certificate; the product's own carries neuvector"),
    fingerprint: text
      .regex(/^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/, "expected a SHA-256 fingerprint: 64 hex digits, colons allowed")
      .exactOptional()
      .describe("SHA-256 of the one certificate to accept; replaces name and chain checks"),
    verify: flag.exactOptional().describe("false accepts any certificate; default true"),
  })
    .refine(({ ca, caFile }) => ca === undefined || caFile === undefined, at("caFile", "give ca or caFile, not both"))
    .refine(
      ({ fingerprint, verify }) => fingerprint === undefined || verify !== false,
      at("verify", "a fingerprint and verify: false exclude each other"),
    )
    .transform(({ ca, caFile = ca, ...rest }) => ({ ...rest, ...(caFile !== undefined && { ca: caFile }) }));
}

/** An account at a controller, every part a secret. */
export function credentialsSchema<S>(ports: LeafPorts<S>) {
  return mapping({
    username: secretText(ports).exactOptional(),
    password: secretText(ports).exactOptional(),
    apiKey: text
      .regex(/^[A-Za-z0-9_-]{1,32}:[^:\s]+$/, "expected name:secret")
      .transform(ports.secret)
      .exactOptional()
      .describe("an API key, name:secret, in place of username and password"),
  })
    .refine(
      ({ apiKey, username }) => (apiKey ?? username) !== undefined,
      at("username", "is required, unless there is an apiKey"),
    )
    .refine(
      ({ apiKey, password }) => (apiKey ?? password) !== undefined,
      at("password", "is required, unless there is an apiKey"),
    )
    .refine(
      ({ apiKey, username, password }) => apiKey === undefined || (username ?? password) === undefined,
      at("apiKey", "give username and password, or apiKey"),
    );
}
