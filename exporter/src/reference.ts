import { systemClock } from "@fedjoin/provider/internal/system";
import type * as z from "zod";
import { createCollectors } from "./collectors";
import type { Metric } from "./collectors/metric";
import { createJoinMetrics } from "./join/joinMetrics";
import { scrapeMetrics } from "./scrape/scrapeMetrics";
import { joinMode, joinSettings, joinSwitch } from "./settings/joinSettings";
import { pushMetrics } from "./push/pushMetrics";
import { pushSettings } from "./settings/pushSettings";
import { createSelfMetrics } from "./selfMetrics";
import { targetMetrics } from "./targets/targetMetrics";
import { settingFacts, flagsOf, type SettingFacts } from "./settings/setting";
import { exporterSettings, intervalSettings } from "./settings/settings";
import { createWebConfigMetrics } from "./webConfig/webConfigMetrics";

/** A setting as documented. */
export type DocumentedSetting = SettingFacts & {
  readonly name: string;
  readonly required: boolean;
  /** With dashes. */
  readonly flags: readonly string[];
};

/** A metric as documented. */
export type DocumentedMetric = Omit<Metric, "type"> & { readonly type: string };

/** The metrics of a collector, or of the exporter itself. */
export interface DocumentedCollector {
  readonly name: string;
  readonly help: string;
  /** The setting that enables it; `undefined` if it is on by default. */
  readonly needs: string | undefined;
  readonly metrics: readonly DocumentedMetric[];
}

/** All settings, of the exporter and of the join, in declaration order. */
export function settingsReference(): { readonly exporter: DocumentedSetting[]; readonly join: DocumentedSetting[] } {
  return {
    exporter: [exporterSettings, intervalSettings, pushSettings].flatMap(documentSettings),
    join: [joinSwitch, joinMode, joinSettings].flatMap(documentSettings),
  };
}

function documentSettings(schema: z.ZodObject): DocumentedSetting[] {
  const missing = new Set(schema.safeParse({}).error?.issues.map(({ path: [name] }) => name));
  return settingFacts(schema).map((facts) => ({
    ...facts,
    required: facts.default === undefined && missing.has(facts.name),
    flags: flagsOf(facts),
  }));
}

/** Every `nv_` metric that the exporter can expose, in exposition order. */
export function metricsReference(): DocumentedCollector[] {
  const { registry } = createSelfMetrics({ version: "", revision: "", nodeVersion: "" });
  createJoinMetrics(registry);
  createWebConfigMetrics(registry, systemClock);
  const own = registry.getMetricsAsArray().filter(({ name }) => name.startsWith("nv_"));
  return [
    {
      name: "exporter",
      help: "The exporter itself.",
      needs: undefined,
      metrics: [...scrapeMetrics, ...targetMetrics, ...pushMetrics, ...own.map(documentMetric)],
    },
    ...createCollectors().map(({ name, help, needs, metrics }) => ({ name, help, needs, metrics })),
  ];
}

type OwnMetric = ReturnType<ReturnType<typeof createSelfMetrics>["registry"]["getMetricsAsArray"]>[number];

function documentMetric(metric: OwnMetric): DocumentedMetric {
  const labels = "labelNames" in metric && Array.isArray(metric.labelNames) ? metric.labelNames.map(String) : [];
  return {
    name: metric.name,
    type: String(metric.type),
    help: metric.help,
    labels,
    unit: /_(seconds|bytes|ratio)(_total)?$/.exec(metric.name)?.[1] ?? "1",
    source: "exporter",
    series: labels.length === 0 || metric.name.endsWith("_info") ? "1" : labels.join(" × "),
    names: "new",
  };
}
