import { createSession, type Session } from "@fedjoin/provider/neuvector";
import { createSystemPorts } from "@fedjoin/provider/system";
import { Secret } from "@fedjoin/provider/values";
import { afterEach, describe, expect, test } from "vitest";
import { type SimulatedController, startController, type StartOptions } from "@fedjoin/simulator";
import { collectorOf, linesOf } from "../../support/scraping";

const password = "Canary-pass-7c1e";
const ports = createSystemPorts(() => undefined);
const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A session with a controller that has `options`, as an account of that role. */
async function start(
  options: StartOptions = {},
  role: "reader" | "ciops" = "reader",
): Promise<{ readonly site: SimulatedController; readonly session: Session }> {
  const site = await startController({ users: [{ username: "scraper", password, role }], ...options });
  closers.push(() => site.close());
  const target = { protocol: "https", ...site.rest, tls: { fingerprint: site.fingerprint256 } } as const;
  const session = createSession(ports, target, { kind: "user", username: "scraper", password: new Secret(password) });
  closers.push(() => session.close());
  return { site, session };
}

const newLines = (name: string, session: Session): Promise<string[]> =>
  linesOf(collectorOf(name), session, { names: "new" });

const scanner = (id: string, cvedb_version: string) => ({
  ...{ id, cvedb_version, cvedb_create_time: "2026-11-01T00:00:00Z", joined_timestamp: 1795441486 },
  ...{ server: "10.42.3.7", port: 18402 },
  ...{ scanned_containers: 120, scanned_hosts: 3, scanned_images: 4210, scanned_serverless: 0 },
});

const learnedGroup = (name: string, mode: string) => ({
  ...{ name, kind: "container", domain: "shop", learned: true, reserved: false, cfg_type: "learned" },
  ...{ policy_mode: mode, profile_mode: mode, baseline_profile: "basic", platform_role: "", creater_domains: null },
});

/** What a cluster with a shop in it answers. */
const data: NonNullable<StartOptions["data"]> = {
  "/v1/scan/scanner": { scanners: [scanner("scanner-a", "4.101"), scanner("scanner-b", "4.099")] },
  "/v1/scan/status": {
    status: {
      ...{ scanned: 131, scheduled: 4, scanning: 2, failed: 0 },
      ...{ cvedb_version: "4.101", cvedb_create_time: "2026-11-01T00:00:00Z" },
    },
  },
  "/v1/group": {
    groups: [
      { name: "containers", kind: "container", cfg_type: "user_created", learned: false, reserved: true },
      learnedGroup("nv.web.shop", "Protect"),
      learnedGroup("nv.db.shop", "Monitor"),
      learnedGroup("nv.new.shop", "Discover"),
      learnedGroup("nv.newer.shop", "Discover"),
    ],
  },
  "/v1/response/rule": {
    rules: [
      { id: 1, event: "security-event", actions: ["webhook"], cfg_type: "user_created", disable: true },
      { id: 2, event: "cve-report", actions: ["quarantine"], cfg_type: "user_created", disable: false },
    ],
  },
  "/v1/admission/rules": { rules: [{ id: 1000, cfg_type: "user_created", disable: false }] },
  "/v1/admission/state": {
    k8s_env: true,
    state: { cfg_type: "user_created", default_action: "allow", enable: true, mode: "protect" },
  },
  "/v1/system/score/metrics": {
    egress: [],
    ingress: [{ id: "w1", applications: ["SSL"], entries: [{ bytes: 1234, port: "tcp/443" }] }],
    metrics: {
      cves: { discover_cves: 9, monitor_cves: 3, protect_cves: 1, host_cves: 4, platform_cves: 0 },
      enabled_deny_adm_ctrl_rules: 1,
      groups: { groups: 4, discover_groups: 2, monitor_groups: 1, protect_groups: 1 },
      workloads: { privileged_wls: 2, root_wls: 40, discover_ext_eps: 1, running_pods: 60 },
    },
    security_scores: { security_risk_score: 41, exposure_score: 3, service_mode_score: 26 },
  },
};

test("scanner reads /v1/scan/scanner and /v1/scan/status", async () => {
  const { session } = await start({ data });
  const lines = await newLines("scanner", session);
  expect(lines).toHaveLength(2 * 7 + 4);
  expect(lines).toContain('nv_scanner_info{id="scanner-b",server="10.42.3.7",version="4.099",target="c"} 1');
  expect(lines).toContain('nv_scanner_scans_total{id="scanner-a",scanned="images",target="c"} 4210');
  expect(lines).toContain('nv_scan_objects{state="scheduled",target="c"} 4');
});

test("policy reads groups, rules and the state of the admission control", async () => {
  const { session, site } = await start({ data });
  expect(await newLines("policy", session)).toEqual([
    'nv_groups{kind="container",policy_mode="",profile_mode="",target="c"} 1',
    'nv_groups{kind="container",policy_mode="Protect",profile_mode="Protect",target="c"} 1',
    'nv_groups{kind="container",policy_mode="Monitor",profile_mode="Monitor",target="c"} 1',
    'nv_groups{kind="container",policy_mode="Discover",profile_mode="Discover",target="c"} 2',
    'nv_response_rules{cfg_type="user_created",enabled="false",target="c"} 1',
    'nv_response_rules{cfg_type="user_created",enabled="true",target="c"} 1',
    'nv_admission_rules{cfg_type="user_created",enabled="true",target="c"} 1',
    'nv_admission_enabled{target="c"} 1',
    'nv_admission_mode{mode="monitor",target="c"} 0',
    'nv_admission_mode{mode="protect",target="c"} 1',
  ]);
  const asked = site.requests.flatMap(({ method, path }) => (method === "GET" ? [path] : []));
  expect(asked.sort()).toEqual(["/v1/admission/rules", "/v1/admission/state", "/v1/group", "/v1/response/rule"]);
});

test("risk reads /v1/system/score/metrics", async () => {
  const { session } = await start({ data });
  const lines = await newLines("risk", session);
  expect(lines).toContain('nv_risk_score{target="c"} 41');
  expect(lines).toContain('nv_risk_workloads{reason="run_as_root",target="c"} 40');
  expect(lines).toContain('nv_risk_vulnerabilities{of="host",target="c"} 4');
});

describe("with nothing in the cluster", () => {
  test.each([
    ["scanner", 4],
    ["policy", 3],
    ["risk", 21],
  ])("%s is no failure", async (name, count) => {
    const { session } = await start();
    expect(await newLines(name, session)).toHaveLength(count);
  });
});

describe("what an account may not read", () => {
  test.each(["scanner", "policy"])("%s is a failure, not a row of zeros", async (name) => {
    const { session } = await start({ data }, "ciops");
    await expect(newLines(name, session)).rejects.toMatchObject({ kind: "forbidden" });
  });
});

describe("an older controller", () => {
  test.each([
    ["risk", "/v1/system/score/metrics", 0],
    ["policy", "/v1/admission/state", 7],
  ])("%s goes without %s, which answers 404", async (name, path, count) => {
    const { session, site } = await start({ data });
    site.faults.add({ match: { method: "GET", path }, what: "status", status: 404, code: 1, times: 1 });
    expect(await newLines(name, session)).toHaveLength(count);
  });
});

test("log counts what is added between two scrapes, page after page", async () => {
  const logs = { threats: [] as object[] };
  const { session, site } = await start({ data: { "/v1/log/threat": logs } });
  const collector = collectorOf("log");
  const add = (from: number, to: number): void => {
    for (let number = from; number <= to; number++) {
      logs.threats.unshift({ id: `thr-${number}`, level: "Critical", reported_timestamp: 1795441432 + number });
    }
  };
  const critical = async (): Promise<string | undefined> => {
    const lines = await linesOf(collector, session, { names: "new" });
    return lines.find((line) => line.startsWith('nv_security_events_total{log="threat",level="Critical"'));
  };
  add(1, 400);
  expect(await critical()).toMatch(/ 0$/);
  add(401, 403);
  expect(await critical()).toMatch(/ 3$/);
  add(404, 903);
  expect(await critical()).toMatch(/ 503$/);
  expect(await critical()).toMatch(/ 503$/);
  const reads = site.requests.filter(({ path }) => path === "/v1/log/threat");
  expect(reads).toHaveLength(1 + 1 + 3 + 1);
});

test("federation tells a master's view from a member's", async () => {
  const { session, site } = await start();
  expect(await newLines("federation", session)).toEqual([
    'nv_fed_role{role="master",target="c"} 0',
    'nv_fed_role{role="joint",target="c"} 0',
    'nv_fed_role{role="standalone",target="c"} 1',
  ]);
  await site.promote();
  const lines = await newLines("federation", session);
  expect(lines).toContain('nv_fed_role{role="master",target="c"} 1');
  expect(lines).toContain('nv_fed_members{target="c"} 0');
});
