import { describe, expect, test } from "vitest";
import { forbidden, named, newLines, oldLines, serverError, valuesOf } from "../../../support/scraping";

const stats = (cpu: number, memory: number) => ({ id: "x", stats: { interval: 5, span_1: { cpu, memory } } });

describe.each(["enforcer", "controller"])("%s", (kind) => {
  const node = (id: string, more: object = {}) => ({
    ...{ id, host_name: "node1", display_name: `pod-${id}`, labels: null, version: "v5.6.0" },
    ...{ connection_state: "connected", ...more },
  });
  const list = (...nodes: object[]) => ({ [`/v1/${kind}`]: { [`${kind}s`]: nodes } });
  const series = (name: string, id: string) => `nv_${kind}_${name}{id="${id}",host="node1",display="pod-${id}"}`;

  test("R16: refused statistics are a failure, not an absence", async () => {
    const answers = { ...list(node("a")), [`/v1/${kind}/a/stats`]: forbidden };
    await expect(oldLines(kind, answers)).rejects.toMatchObject({ kind: "forbidden" });
  });

  test("with new names shows what is disconnected, gone or down as not connected", async () => {
    const lines = await newLines(kind, {
      ...list(
        ...[node("up"), node("lost", { connection_state: "disconnected" }), node("gone"), node("down")],
        node("old", { connection_state: undefined, version: null }),
      ),
      ...Object.fromEntries(["up", "lost", "old"].map((id) => [`/v1/${kind}/${id}/stats`, stats(0.25, 1024)])),
      [`/v1/${kind}/down/stats`]: serverError,
    });
    const connected = { up: 1, lost: 0, gone: 0, down: 0, old: 1 };
    expect(valuesOf(named(lines, `nv_${kind}_connected`))).toEqual(
      Object.fromEntries(Object.entries(connected).map(([id, value]) => [series("connected", id), value])),
    );
    expect(named(lines, `nv_${kind}_cpu_ratio`)).toHaveLength(3);
    expect(valuesOf(lines)).toMatchObject({ [series("memory_bytes", "up")]: 1024 });
    expect(named(lines, `nv_${kind}_info`)[0]).toContain('version="v5.6.0"');
  });

  test("takes a null list as empty", async () => {
    expect(await newLines(kind, { [`/v1/${kind}`]: { [`${kind}s`]: null } })).toEqual([]);
  });
});

test("controller tells which one leads, if it does", async () => {
  const controllers = [{ id: "a", leader: true }, { id: "b", leader: false }, { id: "c" }];
  const lines = await newLines("controller", { "/v1/controller": { controllers } });
  expect(valuesOf(named(lines, "nv_controller_leader"))).toEqual({
    'nv_controller_leader{id="a",host="",display=""}': 1,
    'nv_controller_leader{id="b",host="",display=""}': 0,
  });
});
