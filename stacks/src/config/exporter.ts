import { unverifiedProxyProblem } from "@fedjoin/provider/values";
import { z } from "zod";
import { isManagedSetting } from "../components/exporterSettings";
import { isPinned, pinnedForm } from "../components/pinnedImage";
import {
  credentialsSchema,
  proxySchema,
  proxiedRestAddress,
  credentialsOrReferenceSchema,
  tlsSchema,
  type SchemaContext,
} from "./connection";
import { exporterOptions } from "./exporterOptions";
import { at, basePath, expected, flag, mapping, objectName, port, server, text } from "./scalars";

/** The controller that joins, from both sides. */
export function controllerSchema<S>(ports: SchemaContext<S>) {
  return mapping({
    server: server
      .exactOptional()
      .describe("the REST API as the machine that runs Pulumi reaches it; required if the join is sent to it"),
    port: port.default(10443).describe("its port"),
    basePath,
    proxy: proxySchema(ports).describe(
      "for the machine that runs Pulumi: connect through a proxy, its URL or environment; default: a direct connection",
    ),
    service: proxiedRestAddress(ports)
      .exactOptional()
      .describe("the REST API as the exporter reaches it; default: the same address, directly"),
    credentials: credentialsOrReferenceSchema(ports)
      .exactOptional()
      .describe("an account that may join, and the exporter's unless it has its own. Required for either"),
    tls: tlsSchema(ports).exactOptional().describe("how to verify the controller, for both"),
  })
    .refine(({ proxy, tls }) => proxy === undefined || tls?.verify !== false, at("proxy", unverifiedProxyProblem))
    .refine(
      ({ service, tls }) => service?.proxy === undefined || tls?.verify !== false,
      at("service.proxy", unverifiedProxyProblem),
    );
}

const quantities = z.record(z.string(), text, expected("a mapping of resource to quantity"));

const secretSettings = [
  ...["CTRL_USERNAME", "CTRL_PASSWORD", "CTRL_APIKEY"],
  ...["JOIN_USERNAME", "JOIN_PASSWORD", "JOIN_APIKEY"],
  ...["JOIN_TOKEN", "JOIN_TOKEN_URL"],
] as const;

/** True for a Secret that holds an account: a name and a password, or an API key. */
export function containsAccount(holds: readonly string[] | undefined, prefix: "CTRL" | "JOIN"): boolean {
  return accountSettings(holds, prefix).length > 0;
}

/** Which parts of an account a Secret holds. Asks a malformed list too. */
function accountSettings(holds: readonly string[] | undefined, prefix: "CTRL" | "JOIN"): string {
  const held = Array.isArray(holds) ? holds : [];
  const names = ["USERNAME", "PASSWORD", "APIKEY"].filter((name) => held.includes(`${prefix}_${name}`));
  return names.join(" ");
}

const isAccount = (names: string) => ["", "USERNAME PASSWORD", "APIKEY"].includes(names);

/** A Secret that somebody else made, in the exporter's namespace. */
const existingSecret = mapping({
  name: objectName.describe("its name; with External Secrets, the name of the Secret that the ExternalSecret creates"),
  holds: z
    .array(
      z.enum(secretSettings, `expected ${secretSettings.join(", ")}`),
      expected("a list of the exporter's settings"),
    )
    .min(1, "expected at least one setting")
    .describe(`the exporter's settings that are keys of it: of ${secretSettings.join(", ")}`),
})
  .refine(({ holds }) => isAccount(accountSettings(holds, "CTRL")), at("holds", accountPair("CTRL")))
  .refine(({ holds }) => isAccount(accountSettings(holds, "JOIN")), at("holds", accountPair("JOIN")))
  .refine(
    ({ holds }) => !Array.isArray(holds) || !holds.includes("JOIN_TOKEN") || !holds.includes("JOIN_TOKEN_URL"),
    at("holds", "give JOIN_TOKEN or JOIN_TOKEN_URL, not both"),
  );

function accountPair(prefix: string): string {
  return `give ${prefix}_USERNAME and ${prefix}_PASSWORD, or ${prefix}_APIKEY`;
}

const singleOwnerProblem = "a membership has one owner: joinedBy alone says whether the exporter joins";

/** The exporter to deploy. */
export function exporterSchema<S>(ports: SchemaContext<S>) {
  return mapping({
    enabled: flag.default(true).describe("false deploys none: the stack has only the membership"),
    image: text
      .refine(isPinned, `expected ${pinnedForm}: else nobody knows which one runs, and no change brings a new one`)
      .exactOptional()
      .describe(
        "the exporter's container image, with a digest or a tag other than latest; required unless enabled is false",
      ),
    port: port.default(8068).describe("where it serves metrics, in the pod and on the Service"),
    credentials: credentialsSchema(ports).exactOptional().describe("a read-only account of its own to scrape with"),
    joinCredentials: credentialsSchema(ports)
      .exactOptional()
      .describe("joinedBy: exporter only: the account at the endpoint that receives the join"),
    existingSecret: existingSecret
      .exactOptional()
      .describe("an existing Secret from which the exporter takes secrets, so that this stack never sees them"),
    env: z
      .record(
        text
          .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected the name of an environment variable")
          .refine((name) => !isManagedSetting(name), {
            error: ({ input }) =>
              input === "ENABLE_FED_JOIN" ? singleOwnerProblem : "is set by the stack from its own keys",
          }),
        text,
        expected("a mapping of names to text"),
      )
      .default({})
      .describe("more settings of the exporter; they are stored in a ConfigMap, so do not put secrets here"),
    resources: mapping({
      requests: quantities.exactOptional().describe("what the pod requests, such as cpu: 50m"),
      limits: quantities.exactOptional().describe("what the pod may use, such as memory: 256Mi"),
    })
      .exactOptional()
      .describe("resources of the container; default requests of 50m CPU and 96Mi memory, a limit of 512Mi memory"),
    ...exporterOptions(ports),
  })
    .refine(({ enabled, image }) => image !== undefined || !enabled, at("image", "is required"))
    .refine(
      ({ credentials, existingSecret: held }) => credentials === undefined || !containsAccount(held?.holds, "CTRL"),
      at("credentials", "existingSecret holds the account that scrapes: give one of them"),
    )
    .refine(
      ({ joinCredentials, existingSecret: held }) =>
        joinCredentials === undefined || !containsAccount(held?.holds, "JOIN"),
      at("joinCredentials", "existingSecret holds the account that joins: give one of them"),
    );
}
