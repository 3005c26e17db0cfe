import { z } from "zod";
import { expected, flag, mapping, seconds, text } from "./leaves";

const texts = z.record(z.string(), text, expected("a mapping of names to text"));
const selector = mapping({ matchLabels: texts });

const toleration = mapping({
  key: text.exactOptional(),
  operator: z.enum(["Exists", "Equal"], expected("Exists or Equal")).exactOptional(),
  value: text.exactOptional(),
  effect: z
    .enum(["NoSchedule", "PreferNoSchedule", "NoExecute"], expected("NoSchedule, PreferNoSchedule or NoExecute"))
    .exactOptional(),
  tolerationSeconds: z.int(expected("a whole number of seconds")).exactOptional(),
});

const scraper = mapping({ namespaceSelector: selector.exactOptional(), podSelector: selector.exactOptional() });

const scrape = mapping({
  by: z
    .enum(
      ["annotations", "serviceMonitor", "podMonitor", "auto", "nothing"],
      expected("annotations, serviceMonitor, podMonitor, auto or nothing"),
    )
    .exactOptional()
    .describe("who scrapes; auto is a ServiceMonitor where apiVersions has the kind. Default annotations"),
  intervalSeconds: seconds.exactOptional(),
  timeoutSeconds: seconds.exactOptional(),
});

const alerts = z.union([flag, z.literal("auto")], expected("true, false or auto"));

const anId = expected("an id above 0, or cluster");

/** What may be said of the exporter's objects; the component has more (docs/component.md). */
export const exporterOptions = {
  joinMode: z
    .enum(["once", "watch"], expected("once or watch"))
    .exactOptional()
    .describe("joinedBy: exporter only: join at start, or look after the membership from then on too; default once"),
  imagePullSecrets: z.array(text, expected("a list")).exactOptional().describe("names of Secrets"),
  userId: z
    .union([z.int(anId).min(1, anId), z.literal("cluster")], anId)
    .exactOptional()
    .describe("user and group; cluster leaves them to the cluster, as OpenShift wants it. Default 65532"),
  labels: texts.exactOptional().describe("more labels of every object"),
  nodeSelector: texts.exactOptional().describe("labels that a node must have"),
  tolerations: z
    .array(toleration, expected("a list"))
    .exactOptional()
    .describe("taints of nodes that the pod tolerates, as Kubernetes has them"),
  priorityClassName: text.exactOptional().describe("before which other pods it runs"),
  networkPolicy: mapping({ scrapers: z.array(scraper, expected("a list")) })
    .exactOptional()
    .describe("lets only these scrape, and the exporter only to DNS, its controller and what its join needs"),
  monitoring: mapping({
    scrape: scrape.exactOptional(),
    alerts: alerts.exactOptional().describe("a PrometheusRule; one is enough for all exporters of a Prometheus"),
    dashboard: flag.exactOptional().describe("a ConfigMap for Grafana's sidecar"),
    labels: texts.exactOptional().describe("what the Prometheus Operator chooses its objects by"),
    apiVersions: z.array(text, expected("a list")).exactOptional().describe("as kubectl api-versions lists them"),
  }).exactOptional(),
};
