import { stringify } from "yaml";
import { describe, expect, inject, test } from "vitest";
import { type Prometheus, startPrometheus, waitFor } from "@fedjoin/testbed";
import { envToScrape, toGoJson } from "@fedjoin/simulator";
import { startedOfFile } from "../support/deployments";
import { startExporter } from "../support/exporterProcess";
import { comparisons } from "../support/compatibilityPage";
import { parseExposition, type ParsedSample } from "../support/parseExposition";
import { expectedSamples, seriesOf } from "../support/pythonExporter";
import { startWebServer } from "../support/webServer";
import { answerWith, richBodies, rowsOf, scraper, startWith } from "../support/richData";

/** The label `target`: the host part of the controller's address. */
const target = "127.0.0.1";

const site = startedOfFile(() => startWith(richBodies()));
const exporter = startedOfFile(() => startExporter({ ...envToScrape(site, scraper), ENFORCER_STATS: "true" }));

/** A Prometheus that scrapes these hosts by the names of their jobs. */
const startScraping = (hosts: Readonly<Record<string, string>>, labels = {}): Promise<Prometheus> =>
  startPrometheus(
    inject("tools").prometheus,
    stringify({
      global: { scrape_interval: "3s", scrape_timeout: "3s" },
      scrape_configs: Object.entries(hosts).map(([job, host]) => ({
        job_name: job,
        static_configs: [{ targets: [host], labels }],
      })),
    }),
  );
const exporterHost = () => new URL(exporter.url).host;

/** Scrapes the exporter as a target with these labels, until two scrapes were stored. */
async function scrapedBy(labels: Readonly<Record<string, string>>): Promise<Prometheus> {
  const prometheus = await startScraping({ neuvector: exporterHost() }, labels);
  await waitFor("two scrapes were stored", async () => {
    const [first] = await prometheus.query("min(count_over_time(nv_fed_master[1m]))");
    return (first?.value ?? 0) < 2 ? undefined : true;
  });
  return prometheus;
}

/** Every expression of the dashboard that comes with the Python exporter, and of NeuVector's Helm chart for monitoring. */
const dashboards = [
  ..."hosts controllers enforcers pods disconnectedEnforcers cvedbVersion cvedbTime"
    .split(" ")
    .map((suffix) => `nv_summary_${suffix}`),
  ...["nv_admission_allowed", "nv_admission_denied", "nv_enforcer_cpu", "nv_enforcer_memory", "nv_log_events"],
  ...["controller", "enforcer"].flatMap((kind) => [
    `max(nv_${kind}_cpu) by (display)`,
    `max(nv_${kind}_memory) by (display)`,
  ]),
  ...["High", "Medium"].flatMap((severity) => [
    `sum(nv_container_vulnerability${severity}) by (service)`,
    `sum(nv_container_vulnerability${severity}) by (exported_service)`,
    `sum(nv_image_vulnerability${severity}) by (name)`,
  ]),
  "sum(rate(nv_conversation_bytes[1m]))*4",
];

/** The labels that a target of a ServiceMonitor gets. */
const ofServiceMonitor = {
  namespace: "neuvector",
  service: "neuvector-prometheus-exporter",
  pod: "neuvector-prometheus-exporter-pod-6c8f9d7b5-x2x4z",
  endpoint: "metrics",
  container: "neuvector-prometheus-exporter-pod",
};

/** By series, as Prometheus stores them: with the target's labels, which win over a sample's own. */
const byStoredSeries = (samples: readonly ParsedSample[], ofTarget: Readonly<Record<string, string>> = {}) =>
  new Map(
    samples.map(({ name, labels, value }) => {
      const own = Object.entries(labels).map(([key, text]) => [key in ofTarget ? `exported_${key}` : key, text]);
      return [seriesOf({ name, labels: { ...(Object.fromEntries(own) as object), ...ofTarget } }), value];
    }),
  );

describe.each([
  ["by its address", {}],
  ["through a ServiceMonitor, whose label service wins", ofServiceMonitor],
])("R16: scraped %s,", (_, labels) => {
  const prometheus = startedOfFile(() => scrapedBy(labels));

  test("R16: Prometheus stores the samples of the Python exporter, and every expression of its dashboards finds some", async () => {
    const expected = expectedSamples(richBodies(), target);
    const names = [...new Set(expected.map(({ name }) => name))];
    const stored = (await prometheus.query(`{__name__=~"${names.join("|")}"}`)).map((sample) => {
      const { __name__: name = "", ...others } = sample.labels;
      return { name, labels: others, value: sample.value };
    });
    const ofTarget = { job: "neuvector", instance: exporterHost(), ...labels };
    expect(byStoredSeries(stored)).toEqual(byStoredSeries(expected, ofTarget));
    for (const promql of dashboards) expect(await prometheus.query(promql), promql).not.toEqual([]);
  });

  test("Q15: Prometheus drops no sample as a duplicate", async () => {
    const own = await (await fetch(`${prometheus.url}/metrics`)).text();
    expect(own).toMatch(/^prometheus_target_scrapes_sample_duplicate_timestamp_total 0$/m);
    expect(own).toMatch(/^prometheus_target_scrapes_sample_out_of_order_total 0$/m);
    const [scraped] = await prometheus.query("scrape_samples_scraped");
    expect(scraped?.value).toBe(parseExposition(await exporter.scrape(), "text").length);
  });
});

describe("the comparison that docs/start/compatibility.md recommends", () => {
  const onlyOld = { name: "nv_only_old", labels: { target }, value: 1 };

  test("R16: beside an exporter with the old one's samples it finds what is missing or different, and nothing else", async () => {
    const shown = [...expectedSamples(richBodies(), target), onlyOld].map((sample) =>
      sample.name === "nv_summary_policy" ? { ...sample, value: 41 } : sample,
    );
    const server = await startWebServer("plain", (_request, response) => {
      response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(textOf(shown));
    });
    const old = `127.0.0.1:${server.port}`;
    const prometheus = await startScraping({ neuvector: old, "neuvector-new": exporterHost() });
    try {
      await waitFor("both were scraped", async () => {
        const found = await prometheus.query("nv_summary_policy");
        return found.length < 2 ? undefined : true;
      });
      const { missing, different } = comparisons();
      const found = async (promql: string) => (await prometheus.query(promql)).map(({ labels }) => labels["sample"]);
      expect(await found(missing)).toEqual([onlyOld.name]);
      expect(await found(different)).toEqual(["nv_summary_policy"]);
    } finally {
      await prometheus.stop();
      await server.close();
    }
  });
});

/** Prometheus's text format, without metadata. */
function textOf(samples: readonly ParsedSample[]): string {
  const lines = samples.map(({ name, labels, value }) => {
    const escaped = (text: string) => text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n");
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
    return `${name}{${pairs.join(",")}} ${value}\n`;
  });
  return lines.join("");
}

test("R16: traffic that grows shows as a rate, in proportion", async () => {
  const prometheus = await scrapedBy({});
  try {
    const bodies = richBodies().get("/v1/conversation");
    const grown = rowsOf(bodies, "conversations").map((row) => {
      if (row["bytes"] === 3702) return { ...row, bytes: 4702 };
      return row["bytes"] === 3 ? { ...row, bytes: 4 } : row;
    });
    answerWith(site, "/v1/conversation", toGoJson({ ...bodies, conversations: grown }));
    const rates = await waitFor("both grew", async () => {
      const found = await prometheus.query("rate(nv_conversation_bytes[1m])");
      return found.filter(({ value }) => value > 0).length < 2 ? undefined : found;
    });
    const rateOf = (port: string) => rates.find(({ labels }) => labels["port"] === port)?.value ?? NaN;
    expect(rates.filter(({ value }) => value > 0)).toHaveLength(2);
    expect(rateOf("tcp/8080") / rateOf("any")).toBeCloseTo(1000, 6);
    const [sum] = await prometheus.query("sum(rate(nv_conversation_bytes[1m]))*4");
    expect(sum?.value).toBeGreaterThan(0);
  } finally {
    await prometheus.stop();
  }
});
