import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { checkConfig, startPrometheus, waitFor } from "@fedjoin/testbed";
import { dashboardRows } from "../../stacks/src/monitoring/dashboardRows";
import { federationOfFile, folderOfFile, startedOfFile } from "../support/deployments";
import { docsBlock } from "../support/docsBlock";
import { startExporter } from "../support/exporterProcess";
import { at } from "../support/federation";
import { joinSites } from "../support/joinSites";

const prometheusYml = docsBlock("docs/how-to/targets.md", "scrape_configs:");

const folder = folderOfFile();
const federation = federationOfFile({
  sites: 2,
  masterOptions: { summary: { hosts: 7 } },
  siteOptions: { summary: { hosts: 21 } },
});
const exporter = startedOfFile(async () => {
  const { master, sites } = federation;
  await joinSites(master, sites);
  await writeFile(join(folder.path, "password"), master.admin.password);
  const account = { username: master.admin.username, password_file: "password" };
  const config = {
    modules: {
      default: { ...account, tls: { fingerprint: master.fingerprint256 }, groups: ["summary", "federation"] },
    },
    targets: { primary: { address: `${master.rest.server}:${master.rest.port}` } },
    federation: { via: "primary", module: "default" },
  };
  const file = join(folder.path, "exporter.yml");
  await writeFile(file, JSON.stringify(config));
  return startExporter({ EXPORTER_CONFIG_FILE: file });
});
const prometheus = startedOfFile(() => {
  const config = prometheusYml
    .replaceAll("exporter:8068", new URL(exporter.url).host)
    .replaceAll(/(scrape_interval|scrape_timeout|refresh_interval): \d+s/g, "$1: 1s");
  return startPrometheus(inject("tools").prometheus, config);
});

test("promtool finds nothing wrong with the documented configuration", async () => {
  const file = join(folder.path, "prometheus.yml");
  await writeFile(file, prometheusYml);
  expect(await checkConfig(inject("tools").promtool, file)).toEqual([]);
});

test("Prometheus tells when each member of the master was last synced, and that no condition is bad", async () => {
  const lags = await waitFor("members that were synced", async () => {
    const samples = await prometheus.query("time() - nv_fed_member_last_synced_timestamp_seconds");
    return samples.length >= 2 ? samples : undefined;
  });
  const names = federation.master.members().map(({ name }) => name);
  expect(lags.map(({ labels }) => labels["member"]).toSorted()).toEqual(names.toSorted());
  const [panel] = dashboardRows.find(({ title }) => title === "Conditions of members")?.panels ?? [];
  const expr = (panel?.queries[0]?.expr ?? "").replaceAll("$instance", ".+");
  expect(expr).toContain("nv_fed_member_condition");
  await waitFor("no bad condition", async () => ((await prometheus.query(expr)).length === 0 ? true : undefined));
  expect(at(await prometheus.query("count(nv_fed_member_condition)"), 0).value).toBe(14);
});

test("Prometheus with the documented configuration finds target and members by /sd, and their samples apart", async () => {
  const shown = async () => {
    const samples = await prometheus.query("nv_summary_hosts");
    return samples.map(({ labels, value }) => `${labels["instance"] ?? ""} ${labels["target"] ?? ""} ${value}`);
  };
  const found = await waitFor("samples of all three", async () => {
    const samples = await shown();
    return samples.length >= 3 ? samples : undefined;
  });
  const members = federation.master.members().map(({ id, name }) => `${name} member:${id} 21`);
  expect(found.toSorted()).toEqual(["primary primary 7", ...members].toSorted());
  expect(at(await prometheus.query("min(nv_up)"), 0).value).toBe(1);
});
