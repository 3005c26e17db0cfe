import { connect, createServer } from "node:net";
import { afterEach, expect } from "vitest";
import { test } from "../../support/fixtures";
import { freePort, type SimulatedController } from "@fedjoin/simulator";
import { answerWith, richBodies, scraper, startWith, type Bodies } from "../../support/richData";
import { parseExposition, type ParsedSample } from "../../support/parseExposition";
import type { ExporterProcess } from "../../support/exporterProcess";

/** What docs/start/compatibility.md promises of each bug of the Python exporter; a title names it. */

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function controller(bodies: Bodies = richBodies()): Promise<SimulatedController> {
  const site = await startWith(bodies);
  closers.push(() => site.close());
  return site;
}

const envFor = ({ rest, fingerprint256 }: SimulatedController) => ({
  CTRL_API_SERVICE: `${rest.server}:${rest.port}`,
  CTRL_USERNAME: scraper.username,
  CTRL_PASSWORD: scraper.password,
  CTRL_TLS_FINGERPRINT: fingerprint256,
});

async function samplesOf(process: ExporterProcess, headers = {}): Promise<readonly ParsedSample[]> {
  return parseExposition(await process.scrape(headers), "text");
}

/** The values of a metric, by one of its labels. */
const values = (samples: readonly ParsedSample[], metric: string, label = "collector"): Record<string, number> =>
  Object.fromEntries(
    samples.filter(({ name }) => name === metric).map(({ labels, value }) => [labels[label] ?? "", value]),
  );

const valueOf = (samples: readonly ParsedSample[], metric: string): number | undefined =>
  samples.find(({ name }) => name === metric)?.value;

const successes = (samples: readonly ParsedSample[]) => values(samples, "nv_scrape_collector_success");

const reasonsOf = (samples: readonly ParsedSample[]): Record<string, string | undefined> =>
  Object.fromEntries(
    samples
      .filter(({ name }) => name === "nv_scrape_collector_failure")
      .map(({ labels }) => [labels["collector"] ?? "", labels["reason"]]),
  );

const asked = ({ requests }: SimulatedController, method: string, path: string) =>
  requests.filter((request) => request.method === method && request.path === path);

const logins = (site: SimulatedController) => asked(site, "POST", "/v1/auth");

const always = { times: Infinity } as const;

test("Q1: the time of the CVE database is UTC in any time zone", async ({ startExporter }) => {
  const process = await startExporter({ ...envFor(await controller()), TZ: "America/New_York" });
  expect(valueOf(await samplesOf(process), "nv_summary_cvedbTime")).toBe(Date.UTC(2026, 10, 1));
});

test.for(["", "0", "false", "no", "off"])("Q2: ENFORCER_STATS=%s is off", async (word, { startExporter }) => {
  const site = await controller();
  const process = await startExporter({ ...envFor(site), EXPORTER_METRICS: "enforcer,host", ENFORCER_STATS: word });
  expect(Object.keys(successes(await samplesOf(process)))).toEqual(["host"]);
  expect(asked(site, "GET", "/v1/enforcer")).toEqual([]);
});

test("Q2: ENFORCER_STATS=1 is on", async ({ startExporter }) => {
  const process = await startExporter({ ...envFor(await controller()), ENFORCER_STATS: "1" });
  expect(successes(await samplesOf(process))).toMatchObject({ enforcer: 1 });
});

test("Q3: label tons of a threat keeps the server's name, as dashboards know it", async ({ startExporter }) => {
  const process = await startExporter({ ...envFor(await controller()), EXPORTER_METRICS: "log" });
  const threats = (await samplesOf(process)).filter(({ labels }) => labels["log"] === "threat" && "tons" in labels);
  expect(threats[0]?.labels).toMatchObject({ id: "thr-9", toname: "web-11", tons: "web-11" });
});

test("Q3: a new name tells the namespaces of a threat's client and server", async ({ startExporter }) => {
  const process = await startExporter({
    ...envFor(await controller()),
    EXPORTER_METRICS: "log",
    LOG_EVENTS_LIMIT: "2",
  });
  const samples = await samplesOf(process);
  const of = (metric: string) => samples.filter(({ name }) => name === metric);
  const [first] = of("nv_security_event_timestamp_seconds");
  expect(first?.labels).toMatchObject({ log: "threat", id: "thr-9", from_namespace: "shop", to_namespace: "pay" });
  const ids = (metric: string) => of(metric).map(({ labels: { log = "", id = "" } }) => `${log} ${id}`);
  expect(ids("nv_security_event_timestamp_seconds")).toEqual(ids("nv_log_events"));
  const seconds = of("nv_security_event_timestamp_seconds").map(({ value }) => value);
  expect(of("nv_log_events").map(({ value }) => value)).toEqual(seconds.map((value) => value * 1000));
});

test("Q4: SIGTERM logs out of a controller with its own self-signed certificate", async ({ startExporter }) => {
  const site = await controller();
  const process = await startExporter(envFor(site));
  await process.scrape();
  expect(await process.stop()).toBe(0);
  expect(asked(site, "DELETE", "/v1/auth").map(({ status }) => status)).toEqual([200]);
});

test("Q5: a certificate that nobody vouches for is refused before anything is sent", async ({ startExporter }) => {
  const site = await controller();
  const { CTRL_API_SERVICE, CTRL_USERNAME, CTRL_PASSWORD } = envFor(site);
  const process = await startExporter({ CTRL_API_SERVICE, CTRL_USERNAME, CTRL_PASSWORD });
  const samples = await samplesOf(process);
  expect(valueOf(samples, "nv_up")).toBe(0);
  expect(new Set(Object.values(reasonsOf(samples)))).toEqual(new Set(["tls"]));
  expect(site.requests).toEqual([]);
});

test("Q6: a controller that hangs costs a scrape no more than Prometheus's own deadline, and one group no other", async ({
  startExporter,
}) => {
  const site = await controller();
  const process = await startExporter(envFor(site));
  await process.scrape();
  site.faults.add({ match: { method: "GET", path: "/v1/host" }, what: "delay", ms: 60_000 });
  const samples = await samplesOf(process, { "X-Prometheus-Scrape-Timeout-Seconds": "3" });
  expect(reasonsOf(samples)).toEqual({ host: "timeout" });
  expect(successes(samples)).toMatchObject({ host: 0, summary: 1, log: 1 });
});

test("Q7: a group that is refused or fails is shown and logged", async ({ startExporter }) => {
  const site = await controller();
  const refused = { ...always, what: "status", status: 403, code: 25 } as const;
  site.faults.add({ ...refused, match: { method: "GET", path: "/v1/debug/admission_stats" } });
  site.faults.add({ ...refused, match: { method: "GET", path: "/v1/host" }, status: 500, code: 24 });
  const process = await startExporter(envFor(site));
  const samples = await samplesOf(process);
  expect(reasonsOf(samples)).toEqual({ admission: "forbidden", host: "server_error" });
  expect(valueOf(samples, "nv_up")).toBe(1);
  await process.said(/warn\s+Collector admission gave no data: .*403/);
  await process.said(/warn\s+Collector host gave no data: .*500/);
});

test("Q8: an absent controller is nv_up 0, with a reason for each group", async ({ startExporter }) => {
  const site = await controller();
  const process = await startExporter(envFor(site));
  await site.goOffline();
  const samples = await samplesOf(process);
  expect(valueOf(samples, "nv_up")).toBe(0);
  expect(new Set(Object.values(reasonsOf(samples)))).toEqual(new Set(["network"]));
});

test("Q9: a lasting 401 costs one more login a scrape, not one for each request", async ({ startExporter }) => {
  const site = await controller(new Map());
  for (const path of richBodies().keys()) {
    site.faults.add({ ...always, match: { method: "GET", path }, what: "status", status: 401, code: 3 });
  }
  const process = await startExporter(envFor(site));
  expect(valueOf(await samplesOf(process), "nv_up")).toBe(0);
  const first = logins(site).length;
  expect(first).toBeLessThanOrEqual(2);
  expect(valueOf(await samplesOf(process), "nv_up")).toBe(0);
  expect(logins(site).length - first).toBeLessThanOrEqual(1);
});

test("Q10: it serves without its controller, and with a refused password, and asks for no second login", async ({
  startExporter,
}) => {
  const site = await controller();
  const refused = await startExporter({ ...envFor(site), CTRL_PASSWORD: "wrong" });
  for (let scrape = 0; scrape < 3; scrape++) expect(valueOf(await samplesOf(refused), "nv_up")).toBe(0);
  expect(logins(site)).toHaveLength(1);
  await site.goOffline();
  const early = await startExporter(envFor(site));
  expect(valueOf(await samplesOf(early), "nv_up")).toBe(0);
  await site.goOnline();
  expect(valueOf(await samplesOf(early), "nv_up")).toBe(1);
});

test.for([
  ["is not JSON", "<html>", "unexpected_reply"],
  ["demands a new password", '{"need_to_reset_password":true,"token":null}', "password_change_required"],
] as const)("Q11: a login whose answer %s is a failure with a name", async ([, body, reason], { startExporter }) => {
  const site = await controller();
  site.faults.add({ ...always, match: { method: "POST", path: "/v1/auth" }, what: "garbage", body });
  const process = await startExporter(envFor(site));
  const samples = await samplesOf(process);
  expect(new Set(Object.values(reasonsOf(samples)))).toEqual(new Set([reason]));
});

test("Q12: answers without any field, from the first scrape on, stop nothing", async ({ startExporter }) => {
  const site = await controller(new Map([...richBodies().keys()].map((path) => [path, {}])));
  const process = await startExporter({ ...envFor(site), EXPORTER_NAMES: "old" });
  const samples = await samplesOf(process);
  expect(successes(samples)).toMatchObject({ log: 1, conversation: 1, summary: 0 });
  answerWith(site, "/v1/log/incident", '{"incidents":[{"reported_timestamp":1}]}');
  answerWith(site, "/v1/log/violation", '{"violations":[{"reported_timestamp":1}]}');
  expect(values(await samplesOf(process), "nv_log_events", "log")).toEqual({ incident: 1000, violation: 1000 });
});

test("Q14: the files of an incident are one label, separated by commas", async ({ startExporter }) => {
  const process = await startExporter({ ...envFor(await controller()), EXPORTER_METRICS: "log" });
  const files = values(await samplesOf(process), "nv_log_events", "filename");
  expect(Object.keys(files)).toContain("/etc/passwd,/tmp/店舗-ünïcode-🛡");
});

test("Q15: an image in two registries is one series of the old name, counted as left out, and two of the new", async ({
  startExporter,
}) => {
  const process = await startExporter({ ...envFor(await controller()), EXPORTER_METRICS: "image_vulnerability" });
  const samples = await samplesOf(process);
  const of = (metric: string) =>
    samples.filter(({ name, labels }) => name === metric && Object.values(labels).includes("sha256:shop/web"));
  expect(of("nv_image_vulnerabilityHigh").map(({ labels, value }) => [labels["name"], value])).toEqual([
    ["shop/web:1.0", 3],
    ["shop/web:2.0", 1],
  ]);
  expect(valueOf(samples, "nv_scrape_duplicate_samples")).toBe(2);
  const registries = samples.filter(
    ({ name, labels }) =>
      name === "nv_image_vulnerabilities" && labels["tag"] === "1.0" && labels["repository"] === "shop/web",
  );
  expect(new Set(registries.map(({ labels }) => labels["registry"]))).toEqual(new Set(["my reg/ü", "second"]));
});

test("Q16: critical vulnerabilities show under new names, and leave the old ones as they are", async ({
  startExporter,
}) => {
  const process = await startExporter({ ...envFor(await controller()), EXPORTER_METRICS: "container_vulnerability" });
  const samples = await samplesOf(process);
  const ofService = samples.filter(({ labels }) => labels["service"] === "critical only");
  expect(ofService.map(({ name, labels, value }) => [name, labels["severity"], value])).toEqual([
    ["nv_service_vulnerabilities", "critical", 7],
    ["nv_service_vulnerabilities", "high", 0],
    ["nv_service_vulnerabilities", "medium", 0],
  ]);
});

test("Q17: logs are read by page, and a heavy group only once in its interval", async ({ startExporter }) => {
  const site = await controller();
  const process = await startExporter({ ...envFor(site), COLLECTOR_IMAGE_VULNERABILITY_INTERVAL: "1h" });
  const [first, second] = [await samplesOf(process), await samplesOf(process)];
  expect(asked(site, "GET", "/v1/scan/registry")).toHaveLength(1);
  expect(values(second, "nv_image_vulnerabilityHigh", "name")).toEqual(
    values(first, "nv_image_vulnerabilityHigh", "name"),
  );
  for (const log of ["threat", "incident", "violation"]) {
    for (const { query } of asked(site, "GET", `/v1/log/${log}`)) expect(query).toMatch(/\blimit=\d+/);
  }
  expect(logins(site)).toHaveLength(1);
});

test("Q18: scrapes at the same time share one run and one login", async ({ startExporter }) => {
  const site = await controller();
  const process = await startExporter(envFor(site));
  site.faults.add({ match: { method: "GET", path: "/v1/host" }, what: "delay", ms: 1_500 });
  const texts = await Promise.all(Array.from({ length: 10 }, () => process.scrape()));
  for (const text of texts) expect(text).toContain("\nnv_up 1\n");
  expect(asked(site, "GET", "/v1/host")).toHaveLength(1);
  expect(logins(site)).toHaveLength(1);
});

test("Q19: what grows without bound has a limit, and what is left out is counted", async ({ startExporter }) => {
  const process = await startExporter({
    ...envFor(await controller()),
    EXPORTER_METRICS: "conversation,log",
    CONVERSATION_LIMIT: "2",
    LOG_EVENTS_LIMIT: "1",
    MAX_LABEL_LENGTH: "16",
  });
  const samples = await samplesOf(process);
  const of = (metric: string) => samples.filter(({ name }) => name === metric);
  expect(of("nv_conversation_bytes").map(({ value }) => value)).toEqual([2 ** 64, 2 ** 64]);
  expect(of("nv_log_events").map(({ labels }) => labels["log"])).toEqual(["threat", "incident", "violation"]);
  expect(values(samples, "nv_scrape_dropped_samples")["conversation"]).toBeGreaterThan(0);
  for (const { labels } of samples) for (const text of Object.values(labels)) expect(text.length).toBeLessThan(17);
});

test("Q20: a registry's name is one part of the path, whatever it holds", async ({ startExporter }) => {
  const site = await controller();
  const process = await startExporter({ ...envFor(site), EXPORTER_METRICS: "image_vulnerability" });
  expect(successes(await samplesOf(process))).toEqual({ image_vulnerability: 1 });
  expect(asked(site, "GET", "/v1/scan/registry/my%20reg%2F%C3%BC/images").map(({ status }) => status)).toEqual([200]);
});

test("Q20: a registry whose name no path can hold is passed over and counted, and the others are shown", async ({
  startExporter,
}) => {
  const names = ["..", ".", "", "%2e%2e", "../../../v1/user", "a?limit=1", "a#b", "second"];
  const bodies = richBodies();
  const site = await controller(
    new Map([...bodies, ["/v1/scan/registry", { summarys: names.map((name) => ({ name, scanned: 1 })) }]]),
  );
  const process = await startExporter({ ...envFor(site), EXPORTER_METRICS: "image_vulnerability" });
  const samples = await samplesOf(process);
  expect(successes(samples)).toEqual({ image_vulnerability: 1 });
  expect(values(samples, "nv_scrape_skipped_objects", "reason")).toEqual({ not_found: 4, unusable_name: 3 });
  expect(Object.keys(values(samples, "nv_image_vulnerabilities", "registry"))).toEqual(["second"]);
  expect(Object.keys(values(samples, "nv_registry_images", "registry"))).toHaveLength(names.length);
  const paths = site.requests.map(({ path }) => path).filter((path) => !path.startsWith("/v1/auth"));
  expect(paths.toSorted()).toEqual(
    [
      "/v1/scan/registry",
      "/v1/scan/registry/%252e%252e/images",
      "/v1/scan/registry/..%2F..%2F..%2Fv1%2Fuser/images",
      "/v1/scan/registry/a%23b/images",
      "/v1/scan/registry/a%3Flimit%3D1/images",
      "/v1/scan/registry/second/images",
    ].toSorted(),
  );
});

test("Q21: an event without names has empty labels, and takes no other with it", async ({ startExporter }) => {
  const process = await startExporter({ ...envFor(await controller()), EXPORTER_METRICS: "log" });
  const events = values(await samplesOf(process), "nv_log_events", "id");
  expect(Object.keys(events)).toEqual(expect.arrayContaining(["thr-9", "thr-8", "inc-8", "inc-1", "vio-8", "vio-1"]));
});

test("Q22: every line of the log has a time and a level, and there is no password by default", async ({
  startExporter,
}) => {
  const { CTRL_API_SERVICE } = envFor(await controller());
  await expect(startExporter({ CTRL_API_SERVICE })).rejects.toThrow("CTRL_PASSWORD or CTRL_APIKEY is required");
  const process = await startExporter({ CTRL_API_SERVICE, CTRL_PASSWORD: "x" });
  await process.scrape();
  await process.said(/gave no data/);
  for (const line of process.output().trimEnd().split("\n")) {
    expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z (debug|info|warn|error) +\S/);
  }
});

test("Q23: with one connection, which stays open, every request of every scrape goes to the same controller", async ({
  startExporter,
}) => {
  const site = await controller();
  let connections = 0;
  const service = createServer((client) => {
    connections++;
    const upstream = connect(site.rest.port, site.rest.server);
    client.pipe(upstream).pipe(client);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      socket.on("error", () => other.destroy()).on("close", () => other.destroy());
    }
  });
  const port = await freePort();
  await new Promise<void>((resolve) => service.listen(port, "127.0.0.1", resolve));
  closers.push(() => new Promise((resolve) => service.close(resolve)));
  const process = await startExporter({ ...envFor(site), CTRL_API_SERVICE: `127.0.0.1:${port}`, MAX_CONNECTIONS: "1" });
  for (let scrape = 0; scrape < 2; scrape++) expect(valueOf(await samplesOf(process), "nv_up")).toBe(1);
  await process.stop();
  expect(connections).toBe(1);
});

test.for([401, 408] as const)(
  "Q24: an expired session is renewed on %i, and the scrape has all its data",
  async (status, { startExporter }) => {
    const site = await controller();
    const process = await startExporter(envFor(site));
    await process.scrape();
    site.faults.add({ match: { method: "GET", path: "/v1/host" }, what: "status", status, code: 3 });
    expect(reasonsOf(await samplesOf(process))).toEqual({});
    expect(logins(site)).toHaveLength(2);
  },
);
