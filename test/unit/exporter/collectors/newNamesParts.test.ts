import { NeuVectorError } from "@fedjoin/provider/neuvector";
import { describe, expect, test } from "vitest";
import { named, newLines } from "../../../support/newNames";

const forbidden = new NeuVectorError("forbidden", "no", { status: 403, code: 25 });
const down = new NeuVectorError("server_error", "no", { status: 500, code: 24 });
const huge = 2 ** 63;

describe.each(["enforcer", "controller"])("%s", (kind) => {
  const node = (id: string, more: object = {}) => ({
    ...{ id, host_name: "node1", display_name: `pod-${id}`, version: "v5.6.0", connection_state: "connected" },
    ...more,
  });
  const stats = { stats: { span_1: { cpu: 0.25, memory: 1024 } } };
  const labels = (id: string) => `id="${id}",host="node1",display="pod-${id}",target="c"`;

  test("one that is disconnected, gone or down is not connected, and no failure", async () => {
    const lines = await newLines(kind, {
      [`/v1/${kind}`]: {
        [`${kind}s`]: [
          node("up"),
          node("lost", { connection_state: "disconnected" }),
          node("gone"),
          node("down"),
          node("old", { connection_state: undefined, version: null }),
        ],
      },
      [`/v1/${kind}/up/stats`]: stats,
      [`/v1/${kind}/lost/stats`]: stats,
      [`/v1/${kind}/down/stats`]: down,
      [`/v1/${kind}/old/stats`]: stats,
    });
    expect(named(lines, `nv_${kind}_connected`)).toEqual([
      `nv_${kind}_connected{${labels("up")}} 1`,
      `nv_${kind}_connected{${labels("lost")}} 0`,
      `nv_${kind}_connected{${labels("gone")}} 0`,
      `nv_${kind}_connected{${labels("down")}} 0`,
      `nv_${kind}_connected{${labels("old")}} 1`,
    ]);
    expect(named(lines, `nv_${kind}_cpu_ratio`)).toHaveLength(3);
    expect(named(lines, `nv_${kind}_memory_bytes`)[0]).toBe(`nv_${kind}_memory_bytes{${labels("up")}} 1024`);
    expect(named(lines, `nv_${kind}_info`)[0]).toContain('version="v5.6.0"');
  });

  test("a null list is an empty one", async () => {
    expect(await newLines(kind, { [`/v1/${kind}`]: { [`${kind}s`]: null } })).toEqual([]);
  });
});

test("controller says which one leads, where it does say so", async () => {
  const lines = await newLines("controller", {
    "/v1/controller": { controllers: [{ id: "a", leader: true }, { id: "b", leader: false }, { id: "c" }] },
  });
  expect(named(lines, "nv_controller_leader")).toEqual([
    'nv_controller_leader{id="a",host="",display="",target="c"} 1',
    'nv_controller_leader{id="b",host="",display="",target="c"} 0',
  ]);
});

describe("host", () => {
  const path = "/v1/host";

  test("shows what a host has and runs", async () => {
    const node = {
      ...{ name: "node1", id: "node1:u1", memory: huge, cpus: 4, containers: 12, pods: 6, state: "connected" },
      ...{ os: "SLES 15", kernel: "5.14", runtime: "containerd", runtime_version: "1.7.0", policy_mode: "Discover" },
      scan_summary: { status: "finished", critical: 1, high: 2, medium: 3 },
    };
    const of = 'name="node1",id="node1:u1"';
    expect(await newLines("host", { [path]: { hosts: [node] } })).toEqual([
      `nv_host_memory_bytes{${of},target="c"} 9223372036854776000`,
      `nv_host_cpus{${of},target="c"} 4`,
      `nv_host_containers{${of},target="c"} 12`,
      `nv_host_pods{${of},target="c"} 6`,
      `nv_host_connected{${of},target="c"} 1`,
      `nv_host_info{${of},os="SLES 15",kernel="5.14",runtime="containerd",runtime_version="1.7.0",policy_mode="Discover",target="c"} 1`,
      `nv_host_vulnerabilities{${of},severity="critical",target="c"} 1`,
      `nv_host_vulnerabilities{${of},severity="high",target="c"} 2`,
      `nv_host_vulnerabilities{${of},severity="medium",target="c"} 3`,
    ]);
  });

  test.each<[string, object]>([
    ["missing", {}],
    ["null", { cpus: null, containers: null, pods: null, state: null, scan_summary: null }],
    ["never scanned", { scan_summary: { status: "", critical: 0, high: 0, medium: 0 } }],
    ["of another type", { cpus: "4", containers: {}, state: 1, scan_summary: "none" }],
  ])("what is %s is absent, never a false 0", async (_what, odd) => {
    const lines = await newLines("host", { [path]: { hosts: [{ name: "n", id: "i", memory: 1, ...odd }] } });
    expect(lines.map((line) => line.split("{")[0])).toEqual(["nv_host_memory_bytes", "nv_host_info"]);
  });
});

describe("scanner", () => {
  const status = { status: { scanned: 100, scheduled: 5, scanning: 2, failed: 0, cvedb_version: "4.101" } };
  const scanner = {
    ...{ id: "s1", server: "10.0.0.5", cvedb_version: "4.101", cvedb_create_time: "2026-11-01T00:00:00Z" },
    ...{ joined_timestamp: 1795441486, scanned_containers: 10, scanned_hosts: 3, scanned_images: 7 },
    scanned_serverless: 0,
  };

  test("shows each scanner, its CVE database, and what is left to scan", async () => {
    const answers = { "/v1/scan/scanner": { scanners: [scanner] }, "/v1/scan/status": status };
    expect(await newLines("scanner", answers)).toEqual([
      'nv_scanner_info{id="s1",server="10.0.0.5",version="4.101",target="c"} 1',
      'nv_scanner_cvedb_created_timestamp_seconds{id="s1",target="c"} 1793491200',
      'nv_scanner_joined_timestamp_seconds{id="s1",target="c"} 1795441486',
      'nv_scanner_scans_total{id="s1",scanned="containers",target="c"} 10',
      'nv_scanner_scans_total{id="s1",scanned="hosts",target="c"} 3',
      'nv_scanner_scans_total{id="s1",scanned="images",target="c"} 7',
      'nv_scanner_scans_total{id="s1",scanned="serverless",target="c"} 0',
      'nv_scan_objects{state="scanned",target="c"} 100',
      'nv_scan_objects{state="scheduled",target="c"} 5',
      'nv_scan_objects{state="scanning",target="c"} 2',
      'nv_scan_objects{state="failed",target="c"} 0',
    ]);
  });

  test("missing keys are absent, a null list is empty, a refusal is a failure", async () => {
    const bare = { "/v1/scan/scanner": { scanners: [{ id: "s1" }] }, "/v1/scan/status": { status: {} } };
    expect(await newLines("scanner", bare)).toEqual(['nv_scanner_info{id="s1",server="",version="",target="c"} 1']);
    const none = { "/v1/scan/scanner": { scanners: null }, "/v1/scan/status": { status: {} } };
    expect(await newLines("scanner", none)).toEqual([]);
    const refused = { "/v1/scan/scanner": { scanners: [] }, "/v1/scan/status": forbidden };
    await expect(newLines("scanner", refused)).rejects.toMatchObject({ kind: "forbidden" });
  });
});
