import { z } from "zod";
import { expected, flag, mapping, seconds, text } from "./leaves";

const texts = z.record(z.string(), text, expected("a mapping of names to text"));
const selector = (of: string) => mapping({ matchLabels: texts.describe(`labels of ${of}`) });

const toleration = mapping({
  key: text.exactOptional().describe("the taint's key"),
  operator: z.enum(["Exists", "Equal"], expected("Exists or Equal")).exactOptional().describe("default Equal"),
  value: text.exactOptional().describe("the taint's value"),
  effect: z
    .enum(["NoSchedule", "PreferNoSchedule", "NoExecute"], expected("NoSchedule, PreferNoSchedule or NoExecute"))
    .exactOptional()
    .describe("the taint's effect; without it any"),
  tolerationSeconds: z
    .int(expected("a whole number of seconds"))
    .exactOptional()
    .describe("how long NoExecute is borne"),
});

const scraper = mapping({
  namespaceSelector: selector("namespaces").exactOptional().describe("which namespaces; without it the exporter's own"),
  podSelector: selector("pods").exactOptional().describe("which pods there; without it all"),
});

const scrape = mapping({
  by: z
    .enum(
      ["annotations", "serviceMonitor", "podMonitor", "auto", "nothing"],
      expected("annotations, serviceMonitor, podMonitor, auto or nothing"),
    )
    .exactOptional()
    .describe("who scrapes; auto is a ServiceMonitor where apiVersions has the kind. Default annotations"),
  intervalSeconds: seconds.exactOptional().describe("how often; default what Prometheus has"),
  timeoutSeconds: seconds.exactOptional().describe("how long a scrape may take; default what Prometheus has"),
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
  networkPolicy: mapping({ scrapers: z.array(scraper, expected("a list")).describe("who may scrape") })
    .exactOptional()
    .describe("lets only these scrape, and the exporter only to DNS, its controller and what its join needs"),
  monitoring: mapping({
    scrape: scrape.exactOptional().describe("who finds the exporter, and how"),
    alerts: alerts.exactOptional().describe("a PrometheusRule; one is enough for all exporters of a Prometheus"),
    dashboard: flag.exactOptional().describe("a ConfigMap for Grafana's sidecar"),
    labels: texts.exactOptional().describe("what the Prometheus Operator chooses its objects by"),
    apiVersions: z.array(text, expected("a list")).exactOptional().describe("as kubectl api-versions lists them"),
  })
    .exactOptional()
    .describe("how Prometheus and Grafana find the exporter"),
};
