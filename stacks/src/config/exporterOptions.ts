import {
  atMostOne,
  choice,
  expected,
  flag,
  mapping,
  seconds,
  text,
  withRules,
} from "@fedjoin/provider/internal/values";
import * as z from "zod";
import type { SchemaContext } from "./context";
import { targetsSchema, webSchema } from "./exporterFiles";
import { networkPolicy } from "./network";
import { pushSchema } from "./push";
import { placement } from "./placement";
import { list, objectName, textMap } from "./scalars";

const scrape = mapping({
  by: choice("annotations", "serviceMonitor", "podMonitor", "auto", "nothing")
    .exactOptional()
    .describe("how Prometheus scrapes; auto is a ServiceMonitor if apiVersions has the kind. Default annotations"),
  intervalSeconds: seconds.exactOptional().describe("scrape interval of a monitor; default 60"),
  timeoutSeconds: seconds.exactOptional().describe("scrape timeout of a monitor; default 30"),
  sizeLimit: text
    .regex(/^\d{1,9}(B|KiB|MiB|GiB)$/, "expected a size such as 64MiB")
    .exactOptional()
    .describe(
      "size above which Prometheus refuses a scrape: bodySizeLimit of a monitor, and the limit of the alert NeuVectorScrapeTooLarge; default none in a monitor, 16MiB for the alert",
    ),
  endpoint: z
    .record(z.string(), z.unknown(), expected("a mapping"))
    .exactOptional()
    .describe("further fields of the monitor's endpoint, such as tlsConfig, basicAuth or relabelings"),
});

const dashboardConfigMap = mapping({
  namespace: objectName.exactOptional().describe("its namespace; default the exporter's"),
  labels: textMap.exactOptional().describe('labels by which the sidecar finds it; default grafana_dashboard: "1"'),
  annotations: textMap.exactOptional().describe("its annotations, such as the sidecar's for a folder"),
});

const monitoring = withRules(
  mapping({
    scrape: scrape.exactOptional().describe("how Prometheus finds and scrapes the exporter"),
    alerts: z
      .union([flag, z.literal("auto")], expected("true, false or auto"))
      .exactOptional()
      .describe("create a PrometheusRule; one is enough for all exporters of a Prometheus"),
    runbookUrl: text
      .regex(/^https?:\/\/\S+$/, "expected an address that begins with https:// or http://")
      .exactOptional()
      .describe("the page to which the alerts lead, such as your own copy of this project's; default this version's"),
    dashboard: flag
      .exactOptional()
      .describe("create a ConfigMap for Grafana's sidecar; one is enough for all exporters"),
    dashboardConfigMap: dashboardConfigMap
      .exactOptional()
      .describe("namespace, labels and annotations of that ConfigMap"),
    labels: textMap.exactOptional().describe("labels by which the Prometheus Operator selects the objects"),
    apiVersions: list(text).exactOptional().describe("the output of kubectl api-versions, for auto"),
  }),
  [
    "dashboardConfigMap",
    "needs dashboard: true",
    ({ dashboard, dashboardConfigMap: place }) => place === undefined || dashboard !== undefined,
  ],
).transform(({ dashboard, dashboardConfigMap: place = dashboard, ...rest }) => ({
  ...rest,
  ...(dashboard !== undefined && { dashboard: dashboard && place !== undefined && place }),
}));

const quantity = text.regex(/^\d+(\.\d+)?([kMGTPE]|[KMGTPE]i|m)?$/, "expected a quantity such as 16Mi");

const persistentState = withRules(
  mapping(
    {
      enabled: flag
        .default(true)
        .describe(
          "false: no volume. A new pod then does not know the last rejoin, refused logins, or a kick that the site forgot too",
        ),
      size: quantity.exactOptional().describe("size of the claim; default 16Mi"),
      storageClassName: text.exactOptional().describe("the claim's class; default the cluster's"),
      claimName: objectName.exactOptional().describe("an existing claim to use instead"),
    },
    "a mapping; { enabled: false } for none",
  ),
  ...atMostOne("size", "claimName"),
  ...atMostOne("storageClassName", "claimName"),
).transform(({ enabled, ...rest }) => enabled && rest);

const aQuota = expected("a whole number or a percentage such as 50%");
const quota = z
  .union([z.int(aQuota).min(0, aQuota), z.string(aQuota).regex(/^\d{1,3}%$/, aQuota)], aQuota)
  .exactOptional();

const podDisruptionBudget = withRules(
  mapping({
    minAvailable: quota.describe("minimum number of pods; with the single replica, 1 blocks draining its node"),
    maxUnavailable: quota.describe("maximum number of unavailable pods"),
  }),
  ...atMostOne("minAvailable", "maxUnavailable"),
  ["", "give minAvailable or maxUnavailable", (given) => (given.minAvailable ?? given.maxUnavailable) !== undefined],
);

const anId = expected("an id above 0, or cluster");

/** Options for the exporter's objects, named after the component's own (docs/how-to/component.md). */
export function exporterOptions<S>(ports: SchemaContext<S>) {
  return {
    joinMode: choice("once", "watch")
      .exactOptional()
      .describe(
        "joinedBy: exporter only: join at start, or then monitor the membership too, which needs a volume " +
          "(persistentState); default once",
      ),
    imagePullPolicy: choice("Always", "IfNotPresent", "Never").exactOptional().describe("default IfNotPresent"),
    imagePullSecrets: list(text).exactOptional().describe("names of Secrets"),
    userId: z
      .union([z.int(anId).min(1, anId), z.literal("cluster")], anId)
      .exactOptional()
      .describe("user and group; cluster leaves them to the cluster, as OpenShift requires. Default 65532"),
    objectLabels: textMap
      .exactOptional()
      .describe("additional labels of every Kubernetes object and the pod, such as team: security"),
    podAnnotations: textMap.exactOptional().describe("annotations of the pod"),
    ...placement,
    persistentState: persistentState
      .exactOptional()
      .describe("a volume that survives the pod; default a claim of 16Mi with joinMode: watch, else none"),
    podDisruptionBudget: podDisruptionBudget.exactOptional().describe("a PodDisruptionBudget; default none"),
    networkPolicy: networkPolicy
      .exactOptional()
      .describe(
        "a NetworkPolicy: only these may scrape, and the exporter may reach only DNS, its controller and what join and push need",
      ),
    web: webSchema(ports).exactOptional().describe("TLS and users in front of the exporter"),
    push: pushSchema(ports).exactOptional().describe("push the metrics, where Prometheus cannot scrape"),
    targets: targetsSchema(ports).exactOptional().describe("further controllers for /probe"),
    monitoring: monitoring.exactOptional().describe("how Prometheus and Grafana find the exporter"),
  };
}
