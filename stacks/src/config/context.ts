import {
  atMostOne,
  certificates,
  credentialsSchema,
  describeReadError,
  mapping,
  pinRule,
  text,
  trustedCertificates,
  verification,
  withRules,
  type Wrap,
} from "@fedjoin/provider/internal/values";
import type { Kubeconfig } from "@fedjoin/provider/internal/kubernetes";
import * as z from "zod";

/** What the schema needs from outside, so that it stays free of Pulumi and of files. */
export interface SchemaContext<S> {
  /** Wraps a secret the moment it is read; the plain text goes no further. */
  readonly secret: Wrap<S>;
  /** A file's content, or why it cannot be read. Relative paths start at the folder of Pulumi.yaml. */
  readonly readFile: ReadFile;
  /** The same for kubeconfigs, if they are not to be read. */
  readonly readKubeconfig?: ReadFile;
  /** The kubeconfig that kubectl would use, and its name in messages. If missing, no kubeconfig is checked. */
  readonly ambientKubeconfig?: () => { readonly config: Kubeconfig | undefined; readonly where: string };
}

type ReadFile = (path: string) => { readonly content: string } | { readonly problem: string };

/** The problem of a file that the system could not read. */
export function unreadableFileProblem(error: unknown): string {
  return `cannot be read (${describeReadError(error)}); relative paths start at the folder of Pulumi.yaml`;
}

/** A path, replaced by the file's content. */
export function fileText({ readFile }: Pick<SchemaContext<unknown>, "readFile">) {
  return text.transform((path, context) => {
    const read = readFile(path);
    if ("content" in read) return read.content;
    context.addIssue(read.problem);
    return z.NEVER;
  });
}

/** How a server proves who it is. `ca` and `caFile` become one `ca`. */
export function tlsSchema(context: Pick<SchemaContext<unknown>, "readFile">) {
  return withRules(
    mapping({
      ca: trustedCertificates,
      caFile: fileText(context)
        .pipe(certificates)
        .exactOptional()
        .describe("a file with such certificates, instead of ca"),
      ...verification,
    }).meta({ title: "TLS" }),
    pinRule,
    ...atMostOne("ca", "caFile"),
  ).transform(({ ca, caFile = ca, ...rest }) => ({ ...rest, ...(caFile !== undefined && { ca: caFile }) }));
}

const refusedReference = z
  .undefined("only a FedJoin reads references: the exporter's Secret needs the value itself")
  .meta({ not: {} });

/** An account whose secret is in the configuration, so that it can go into a Kubernetes Secret. */
export function valueCredentialsSchema<S>({ secret }: SchemaContext<S>) {
  return credentialsSchema(secret, refusedReference);
}
