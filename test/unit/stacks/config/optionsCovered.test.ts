import type { Unwrap } from "@pulumi/pulumi";
import { expect, test } from "vitest";
import type {
  DashboardArgs,
  ExporterJoinArgs,
  MonitoringArgs,
  NetworkPolicyArgs,
  NeuVectorExporterArgs,
  PersistentStateArgs,
  PushArgs,
  PushCredentialsArgs,
  ScrapeArgs,
  TargetsArgs,
  WebArgs,
} from "../../../../stacks/src/component";
import {
  propertiesOf,
  masterJsonSchema,
  memberJsonSchema,
  type JsonSchema,
} from "../../../../stacks/src/config/jsonSchema";

type Words<Text extends string> = Text extends `${infer Word} ${infer Rest}` ? Word | Words<Rest> : Text;

/** An option that is not among those of its own name has to say where it goes. */
type Elsewhere<Options, Same extends string> = Readonly<
  Record<Exclude<keyof Options, Words<Same>>, `key ${string}` | `none: ${string}`>
>;

interface Covered {
  /** Of which key the options of the same name are a part. */
  readonly below: string;
  readonly keys: readonly string[];
}

/** The keys of the options of a component; one that is missing here does not compile. */
const covers =
  <Options>() =>
  <Same extends string>(below: string, same: Same, elsewhere: Elsewhere<Options, Same>): Covered => {
    const own = same.split(" ").map((name) => (below.includes(" ") ? `${below}.${name}` : `${below} ${name}`));
    const others = Object.values<string>(elsewhere).filter((place) => place.startsWith("key "));
    return { below, keys: [...own, ...others.map((place) => place.replace("key ", ""))] };
  };

/** What a value is, whether it is known now or later. */
type Plain<Value> = NonNullable<Unwrap<Value>>;
type ElementOf<Values> = Plain<Values> extends readonly (infer Element)[] ? Element : never;
type Args = NeuVectorExporterArgs;
type Rule = Plain<NetworkPolicyArgs["dns"]>;
type Peer = ElementOf<NetworkPolicyArgs["scrapers"]>;
type Affinity = Plain<Args["affinity"]>;
type NodeAffinity = Plain<Affinity["nodeAffinity"]>;
type Preference = Plain<ElementOf<NodeAffinity["preferredDuringSchedulingIgnoredDuringExecution"]>["preference"]>;
type PodAffinity = Plain<Affinity["podAffinity"]>;
type Term = ElementOf<PodAffinity["requiredDuringSchedulingIgnoredDuringExecution"]>;

const required = "requiredDuringSchedulingIgnoredDuringExecution";
const preferred = "preferredDuringSchedulingIgnoredDuringExecution";
const exporter = "member exporter";
const covered: readonly Covered[] = [
  covers<Args>()(
    exporter,
    "image imagePullPolicy imagePullSecrets port resources existingSecret userId objectLabels podAnnotations persistentState podDisruptionBudget networkPolicy monitoring env web push targets nodeSelector tolerations affinity topologySpreadConstraints priorityClassName",
    {
      namespace: "key member namespace",
      controller: "key member controller",
      join: "key member joinedBy",
      timeoutSeconds: "key member kubernetes.timeoutSeconds",
    },
  ),
  covers<Args["controller"]>()("member controller", "tls", {
    basePath: "key member controller.service.basePath",
    proxy: "key member controller.service.proxy",
    server: "key member controller.service.server",
    port: "key member controller.service.port",
    credentials: "key member exporter.credentials",
  }),
  covers<ExporterJoinArgs>()("member", "storeId name jointRest retry", {
    joinVia: "key master joinVia",
    joinToken: "key master joinToken",
    joinTokenUrl: "key master joinTokenUrl",
    joinTokenUrlOptions: "key master joinTokenUrlOptions",
    master: "key master rest",
    mode: "key member exporter.joinMode",
    credentials: "key member exporter.joinCredentials",
  }),
  covers<NonNullable<Args["existingSecret"]>>()(`${exporter}.existingSecret`, "name holds", {}),
  covers<NonNullable<Args["resources"]>>()(`${exporter}.resources`, "requests limits", {
    claims: "none: the pod has no devices to claim",
  }),
  covers<PersistentStateArgs>()(`${exporter}.persistentState`, "size storageClassName claimName", {}),
  covers<NonNullable<Args["podDisruptionBudget"]>>()(
    `${exporter}.podDisruptionBudget`,
    "minAvailable maxUnavailable",
    {},
  ),
  covers<WebArgs>()(`${exporter}.web`, "config tlsSecret scheme", {}),
  covers<PushArgs>()(`${exporter}.push`, "url intervalSeconds allowHttp bearer credentials proxy tls attributes", {}),
  covers<PushCredentialsArgs>()(`${exporter}.push.credentials`, "username password", {}),
  covers<TargetsArgs>()(`${exporter}.targets`, "config files", {}),
  covers<NetworkPolicyArgs>()(`${exporter}.networkPolicy`, "scrapers dns controller master tokenUrl push more", {}),
  covers<Rule>()(`${exporter}.networkPolicy.dns`, "to ports", {}),
  covers<ElementOf<Rule["ports"]>>()(`${exporter}.networkPolicy.dns.ports`, "protocol port endPort", {}),
  covers<Peer>()(`${exporter}.networkPolicy.scrapers`, "namespaceSelector podSelector ipBlock", {}),
  covers<Plain<Peer["podSelector"]>>()(
    `${exporter}.networkPolicy.scrapers.podSelector`,
    "matchLabels matchExpressions",
    {},
  ),
  covers<MonitoringArgs>()(`${exporter}.monitoring`, "scrape alerts runbookUrl dashboard labels apiVersions", {}),
  covers<ScrapeArgs>()(`${exporter}.monitoring.scrape`, "by intervalSeconds timeoutSeconds sizeLimit endpoint", {}),
  covers<DashboardArgs>()(`${exporter}.monitoring.dashboardConfigMap`, "namespace labels annotations", {}),
  covers<ElementOf<Args["tolerations"]>>()(
    `${exporter}.tolerations`,
    "key operator value effect tolerationSeconds",
    {},
  ),
  covers<ElementOf<Args["topologySpreadConstraints"]>>()(
    `${exporter}.topologySpreadConstraints`,
    "maxSkew topologyKey whenUnsatisfiable labelSelector minDomains nodeAffinityPolicy nodeTaintsPolicy matchLabelKeys",
    {},
  ),
  covers<Affinity>()(`${exporter}.affinity`, "nodeAffinity podAffinity podAntiAffinity", {}),
  covers<NodeAffinity>()(`${exporter}.affinity.nodeAffinity`, `${required} ${preferred}`, {}),
  covers<Preference>()(`${exporter}.affinity.nodeAffinity.${preferred}.preference`, "matchExpressions matchFields", {}),
  covers<PodAffinity>()(`${exporter}.affinity.podAffinity`, `${required} ${preferred}`, {}),
  covers<Term>()(
    `${exporter}.affinity.podAffinity.${required}`,
    "topologyKey labelSelector namespaces namespaceSelector matchLabelKeys mismatchLabelKeys",
    {},
  ),
];

/** The keys at a path such as `member exporter.web`, in a list those of its elements. */
function at(place: string): JsonSchema | undefined {
  const [section, path = ""] = place.split(" ");
  const root: JsonSchema | undefined = section === "master" ? masterJsonSchema() : memberJsonSchema();
  return path
    .split(".")
    .filter((name) => name !== "")
    .reduce<JsonSchema | undefined>(
      (keys, name) => keys && propertiesOf(elementOf(keys)).find(([known]) => known === name)?.[1],
      root,
    );
}

const elementOf = (keys: JsonSchema): JsonSchema =>
  typeof keys.items === "object" && !Array.isArray(keys.items) ? keys.items : keys;

test.each(covered)("D5: the keys of a stack give each option of the component: $below", ({ keys }) => {
  expect(keys.filter((key) => at(key) === undefined)).toEqual([]);
});
