import type { Kubeconfig } from "@fedjoin/provider/kubernetes";
import {
  expectedFingerprint,
  expectedProxy,
  fingerprintPattern,
  InvalidTextError,
  isProxySetting,
  secretLine,
} from "@fedjoin/provider/values";
import { z } from "zod";
import { at, atMostOne, flag, mapping, restAddress, text } from "./scalars";
import { secretReference } from "./secretReference";

/** What the schema needs of the world, so that it stays free of Pulumi and of files. */
export interface SchemaContext<S> {
  /** Wraps a secret the moment it is read; the plain text goes no further. */
  readonly secret: (plain: string) => S;
  /** A file's content, or why there is none. Relative paths start at the folder of Pulumi.yaml. */
  readonly readFile: ReadFile;
  /** The same for kubeconfigs, where they are not to be read. */
  readonly readKubeconfig?: ReadFile;
  /** The kubeconfig that kubectl would take, and what to call it. Without it nobody looks into any kubeconfig. */
  readonly ambientKubeconfig?: () => { readonly config: Kubeconfig | undefined; readonly where: string };
}

type ReadFile = (path: string) => { readonly content: string } | { readonly problem: string };

/** Marks a key that holds a secret, for the reference and for editors. */
export const secretMeta = { writeOnly: true } as const;

/** A secret as it is meant, by default in one line, that comes out of the schema wrapped. */
export function secretText<S>(ports: SchemaContext<S>, meant: (text: string) => string = secretLine) {
  return text
    .transform((plain, context): S => {
      try {
        return ports.secret(meant(plain));
      } catch (error) {
        if (!(error instanceof InvalidTextError)) throw error;
        context.addIssue(error.message);
        return z.NEVER;
      }
    })
    .meta(secretMeta);
}

/** The problem of a file that the system could not read, with the code of the system's error. */
export function unreadableFileProblem(code: string): string {
  return `cannot be read (${code}); relative paths start at the folder of Pulumi.yaml`;
}

/** The proxy on the way to a server. */
export function proxySchema<S>(ports: SchemaContext<S>) {
  return text
    .refine(isProxySetting, expectedProxy)
    .transform((given) => ports.secret(given))
    .meta(secretMeta)
    .exactOptional()
    .describe("connect through a proxy: its URL, or environment; default: a direct connection");
}

/** An address of a REST API, with the proxy on the way there. */
export function proxiedRestAddress<S>(ports: SchemaContext<S>) {
  return restAddress.extend({ proxy: proxySchema(ports) });
}

/** A path that comes out of the schema as the file's content. */
export function fileText({ readFile }: Pick<SchemaContext<unknown>, "readFile">) {
  return text.transform((path, context) => {
    const read = readFile(path);
    if ("content" in read) return read.content;
    context.addIssue(read.problem);
    return z.NEVER;
  });
}

const certificates = z.string().includes("-----BEGIN CERTIFICATE-----", { error: "expected PEM certificates" });

const fingerprint = text.regex(fingerprintPattern, expectedFingerprint);

/** How a server proves who it is. `ca` and `caFile` come out as one `ca`. */
export function tlsSchema<S>(ports: SchemaContext<S>) {
  return mapping({
    ca: text.pipe(certificates).exactOptional().describe("PEM certificates to trust in addition to Node's"),
    caFile: fileText(ports).pipe(certificates).exactOptional().describe("a file with such certificates, instead of ca"),
    serverName: text.exactOptional().describe("the name in the certificate; NeuVector's own has neuvector"),
    fingerprint: z
      .union(
        [fingerprint, z.array(fingerprint).min(1, "expected at least one")],
        `${expectedFingerprint}, or a list of them`,
      )
      .exactOptional()
      .describe(
        "SHA-256 of the only certificate to accept, or a list during a rotation; replaces the checks of name and chain",
      ),
    verify: flag.exactOptional().describe("false accepts any certificate; default true"),
  })
    .meta({ title: "TLS" })
    .check(...atMostOne("ca", "caFile"))
    .refine(
      ({ fingerprint, verify }) => fingerprint === undefined || verify !== false,
      at("verify", "a fingerprint and verify: false exclude each other"),
    )
    .transform(({ ca, caFile = ca, ...rest }) => ({ ...rest, ...(caFile !== undefined && { ca: caFile }) }));
}

const referenceRefused = z
  .undefined("only a FedJoin reads references: the exporter's Secret needs the value itself")
  .meta({ not: {} });

/** An account whose secret is in the configuration, so that it can go into a Kubernetes Secret. */
export function credentialsSchema<S>(ports: SchemaContext<S>) {
  return accountSchema(ports, referenceRefused);
}

/** An account whose secret is in the configuration, or read by a FedJoin where Pulumi runs. */
export function credentialsOrReferenceSchema<S>(ports: SchemaContext<S>) {
  return accountSchema(ports, secretReference);
}

function accountSchema<S, Reference extends z.ZodType>(ports: SchemaContext<S>, reference: Reference) {
  return mapping({
    username: text.exactOptional().describe("the account's name"),
    password: secretText(ports).exactOptional().describe("its password"),
    passwordFrom: reference.exactOptional().describe("where a FedJoin reads the password, instead of password"),
    apiKey: text
      .regex(/^[A-Za-z0-9_-]{1,32}:[^:\s]+$/, "expected name:secret")
      .transform(ports.secret)
      .meta(secretMeta)
      .exactOptional()
      .describe("an API key, name:secret, instead of username and password"),
    apiKeyFrom: reference.exactOptional().describe("where a FedJoin reads the API key, instead of apiKey"),
  })
    .refine(
      ({ username, apiKey, apiKeyFrom }) => (username ?? apiKey ?? apiKeyFrom) !== undefined,
      at("username", "is required, unless there is an apiKey"),
    )
    .refine(
      ({ password, passwordFrom, apiKey, apiKeyFrom }) =>
        (password ?? passwordFrom ?? apiKey ?? apiKeyFrom) !== undefined,
      at("password", "is required, unless there is an apiKey"),
    )
    .refine(
      ({ apiKey, username, password, passwordFrom }) =>
        apiKey === undefined || (username ?? password ?? passwordFrom) === undefined,
      at("apiKey", "give username and password, or apiKey"),
    )
    .refine(
      ({ apiKeyFrom, username, password, passwordFrom }) =>
        apiKeyFrom === undefined || (username ?? password ?? passwordFrom) === undefined,
      at("apiKeyFrom", "give username and password, or apiKeyFrom"),
    )
    .check(...atMostOne("password", "passwordFrom"), ...atMostOne("apiKey", "apiKeyFrom"));
}
