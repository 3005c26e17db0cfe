import type { Unwrap } from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import type {
  DashboardArgs,
  ExporterJoinArgs,
  MonitoringArgs,
  NetworkPolicyArgs,
  NeuVectorExporterArgs,
  PersistentStateArgs,
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

/** Where an option goes: `same` is the key of its own name. An option that is missing here does not compile. */
type Places<Options> = Readonly<Record<keyof Options, "same" | `key ${string}` | `none: ${string}`>>;

interface Covered {
  /** Of which key the options of the same name are a part. */
  readonly below: string;
  readonly places: Readonly<Record<string, string>>;
}

const covers = <Options>(below: string, places: Places<Options>): Covered => ({ below, places });

/** What a value is, whether it is known now or later. */
type Plain<Value> = NonNullable<Unwrap<Value>>;
type ElementOf<Values> = Plain<Values> extends readonly (infer Element)[] ? Element : never;
type Rule = Plain<NetworkPolicyArgs["dns"]>;
type Peer = ElementOf<NetworkPolicyArgs["scrapers"]>;
type Affinity = Plain<NeuVectorExporterArgs["affinity"]>;
type NodeAffinity = Plain<Affinity["nodeAffinity"]>;
type PodAffinity = Plain<Affinity["podAffinity"]>;

const exporter = "member exporter";
const covered: readonly Covered[] = [
  covers<NeuVectorExporterArgs>(exporter, {
    namespace: "key member namespace",
    controller: "key member controller",
    join: "key member joinedBy",
    timeoutSeconds: "key member kubernetes.timeoutSeconds",
    image: "same",
    imagePullPolicy: "same",
    imagePullSecrets: "same",
    port: "same",
    resources: "same",
    existingSecret: "same",
    userId: "same",
    objectLabels: "same",
    podAnnotations: "same",
    persistentState: "same",
    podDisruptionBudget: "same",
    networkPolicy: "same",
    monitoring: "same",
    env: "same",
    web: "same",
    targets: "same",
    nodeSelector: "same",
    tolerations: "same",
    affinity: "same",
    topologySpreadConstraints: "same",
    priorityClassName: "same",
  }),
  covers<NeuVectorExporterArgs["controller"]>("member controller", {
    basePath: "key member controller.service.basePath",
    proxy: "key member controller.service.proxy",
    server: "key member controller.service.server",
    port: "key member controller.service.port",
    credentials: "key member exporter.credentials",
    tls: "same",
  }),
  covers<ExporterJoinArgs>("member", {
    storeId: "same",
    name: "same",
    jointRest: "same",
    retry: "same",
    joinVia: "key master joinVia",
    joinToken: "key master joinToken",
    joinTokenUrl: "key master joinTokenUrl",
    joinTokenUrlOptions: "key master joinTokenUrlOptions",
    master: "key master rest",
    mode: "key member exporter.joinMode",
    credentials: "key member exporter.joinCredentials",
  }),
  covers<NonNullable<NeuVectorExporterArgs["existingSecret"]>>(`${exporter}.existingSecret`, {
    name: "same",
    holds: "same",
  }),
  covers<NonNullable<NeuVectorExporterArgs["resources"]>>(`${exporter}.resources`, {
    requests: "same",
    limits: "same",
    claims: "none: the pod has no devices to claim",
  }),
  covers<PersistentStateArgs>(`${exporter}.persistentState`, {
    size: "same",
    storageClassName: "same",
    claimName: "same",
  }),
  covers<NonNullable<NeuVectorExporterArgs["podDisruptionBudget"]>>(`${exporter}.podDisruptionBudget`, {
    minAvailable: "same",
    maxUnavailable: "same",
  }),
  covers<WebArgs>(`${exporter}.web`, { config: "same", tlsSecret: "same", scheme: "same" }),
  covers<TargetsArgs>(`${exporter}.targets`, { config: "same", files: "same" }),
  covers<NetworkPolicyArgs>(`${exporter}.networkPolicy`, {
    scrapers: "same",
    dns: "same",
    controller: "same",
    master: "same",
    tokenUrl: "same",
    more: "same",
  }),
  covers<Rule>(`${exporter}.networkPolicy.dns`, {
    to: "same",
    ports: "same",
  }),
  covers<ElementOf<Rule["ports"]>>(`${exporter}.networkPolicy.dns.ports`, {
    protocol: "same",
    port: "same",
    endPort: "same",
  }),
  covers<Peer>(`${exporter}.networkPolicy.scrapers`, {
    namespaceSelector: "same",
    podSelector: "same",
    ipBlock: "same",
  }),
  covers<Plain<Peer["podSelector"]>>(`${exporter}.networkPolicy.scrapers.podSelector`, {
    matchLabels: "same",
    matchExpressions: "same",
  }),
  covers<MonitoringArgs>(`${exporter}.monitoring`, {
    scrape: "same",
    alerts: "same",
    dashboard: "same",
    labels: "same",
    apiVersions: "same",
  }),
  covers<ScrapeArgs>(`${exporter}.monitoring.scrape`, {
    by: "same",
    intervalSeconds: "same",
    timeoutSeconds: "same",
    endpoint: "same",
  }),
  covers<DashboardArgs>(`${exporter}.monitoring.dashboardConfigMap`, {
    namespace: "same",
    labels: "same",
    annotations: "same",
  }),
  covers<ElementOf<NeuVectorExporterArgs["tolerations"]>>(`${exporter}.tolerations`, {
    key: "same",
    operator: "same",
    value: "same",
    effect: "same",
    tolerationSeconds: "same",
  }),
  covers<ElementOf<NeuVectorExporterArgs["topologySpreadConstraints"]>>(`${exporter}.topologySpreadConstraints`, {
    maxSkew: "same",
    topologyKey: "same",
    whenUnsatisfiable: "same",
    labelSelector: "same",
    minDomains: "same",
    nodeAffinityPolicy: "same",
    nodeTaintsPolicy: "same",
    matchLabelKeys: "same",
  }),
  covers<Affinity>(`${exporter}.affinity`, {
    nodeAffinity: "same",
    podAffinity: "same",
    podAntiAffinity: "same",
  }),
  covers<NodeAffinity>(`${exporter}.affinity.nodeAffinity`, {
    requiredDuringSchedulingIgnoredDuringExecution: "same",
    preferredDuringSchedulingIgnoredDuringExecution: "same",
  }),
  covers<Plain<ElementOf<NodeAffinity["preferredDuringSchedulingIgnoredDuringExecution"]>["preference"]>>(
    `${exporter}.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution.preference`,
    { matchExpressions: "same", matchFields: "same" },
  ),
  covers<PodAffinity>(`${exporter}.affinity.podAffinity`, {
    requiredDuringSchedulingIgnoredDuringExecution: "same",
    preferredDuringSchedulingIgnoredDuringExecution: "same",
  }),
  covers<ElementOf<PodAffinity["requiredDuringSchedulingIgnoredDuringExecution"]>>(
    `${exporter}.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution`,
    {
      topologyKey: "same",
      labelSelector: "same",
      namespaces: "same",
      namespaceSelector: "same",
      matchLabelKeys: "same",
      mismatchLabelKeys: "same",
    },
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

describe("the keys of a stack", () => {
  test.each(covered)("D5: give each option of the component: $below", ({ below, places }) => {
    const keyOf = (option: string, place: string) => {
      if (place.startsWith("none: ")) return [];
      if (place !== "same") return [place.replace("key ", "")];
      return [below.includes(" ") ? `${below}.${option}` : `${below} ${option}`];
    };
    const wanted = Object.entries(places).flatMap(([option, place]) => keyOf(option, place));
    expect(wanted.filter((key) => at(key) === undefined)).toEqual([]);
  });
});
