import type { KubeClient } from "./kubeClient";
import { waitFor } from "./waitFor";

const text = { type: "string" };
const flag = { type: "boolean" };
const texts = { type: "object", additionalProperties: text };
const duration = {
  ...text,
  pattern: "^(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)$",
};
const list = (items: object) => ({ type: "array", items });
const object = (properties: object, ...required: readonly string[]) => ({
  type: "object",
  properties,
  ...(required.length > 0 && { required }),
});

const keyOfSecret = object({ name: text, key: text, optional: flag }, "key");
const relabelings = list(
  object({
    ...{ action: text, regex: text, replacement: text, separator: text, targetLabel: text },
    sourceLabels: list(text),
  }),
);
/** What endpoints of both monitors have in common, as far as an exporter has use for it. */
const endpoint = object({
  ...{ port: text, path: text, interval: duration, scrapeTimeout: duration },
  scheme: { ...text, enum: ["http", "https"] },
  ...{ honorLabels: flag, honorTimestamps: flag, relabelings, metricRelabelings: relabelings },
  basicAuth: object({ username: keyOfSecret, password: keyOfSecret }),
  tlsConfig: object({
    ...{ serverName: text, insecureSkipVerify: flag, keySecret: keyOfSecret },
    ca: object({ secret: keyOfSecret, configMap: keyOfSecret }),
    cert: object({ secret: keyOfSecret, configMap: keyOfSecret }),
  }),
});
const selector = object({
  matchLabels: texts,
  matchExpressions: list(object({ key: text, operator: text, values: list(text) }, "key", "operator")),
});
const byteSize = { ...text, pattern: "(^0|([0-9]*[.])?[0-9]+((K|M|G|T|E|P)i?)?B)$" };
const monitor = {
  jobLabel: text,
  selector,
  bodySizeLimit: byteSize,
  namespaceSelector: object({ any: flag, matchNames: list(text) }),
};

const rule = object(
  {
    ...{ alert: text, record: text, for: duration, labels: texts, annotations: texts },
    expr: { anyOf: [{ type: "integer" }, text], "x-kubernetes-int-or-string": true },
  },
  "expr",
);
const groups = {
  ...list(object({ name: { ...text, minLength: 1 }, interval: duration, labels: texts, rules: list(rule) }, "name")),
  "x-kubernetes-list-type": "map",
  "x-kubernetes-list-map-keys": ["name"],
};

const specs: Readonly<Record<string, object>> = {
  ServiceMonitor: object({ ...monitor, endpoints: list(endpoint) }, "endpoints", "selector"),
  PodMonitor: object({ ...monitor, podMetricsEndpoints: list(endpoint) }, "selector"),
  PrometheusRule: object({ groups }),
};

const group = "monitoring.coreos.com";

/**
 * Makes ServiceMonitor, PodMonitor and PrometheusRule known to the API server, which then refuses a value that the
 * Prometheus Operator's own definitions refuse, and drops a field that they do not know. They know more than these here.
 */
export async function installMonitoringCrds(client: KubeClient): Promise<void> {
  for (const [kind, spec] of Object.entries(specs)) {
    const singular = kind.toLowerCase();
    const plural = `${singular}s`;
    await client.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
      ...{ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" },
      metadata: { name: `${plural}.${group}` },
      spec: {
        ...{ group, scope: "Namespaced", names: { kind, singular, plural, listKind: `${kind}List` } },
        versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: object({ spec }, "spec") } }],
      },
    });
    await waitFor(`the API server serves ${plural}`, async () => {
      const answer = await client.text(`/apis/${group}/v1/${plural}`).catch(() => undefined);
      return answer?.includes(`"kind":"${kind}List"`) === true ? true : undefined;
    });
  }
}
