import { afterEach, expect, test } from "vitest";
import { type SimulatedController, startController, type StartOptions } from "@fedjoin/simulator";
import { startExporter } from "../../support/exporterProcess";

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const node = { host_name: "node1", display_name: "pod-1", labels: null };
const stats = (cpu: number, memory: number) => ({ stats: { interval: 5, span_1: { cpu, memory } } });
const web = { service: "web", service_mesh_sidecar: false, scan_summary: { status: "finished", high: 2, medium: 1 } };
const event = (id: string) => ({ id, name: "SQL.Injection", reported_timestamp: 1795441432 });

const data: NonNullable<StartOptions["data"]> = {
  "/v1/conversation": {
    conversations: [{ from: "external", to: "web", bytes: 1234, ports: ["tcp/80"] }],
    endpoints: [{ id: "external", kind: "external", scan_summary: null, children: null }],
  },
  "/v1/enforcer": { enforcers: [{ id: "enf1", ...node }] },
  "/v1/enforcer/enf1/stats": stats(0.25, 1024),
  "/v1/controller": {
    controllers: [
      { id: "ctrl1", ...node },
      { id: "gone", ...node },
    ],
  },
  "/v1/controller/ctrl1/stats": stats(0.5, 2048),
  "/v1/host": { hosts: [{ id: "node1:uuid", name: "node1", memory: 8589934592, scan_summary: null }] },
  "/v1/debug/admission_stats": { stats: { k8s_allowed_requests: 7, k8s_denied_requests: 2 } },
  "/v1/scan/registry": { summarys: [{ name: "my registry" }, { name: "second" }] },
  "/v1/scan/registry/my%20registry/images": {
    images: Array.from({ length: 501 }, (_, index) => ({
      repository: "app",
      tag: `${index}`,
      image_id: `id${index}`,
      high: 1,
      medium: 0,
    })),
  },
  "/v1/scan/registry/second/images": {
    images: [{ repository: "app", tag: "0", image_id: "id0", high: 8, medium: 8 }],
  },
  "/v1/scan/platform": { platforms: [{ platform: "Kubernetes", high: 3, medium: 0 }] },
  "/v1/workload": { workloads: [{ ...web, scan_summary: null }, web, web] },
  "/v1/log/threat": { threats: ["t1", "t2", "t3", "t4", "t5", "t6"].map(event) },
  "/v1/log/incident": { incidents: [{ ...event("i1"), file_name: ["/etc/x", "/etc/y"] }] },
  "/v1/log/violation": { violations: [{ id: "v1", client_id: "c1", reported_timestamp: 1795441432 }] },
};

/** A controller with `data`, and how the exporter shows it to an account of that role. */
async function scrape(
  role: "reader" | "ciops",
  env: Readonly<Record<string, string>> = {},
  options: StartOptions = { data },
): Promise<{ readonly site: SimulatedController; readonly lines: readonly string[] }> {
  const password = "Canary-pass-7c1e";
  const site = await startController({ users: [{ username: "scraper", password, role }], ...options });
  closers.push(() => site.close());
  const exporter = await startExporter({
    CTRL_API_SERVICE: `${site.rest.server}:${site.rest.port}`,
    CTRL_USERNAME: "scraper",
    CTRL_PASSWORD: password,
    CTRL_TLS_FINGERPRINT: site.fingerprint256,
    ...env,
  });
  closers.push(() => exporter.stop("SIGKILL"));
  return { site, lines: (await exporter.scrape()).split("\n") };
}

const successes = (lines: readonly string[]) =>
  Object.fromEntries(
    lines.flatMap((line) => {
      const [, name = "", value = ""] = /^nv_scrape_collector_success\{collector="(\w+)"\} (\d)$/.exec(line) ?? [];
      return name === "" ? [] : [[name, value === "1"]];
    }),
  );

const named = (lines: readonly string[], prefix: string) => lines.filter((line) => line.startsWith(prefix));

test("R16: every group shows its data, with one login", async () => {
  const { site, lines } = await scrape("reader", { ENFORCER_STATS: "true" });
  const target = 'target="127.0.0.1"';
  const use = `host="node1",display="pod-1",${target}`;
  for (const line of [
    `nv_conversation_bytes{port="tcp/80",from="external",to="web",${target}} 1234`,
    `nv_enforcer_cpu{id="enf1",${use}} 0.25`,
    `nv_enforcer_memory{id="enf1",${use}} 1024`,
    `nv_host_memory{name="node1",id="node1:uuid",${target}} 8589934592`,
    `nv_admission_allowed{${target}} 7`,
    `nv_admission_denied{${target}} 2`,
    `nv_platform_vulnerabilityHigh{name="Kubernetes",${target}} 3`,
    `nv_platform_vulnerabilityMedium{name="Kubernetes",${target}} 0`,
  ]) {
    expect(lines).toContain(line);
  }
  expect(named(lines, "nv_controller_cpu{")).toEqual([`nv_controller_cpu{id="ctrl1",${use}} 0.5`]);
  expect(named(lines, "nv_controller_memory{")).toEqual([`nv_controller_memory{id="ctrl1",${use}} 2048`]);
  expect(named(lines, "nv_controller_connected{")).toEqual([
    `nv_controller_connected{id="ctrl1",${use}} 1`,
    `nv_controller_connected{id="gone",${use}} 0`,
  ]);
  expect(named(lines, "nv_container_")).toEqual([
    `nv_container_vulnerabilityHigh{service="web",${target}} 2`,
    `nv_container_vulnerabilityMedium{service="web",${target}} 1`,
  ]);
  const images = named(lines, "nv_image_vulnerabilityHigh{");
  expect(images).toHaveLength(501);
  expect(images[0]).toBe(`nv_image_vulnerabilityHigh{name="app:0",imageid="id0",${target}} 1`);
  const logged = named(lines, "nv_log_events{").map((line) => /[{,]id="(\w+)"/.exec(line)?.[1]);
  expect(logged).toEqual(["t1", "t2", "t3", "t4", "t5", "i1", "v1"]);
  expect(named(lines, 'nv_log_events{log="incident"')[0]).toContain('filename="/etc/x,/etc/y"');
  expect(new Set(Object.values(successes(lines)))).toEqual(new Set([true]));
  expect(site.requests.filter(({ path }) => path === "/v1/auth")).toHaveLength(1);
});

test("R16: an empty cluster off Kubernetes is no failure of any group", async () => {
  const { lines } = await scrape("reader", {}, {});
  expect(successes(lines)).toEqual({
    summary: true,
    conversation: true,
    host: true,
    admission: true,
    image_vulnerability: true,
    container_vulnerability: true,
    log: true,
    controller: true,
    platform_vulnerability: true,
    federation: true,
    scanner: true,
    policy: true,
    risk: true,
  });
  const shown = lines.filter((line) => /^nv_(conv|host|adm|image|cont|log|plat)/.test(line));
  const target = 'target="127.0.0.1"';
  expect(shown).toEqual([
    `nv_admission_enabled{${target}} 0`,
    `nv_admission_mode{mode="monitor",${target}} 0`,
    `nv_admission_mode{mode="protect",${target}} 1`,
  ]);
});

test("R16: conversations may be larger than other answers", async () => {
  const endpoints = Array.from({ length: 9 }, (_, id) => ({ id: `e${id}`, name: "x".repeat(1024 * 1024) }));
  const conversations = [{ from: "external", to: "web", bytes: 1, ports: ["tcp/80"] }];
  const large = { "/v1/conversation": { conversations, endpoints }, "/v1/host": { hosts: [], endpoints } };
  const { lines } = await scrape("reader", { EXPORTER_METRICS: "conversation,host" }, { data: large });
  expect(successes(lines)).toEqual({ conversation: true, host: false });
  expect(named(lines, "nv_conversation_bytes{")).toHaveLength(1);
});

test("R9: 403 on some groups loses only those", async () => {
  const { lines } = await scrape("ciops", { ENFORCER_STATS: "true" });
  expect(successes(lines)).toMatchObject({
    summary: true,
    conversation: true,
    enforcer: true,
    host: true,
    image_vulnerability: true,
    log: true,
    admission: false,
    platform_vulnerability: false,
    federation: false,
  });
  expect(lines).toContain("nv_up 1");
});

test("R11: EXPORTER_METRICS asks only for the groups it names", async () => {
  const { site, lines } = await scrape("reader", { EXPORTER_METRICS: "host,log" });
  expect(successes(lines)).toEqual({ host: true, log: true });
  const asked = site.requests.flatMap(({ method, path }) => (method === "GET" ? [path] : []));
  expect(asked.sort()).toEqual(["/v1/host", "/v1/log/incident", "/v1/log/threat", "/v1/log/violation"]);
});
