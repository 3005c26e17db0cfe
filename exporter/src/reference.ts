import { systemClock } from "@fedjoin/provider";
import type { z } from "zod";
import { collectors } from "./collectors";
import { createJoinMetrics } from "./join/joinMetrics";
import { scrapeMetrics } from "./scrape/scrapeMetrics";
import { joinMode, joinSettings, joinSwitch } from "./settings/joinSettings";
import { createSelfMetrics } from "./selfMetrics";
import { factsOf, flagsOf, type SettingFacts } from "./settings/setting";
import { exporterSettings, intervalSettings } from "./settings/settings";
import { createWebConfigMetrics } from "./webConfig/webConfigMetrics";

/** A setting as the documentation shows it. */
export type DocumentedSetting = SettingFacts & {
  readonly name: string;
  readonly required: boolean;
  /** With their dashes. */
  readonly flags: readonly string[];
};

/** A metric as the documentation shows it. */
export interface DocumentedMetric {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly help: string;
  /** The collector that makes it, or `exporter` for its own. */
  readonly group: string;
}

/** Every setting in two groups, as declared. */
export function settingsReference(): { readonly exporter: DocumentedSetting[]; readonly join: DocumentedSetting[] } {
  return {
    exporter: [exporterSettings, intervalSettings].flatMap(documented),
    join: [joinSwitch, joinMode, joinSettings].flatMap(documented),
  };
}

function documented(schema: z.ZodObject): DocumentedSetting[] {
  return factsOf(schema).map((facts) => ({ ...facts, flags: flagsOf(facts) }));
}

/** Every `nv_` metric that can appear, in the order of the exposition. */
export function metricsReference(): DocumentedMetric[] {
  const { registry } = createSelfMetrics({ version: "", revision: "", nodeVersion: "" });
  createJoinMetrics(registry);
  createWebConfigMetrics(registry, systemClock);
  const own = registry.getMetricsAsArray();
  return [
    ...scrapeMetrics.map((metric) => ({ ...metric, group: "exporter" })),
    ...collectors.flatMap(({ name, metrics }) => metrics.map((metric) => ({ ...metric, group: name }))),
    ...own
      .filter(({ name }) => name.startsWith("nv_"))
      .map((metric) => ({
        name: metric.name,
        type: String(metric.type),
        help: metric.help,
        labels: "labelNames" in metric && Array.isArray(metric.labelNames) ? metric.labelNames.map(String) : [],
        group: "exporter",
      })),
  ];
}
