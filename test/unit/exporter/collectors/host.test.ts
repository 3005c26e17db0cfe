import { describe, expect, test } from "vitest";
import { huge, newLines, oldLines, valuesOf } from "../../../support/scraping";

const hosts = (...all: object[]) => ({ "/v1/host": { hosts: all } });
const node = { name: "node1", id: "node1:u1", memory: huge };
const labels = 'name="node1",id="node1:u1"';

describe("host: new metrics", () => {
  test("show what a host has and runs", async () => {
    const full = {
      ...{ ...node, cpus: 4, containers: 12, pods: 6, state: "connected" },
      ...{ os: "SLES 15", kernel: "5.14", runtime: "containerd", runtime_version: "1.7.0", policy_mode: "Discover" },
      scan_summary: { status: "finished", critical: 1, high: 2, medium: 3 },
    };
    const system = 'os="SLES 15",kernel="5.14",runtime="containerd",runtime_version="1.7.0",policy_mode="Discover"';
    expect(valuesOf(await newLines("host", hosts(full)))).toEqual({
      ...{ [`nv_host_memory_bytes{${labels}}`]: huge, [`nv_host_cpus{${labels}}`]: 4 },
      ...{ [`nv_host_containers{${labels}}`]: 12, [`nv_host_pods{${labels}}`]: 6 },
      ...{ [`nv_host_connected{${labels}}`]: 1, [`nv_host_info{${labels},${system}}`]: 1 },
      [`nv_host_vulnerabilities{${labels},severity="critical"}`]: 1,
      [`nv_host_vulnerabilities{${labels},severity="high"}`]: 2,
      [`nv_host_vulnerabilities{${labels},severity="medium"}`]: 3,
    });
  });

  test.each<[string, object]>([
    ["missing", {}],
    ["null", { cpus: null, containers: null, pods: null, state: null, scan_summary: null }],
    ["never scanned", { scan_summary: { status: "", critical: 0, high: 0, medium: 0 } }],
    ["of another type", { cpus: "4", containers: {}, state: 1, scan_summary: "none" }],
  ])("what is %s is absent, never a false 0", async (_what, odd) => {
    const lines = await newLines("host", hosts({ ...node, ...odd }));
    expect(lines.map((line) => line.split("{")[0])).toEqual(["nv_host_memory_bytes", "nv_host_info"]);
  });
});

test("R9: an answer of another shape fails with the field's name, and without its value", async () => {
  await expect(oldLines("host", hosts({ ...node, memory: "much" }))).rejects.toMatchObject({
    kind: "unexpected_reply",
    summary: "GET /v1/host answered something else than expected (field hosts.0.memory)",
  });
});
