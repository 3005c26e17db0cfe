import { describe, expect, test } from "vitest";
import { forbidden, named, newLines, oldLines, serverError } from "../../../support/scraping";

const stats = (cpu: number, memory: number) => ({ id: "x", stats: { interval: 5, span_1: { cpu, memory } } });

describe.each(["enforcer", "controller"])("%s: metrics of the Python exporter", (kind) => {
  const node = (id: string) => ({ id, host_name: `host-${id}`, display_name: `pod-${id}`, labels: null });

  test("R16: CPU and memory of each that is up; one that is gone or down is left out", async () => {
    const answers = {
      [`/v1/${kind}`]: { [`${kind}s`]: ["a", "nvc:", "gone", "down"].map(node) },
      [`/v1/${kind}/a/stats`]: stats(0.25, 1024),
      [`/v1/${kind}/nvc%3A/stats`]: stats(0, 0),
      [`/v1/${kind}/down/stats`]: serverError,
    };
    expect(await oldLines(kind, answers)).toEqual([
      `nv_${kind}_cpu{id="a",host="host-a",display="pod-a",target="c"} 0.25`,
      `nv_${kind}_cpu{id="nvc:",host="host-nvc:",display="pod-nvc:",target="c"} 0`,
      `nv_${kind}_memory{id="a",host="host-a",display="pod-a",target="c"} 1024`,
      `nv_${kind}_memory{id="nvc:",host="host-nvc:",display="pod-nvc:",target="c"} 0`,
    ]);
  });

  test("R16: refused statistics are a failure, not an absence", async () => {
    const answers = { [`/v1/${kind}`]: { [`${kind}s`]: [node("a")] }, [`/v1/${kind}/a/stats`]: forbidden };
    await expect(oldLines(kind, answers)).rejects.toMatchObject({ kind: "forbidden" });
  });
});

describe.each(["enforcer", "controller"])("%s: new metrics", (kind) => {
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
      [`/v1/${kind}/down/stats`]: serverError,
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
