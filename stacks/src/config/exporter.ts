import { expected, flag, mapping, port, text, variableName, withRules } from "@fedjoin/provider/internal/values";
import * as z from "zod";
import { isManagedSetting, isPinned, pinnedForm } from "../components/exporterSettings";
import { valueCredentialsSchema, type SchemaContext } from "./context";
import { containsAccount, containsSetting, existingSecret, type SecretSetting } from "./existingSecret";
import { exporterOptions } from "./exporterOptions";

const quantities = z.record(z.string(), text, expected("a mapping of resource to quantity"));

const singleOwner = "a membership has one owner: joinedBy alone says whether the exporter joins";

/** The exporter to deploy. */
export function exporterSchema<S>(context: SchemaContext<S>) {
  const credentials = valueCredentialsSchema(context).exactOptional();
  return withRules(
    mapping({
      enabled: flag.default(true).describe("false deploys none: the stack has only the membership"),
      image: text
        .refine(
          isPinned,
          `expected ${pinnedForm}: otherwise it is unclear which one runs, and a change deploys no new one`,
        )
        .exactOptional()
        .describe(
          "the exporter's container image, with a digest or a tag other than latest; required unless enabled is false",
        ),
      port: port.default(8068).describe("where it serves metrics, in the pod and on the Service"),
      credentials: credentials.describe("a read-only account of its own to scrape with"),
      joinCredentials: credentials.describe(
        "joinedBy: exporter only: the account at the endpoint that receives the join",
      ),
      existingSecret: existingSecret
        .exactOptional()
        .describe("an existing Secret from which the exporter takes secrets, so that this stack never sees them"),
      env: z
        .record(
          variableName.refine((name) => !isManagedSetting(name), {
            error: ({ input }) => (input === "ENABLE_FED_JOIN" ? singleOwner : "is set by the stack from its own keys"),
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
      ...exporterOptions(context),
    }),
    ["image", "is required", ({ enabled, image }) => image !== undefined || !enabled],
    [
      "credentials",
      "existingSecret holds the account that scrapes: give one of them",
      ({ credentials: given, existingSecret: secret }) =>
        given === undefined || !containsAccount(secret?.holds, "CTRL"),
    ],
    [
      "joinCredentials",
      "existingSecret holds the account that joins: give one of them",
      ({ joinCredentials: given, existingSecret: secret }) =>
        given === undefined || !containsAccount(secret?.holds, "JOIN"),
    ],
    egressRule("push", "EXPORTER_PUSH_URL", "the push URL"),
    egressRule("tokenUrl", "JOIN_TOKEN_URL", "the token URL"),
    ...pushRules("push.url", "EXPORTER_PUSH_URL", ({ push }) => push && [push.url]),
    ...pushRules(
      "push.credentials.password",
      "EXPORTER_PUSH_PASSWORD",
      ({ push }) => push?.credentials && [push.credentials.password],
    ),
  );
}

interface PolicedExporter<Key extends string> {
  readonly networkPolicy?: Readonly<Partial<Record<Key, unknown>>>;
  readonly existingSecret?: { readonly holds: readonly string[] };
}

/** A NetworkPolicy cannot derive the egress to a URL that only the Secret holds. */
function egressRule<Key extends string>(key: Key, setting: SecretSetting, held: string) {
  return [
    `networkPolicy.${key}`,
    `is required: existingSecret holds ${held}`,
    ({ networkPolicy, existingSecret: secret }: PolicedExporter<Key>) =>
      networkPolicy === undefined || networkPolicy[key] !== undefined || !containsSetting(secret?.holds, setting),
  ] as const;
}

interface PushingExporter {
  readonly push?: { readonly url?: unknown; readonly credentials?: { readonly password?: unknown } };
  readonly existingSecret?: { readonly holds: readonly string[] };
}

/** A value of the push stands in the configuration or in the Secret. `placeOf` gives it where its key may stand. */
function pushRules(
  path: string,
  setting: SecretSetting,
  placeOf: (exporter: PushingExporter) => readonly [unknown] | undefined,
) {
  const isHeld = ({ existingSecret: secret }: PushingExporter): boolean => containsSetting(secret?.holds, setting);
  const isGiven = (exporter: PushingExporter): boolean => placeOf(exporter)?.[0] !== undefined;
  return [
    [path, "is required", (each: PushingExporter) => !placeOf(each) || isGiven(each) || isHeld(each)],
    [path, "existingSecret holds it: give one of them", (each: PushingExporter) => !isGiven(each) || !isHeld(each)],
    [
      "existingSecret.holds",
      `${setting} needs ${path.replace(/\.\w+$/, "")}`,
      (each: PushingExporter) => !isHeld(each) || placeOf(each) !== undefined,
    ],
  ] as const;
}
