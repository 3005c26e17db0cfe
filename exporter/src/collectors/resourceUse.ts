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
import { legacyGauge, type SampleFamily } from "./metric";
import { readEach } from "./readEach";

type Kind = "enforcer" | "controller";

/** An enforcer or controller that answered for itself. */
interface ComponentUse {
  readonly component: Component;
  readonly use: ResourceUse;
}

const labels = ["id", "host", "display", "target"];

const metricsOf = (kind: Kind) => ({
  cpu: legacyGauge(
    `nv_${kind}_cpu`,
    `Share of its host's CPU, 0 to 1, of each ${kind} that is up (GET /v1/${kind}/:id/stats, field span_1.cpu).`,
    labels,
  ),
  memory: legacyGauge(
    `nv_${kind}_memory`,
    `Memory of each ${kind} that is up, bytes (GET /v1/${kind}/:id/stats, field span_1.memory).`,
    labels,
  ),
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
  list: (session: Session, options: CallOptions) => Promise<Component[]>,
): Collector => ({
  name: kind,
  help,
  metrics: Object.values(metrics[kind]),
  async collect({ session, target, signal }) {
    const components = await readEach(await list(session, { signal }), async (component) => ({
      component,
      use: await getResourceUse(session, kind, component.id, { signal }),
    }));
    return resourceUseSamples(kind, components, target);
  },
});

export const enforcer = collectorOf("enforcer", "CPU and memory of the enforcers.", getEnforcers);

export const controller = collectorOf("controller", "CPU and memory of the controllers.", getControllers);
