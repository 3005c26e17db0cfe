import { stringify } from "yaml";
import { expect, inject, test } from "vitest";
import { envToScrape, toGoJson } from "@fedjoin/simulator";
import { startPrometheus, waitFor } from "@fedjoin/testbed";
import { dashboardRows } from "../../stacks/src/monitoring/dashboardRows";
import { startedOfFile } from "../support/deployments";
import { startExporter } from "../support/exporterProcess";
import { answerWith, richBodies, rowsOf, scraper, startWith } from "../support/richData";

const site = startedOfFile(() => startWith(richBodies()));
const exporter = startedOfFile(() =>
  startExporter({
    ...envToScrape(site, scraper),
    EXTRA_COLLECTORS: "account,alert,admission_denial,compliance,vulnerability",
    VULNERABILITY_LIMIT: "5",
  }),
);

const titles = ["What security asks", "Accounts, alerts and compliance"];
const panels = dashboardRows.filter(({ title }) => titles.includes(title)).flatMap((row) => row.panels);

/** Adds an entry to a log, which the exporter counts because it has read that log before. */
function addEntry(path: string, key: string, entry: object): void {
  const recorded = rowsOf(richBodies().get(path), key);
  answerWith(site, path, toGoJson({ [key]: [{ ...entry, reported_timestamp: 1_799_999_999 }, ...recorded] }));
}

test("a real Prometheus answers every panel about security, of a controller that has something to say on each", async () => {
  const prometheus = await startPrometheus(
    inject("tools").prometheus,
    stringify({
      global: { scrape_interval: "1s", scrape_timeout: "1s" },
      scrape_configs: [{ job_name: "neuvector", static_configs: [{ targets: [new URL(exporter.url).host] }] }],
    }),
  );
  try {
    await waitFor("a scrape was stored", async () => {
      const [up] = await prometheus.query("nv_users_default_password");
      return up?.value === 1 ? true : undefined;
    });
    addEntry("/v1/log/threat", "threats", { id: "new", threat_id: 20_001, sensor: "sensor.ssn", action: "deny" });
    addEntry("/v1/log/audit", "audits", {
      name: "Admission.Control.Denied",
      message: "Creation of Kubernetes Pod resource (a) is denied because of deny rule id 1000 with criteria: x.",
    });
    const asked = panels.flatMap(({ title, queries }) => queries.map(({ expr }) => ({ title, expr })));
    expect(asked).toHaveLength(10);
    for (const { title, expr } of asked) {
      const filledIn = expr.replaceAll("$instance", ".+").replaceAll("$__rate_interval", "1m");
      await waitFor(`an answer to the panel ${title}`, async () =>
        (await prometheus.query(filledIn)).length > 0 ? true : undefined,
      );
    }
    const [denials] = await prometheus.query("nv_admission_denials_total");
    expect(denials).toMatchObject({ labels: { mode: "protect", reason: "deny_rule", rule: "1000" }, value: 1 });
  } finally {
    await prometheus.stop();
  }
});
