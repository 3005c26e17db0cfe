import { describe, expect, test } from "vitest";
import { huge, newLines, oldLines } from "../../../support/scraping";

test("R16: host shows the memory that a host has", async () => {
  const hosts = [{ name: "node1", id: "node1:uuid", memory: 8589934592, scan_summary: null }];
  expect(await oldLines("host", { "/v1/host": { hosts } })).toEqual([
    'nv_host_memory{name="node1",id="node1:uuid",target="c"} 8589934592',
  ]);
});

describe("host: new metrics", () => {
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

test("R9: an answer of another shape fails with the field's name, and without its value", async () => {
  const wrong = { "/v1/host": { hosts: [{ name: "n", id: "i", memory: "much" }] } };
  await expect(oldLines("host", wrong)).rejects.toMatchObject({
    kind: "unexpected_reply",
    summary: "GET /v1/host answered something else than expected (field hosts.0.memory)",
  });
});
