import {
  getControllers,
  getEnforcers,
  getResourceUse,
  type CallOptions,
  type Component,
  type ResourceUse,
  type Api,
} from "@fedjoin/provider/internal/neuvector";
import type { Collector } from "./collector";
import { gauge, oldGauge, type Metric, type SampleFamily } from "./metric";
import { fetchEach } from "./fetchEach";

type Kind = "enforcer" | "controller";

/** An enforcer or controller; `use` only if it is up. */
interface ComponentUse {
  readonly component: Component;
  readonly use: ResourceUse | undefined;
}

/** A metric and how to read its value from a component. */
interface Reading {
  readonly metric: Metric;
  readonly read: (of: ComponentUse) => number | undefined;
}

const cpuOf = ({ use }: ComponentUse): number | undefined => use?.cpu;
const memoryOf = ({ use }: ComponentUse): number | undefined => use?.memory;

function readingsOf(kind: Kind): Reading[] {
  const facts = { labels: ["id", "host", "display", "target"], series: `${kind}s` };
  const stats = `GET /v1/${kind}/:id/stats`;
  const cpu = {
    help: `Share of its host's CPU, 0 to 1, of each ${kind} that is up`,
    unit: "ratio",
    source: `${stats}, field span_1.cpu`,
    ...facts,
  };
  const memory = {
    help: `Memory of each ${kind} that is up, bytes`,
    unit: "bytes",
    source: `${stats}, field span_1.memory`,
    ...facts,
  };
  const connected = {
    help: `1 for each ${kind} that is connected and answers for itself, 0 for one that is not or does not`,
    unit: "1",
    source: `GET /v1/${kind}, field connection_state, and ${stats}`,
    ...facts,
  };
  const info = {
    help: `Always 1; label version is that of the ${kind}`,
    unit: "1",
    source: `GET /v1/${kind}, field version`,
    ...facts,
    labels: ["id", "host", "display", "version", "target"],
  };
  return [
    { metric: oldGauge(`nv_${kind}_cpu`, cpu), read: cpuOf },
    { metric: oldGauge(`nv_${kind}_memory`, memory), read: memoryOf },
    { metric: gauge(`nv_${kind}_cpu_ratio`, cpu), read: cpuOf },
    { metric: gauge(`nv_${kind}_memory_bytes`, memory), read: memoryOf },
    { metric: gauge(`nv_${kind}_connected`, connected), read: isConnected },
    { metric: gauge(`nv_${kind}_info`, info), read: () => 1 },
  ];
}

function isConnected({ component: { connection_state: state }, use }: ComponentUse): number {
  return use !== undefined && (state === "connected" || state === "") ? 1 : 0;
}

const leader: Reading = {
  metric: gauge("nv_controller_leader", {
    help: "1 for the controller that leads the others",
    labels: ["id", "host", "display", "target"],
    unit: "1",
    source: "GET /v1/controller, field leader",
    series: "controllers",
  }),
  read: ({ component }) => (component.leader === undefined ? undefined : Number(component.leader)),
};

/** Converts components and their resource use to samples. */
function componentSamples(readings: readonly Reading[], of: readonly ComponentUse[], target: string): SampleFamily[] {
  const rows = of.map((each) => {
    const { id, host_name, display_name, version } = each.component;
    return { each, labels: { id, host: host_name, display: display_name, version, target } };
  });
  return readings.map(({ metric, read }) => ({
    metric,
    samples: rows.flatMap(({ each, labels }) => {
      const value = read(each);
      return value === undefined ? [] : [{ labels, value }];
    }),
  }));
}

interface ComponentGroup extends Pick<Collector, "help" | "needs"> {
  readonly kind: Kind;
  readonly list: (session: Api, options: CallOptions) => Promise<Component[]>;
  readonly readings: readonly Reading[];
}

const collectorOf = ({ kind, list, readings, ...about }: ComponentGroup): Collector => ({
  name: kind,
  ...about,
  metrics: readings.map(({ metric }) => metric),
  async collect({ session, target, signal }) {
    const components = await list(session, { signal });
    const { found } = await fetchEach(components, ({ id }) => getResourceUse(session, kind, id, { signal }));
    return componentSamples(
      readings,
      components.map((component, index) => ({ component, use: found[index] })),
      target,
    );
  },
});

export const enforcer = collectorOf({
  kind: "enforcer",
  help: "CPU, memory and connection of the enforcers.",
  needs: "ENFORCER_STATS",
  list: getEnforcers,
  readings: readingsOf("enforcer"),
});

export const controller = collectorOf({
  kind: "controller",
  help: "CPU, memory and connection of the controllers.",
  list: getControllers,
  readings: [...readingsOf("controller"), leader],
});
