import { expectedBasePath, expectedServer, parseBasePath, parseServer } from "@fedjoin/provider/values";
import { z } from "zod";

/** An error text: what a value should be, or that it is missing. Never repeats the value, which may be a secret. */
export function expected(what: string): { readonly error: (issue: { readonly input?: unknown }) => string } {
  return { error: ({ input }) => (input === undefined ? "is required" : `expected ${what}`) };
}

/** Text that is not empty. YAML reads an unquoted `0777` as a number, and the zero is lost. */
export const text = z
  .string({
    error: (issue) => (typeof issue.input === "number" ? "is a number: quote it" : expected("text").error(issue)),
  })
  .min(1, "must not be empty");

export const textMap = z.record(z.string(), text, expected("a mapping of names to text"));

/** A list; each element that is wrong is told by its place. */
export const list = <Element extends z.ZodType>(element: Element) => z.array(element, expected("a list"));

/** One of these words. */
export function choice<const Words extends readonly [string, string, ...string[]]>(...words: Words) {
  return z.enum(words, expected(`${words.slice(0, -1).join(", ")} or ${words.at(-1) ?? ""}`));
}

const above0 = expected("a whole number above 0");
export const positiveInteger = z.int(above0).min(1, above0);

const portRange = "expected a port, 1 to 65535";
export const port = z.int(expected("a port number")).min(1, portRange).max(65535, portRange);

export const server = text.regex(/^[^\s/?#@]+$/, expectedServer).transform((given, context) => {
  const read = parseServer(given);
  if ("server" in read) return read.server;
  context.addIssue(read.problem);
  return z.NEVER;
});

/** The name of an object in Kubernetes. */
export const objectName = text.regex(
  /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
  "expected a name of lower-case letters, digits and inner . and -",
);

export const storeId = text.regex(
  /^[A-Za-z0-9]([A-Za-z0-9-]{0,50}[A-Za-z0-9])?$/,
  "expected letters, digits and inner hyphens, at most 52",
);

export const seconds = z.number(expected("seconds")).positive("expected more than 0 seconds");

export const flag = z.boolean(expected("true or false"));

/** Who owns the membership: a FedJoin of this stack, the exporter by itself, or nobody here. */
export const joinedBy = choice("pulumi", "exporter", "none");

/** Which endpoint gets the join. */
export const joinVia = choice("controller", "master");

/** A mapping that refuses unknown keys. */
export function mapping<Shape extends z.ZodRawShape>(shape: Shape, what = "a mapping") {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "invalid_type" ? expected(what).error(issue) : undefined),
  });
}

export const basePath = text
  .regex(/^\//, expectedBasePath)
  .transform((given, context) => {
    const read = parseBasePath(given);
    if (read !== undefined) return read;
    context.addIssue(expectedBasePath);
    return z.NEVER;
  })
  .exactOptional()
  .describe("behind an ingress: the path before /v1, such as /neuvector/site-1");

/** An address of a REST API, on the product's port unless said otherwise. */
export const restAddress = mapping({
  server: server.describe("a host name or an address, without scheme or port"),
  port: port.default(10443).describe("its port"),
  basePath,
});

/** `auto`, or a UID. Those of Kubernetes are UUIDs, so that a slip of the pen is refused. */
export const clusterUid = text.regex(
  /^(auto|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$/,
  "expected auto, or the UID of the cluster's namespace kube-system",
);

/**
 * What a rule over several keys says, and at which key; at the mapping itself without one. Such a rule runs even where
 * single keys are wrong, so that all problems come at once: it must ask only whether keys are there.
 */
export function at(path: string, error: string) {
  return {
    path: path.split(".").filter((key) => key !== ""),
    error,
    when: ({ value }: { readonly value: unknown }) => typeof value === "object" && value !== null,
  };
}

/** Checks that at most one of these keys is given. A problem stands at the later one. */
export function atMostOne(...keys: readonly string[]) {
  return keys.flatMap((later, index) =>
    keys
      .slice(0, index)
      .map((earlier) =>
        z.refine<object>(
          (value) => Reflect.get(value, earlier) === undefined || Reflect.get(value, later) === undefined,
          at(later, `give ${earlier} or ${later}, not both`),
        ),
      ),
  );
}
