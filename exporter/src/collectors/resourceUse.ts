import {
  getControllers,
  getEnforcers,
  getResourceUse,
  type CallOptions,
  type Component,
  type ResourceUse,
  type Session,
} from "@fedjoin/provider";
import type { Collector } from "./collector";
import { oldGauge, type SampleFamily } from "./metric";
import { readEach } from "./readEach";

type Kind = "enforcer" | "controller";

/** An enforcer or controller that answered for itself. */
interface ComponentUse {
  readonly component: Component;
  readonly use: ResourceUse;
}

const labels = ["id", "host", "display", "target"];

const metricsOf = (kind: Kind) => ({
  cpu: oldGauge(`nv_${kind}_cpu`, {
    help: `Share of its host's CPU, 0 to 1, of each ${kind} that is up`,
    labels,
    unit: "ratio",
    source: `GET /v1/${kind}/:id/stats, field span_1.cpu`,
    series: `${kind}s`,
  }),
  memory: oldGauge(`nv_${kind}_memory`, {
    help: `Memory of each ${kind} that is up, bytes`,
    labels,
    unit: "bytes",
    source: `GET /v1/${kind}/:id/stats, field span_1.memory`,
    series: `${kind}s`,
  }),
});

const metrics = { enforcer: metricsOf("enforcer"), controller: metricsOf("controller") };

/** What each enforcer or controller uses, as samples. */
function resourceUseSamples(kind: Kind, components: readonly ComponentUse[], target: string): SampleFamily[] {
  const read = (field: keyof ResourceUse): SampleFamily => ({
    metric: metrics[kind][field],
    samples: components.map(({ component: { id, host_name, display_name }, use }) => ({
      labels: { id, host: host_name, display: display_name, target },
      value: use[field],
    })),
  });
  return [read("cpu"), read("memory")];
}

const collectorOf = (
  kind: Kind,
  help: string,
  needs: { readonly needs?: string },
  list: (session: Session, options: CallOptions) => Promise<Component[]>,
): Collector => ({
  name: kind,
  help,
  ...needs,
  metrics: Object.values(metrics[kind]),
  async collect({ session, target, signal }) {
    const components = await readEach(await list(session, { signal }), async (component) => ({
      component,
      use: await getResourceUse(session, kind, component.id, { signal }),
    }));
    return resourceUseSamples(kind, components, target);
  },
});

export const enforcer = collectorOf(
  "enforcer",
  "CPU and memory of the enforcers.",
  { needs: "ENFORCER_STATS" },
  getEnforcers,
);

export const controller = collectorOf("controller", "CPU and memory of the controllers.", {}, getControllers);
