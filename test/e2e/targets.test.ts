import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, expect, inject, test } from "vitest";
import { checkConfig, fedJoinInputs, type ObservabilityTools, startPrometheus, waitFor } from "@fedjoin/testbed";
import { startExporter } from "../support/exporterProcess";
import { startFederation } from "@fedjoin/simulator";
import { docsBlock } from "../support/docsBlock";
import { newLifecycle, at } from "../support/federation";

let tools: ObservabilityTools;

beforeAll(() => {
  tools = inject("tools");
});

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const prometheusYml = docsBlock("docs/how-to/targets.md", "scrape_configs:");

test("promtool finds nothing wrong with the documented configuration", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fedjoin-targets-"));
  closers.push(() => rm(folder, { recursive: true }));
  const file = join(folder, "prometheus.yml");
  await writeFile(file, prometheusYml);
  expect(await checkConfig(tools.promtool, file)).toEqual([]);
});

test("Prometheus with the documented configuration finds target and members by /sd, and their samples apart", async () => {
  const federation = await startFederation({
    sites: 2,
    selfSigned: true,
    masterOptions: { summary: { hosts: 7 } },
    siteOptions: { summary: { hosts: 21 } },
  });
  closers.push(() => federation.close());
  const { master, sites } = federation;
  for (const [index, site] of sites.entries()) {
    await newLifecycle().create(fedJoinInputs(master, site, `s${index}`));
  }
  const folder = await mkdtemp(join(tmpdir(), "fedjoin-targets-"));
  closers.push(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "password"), master.admin.password);
  const file = join(folder, "exporter.yml");
  const account = { username: master.admin.username, password_file: "password" };
  await writeFile(
    file,
    JSON.stringify({
      modules: { default: { ...account, tls: { fingerprint: master.fingerprint256 }, groups: ["summary"] } },
      targets: { primary: { address: `${master.rest.server}:${master.rest.port}` } },
      federation: { via: "primary", module: "default" },
    }),
  );
  const exporter = await startExporter({ EXPORTER_CONFIG_FILE: file });
  closers.push(() => exporter.stop());
  const config = prometheusYml
    .replaceAll("exporter:8068", new URL(exporter.url).host)
    .replace("scrape_interval: 60s", "scrape_interval: 1s")
    .replace("scrape_timeout: 30s", "scrape_timeout: 1s")
    .replace("refresh_interval: 60s", "refresh_interval: 1s");
  const prometheus = await startPrometheus(tools.prometheus, config);
  closers.push(() => prometheus.stop());

  const shown = async () => {
    const samples = await prometheus.query("nv_summary_hosts");
    return samples.map(({ labels, value }) => `${labels["instance"] ?? ""} ${labels["target"] ?? ""} ${value}`);
  };
  await waitFor("samples of all three", async () => ((await shown()).length >= 3 ? true : undefined));
  const members = master.members().map(({ id, name }) => `${name} member:${id} 21`);
  expect((await shown()).toSorted()).toEqual(["primary primary 7", ...members].toSorted());
  expect(at(await prometheus.query("min(nv_up)"), 0).value).toBe(1);
});
