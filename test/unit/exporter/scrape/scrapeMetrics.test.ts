import { NeuVectorError } from "@fedjoin/provider/neuvector";
import { describe, expect, test } from "vitest";
import { summarySamples } from "../../../../exporter/src/collectors/summary";
import { createJoinMetrics } from "../../../../exporter/src/join/joinMetrics";
import { createJoinRecorder } from "../../../../exporter/src/join/joinRecorder";
import { createSelfMetrics, registryFamilies } from "../../../../exporter/src/selfMetrics";
import { createInstantClock } from "../../../support/instantClock";
import { renderToString } from "../../../support/renderToString";
import { collected, expose, summary, textSettings } from "../../../support/summaryResults";

describe("R9: a scrape", () => {
  test("R9: a failed collector loses only itself", async () => {
    const failed = {
      collector: "federation",
      durationSeconds: 1.5,
      families: [],
      error: new NeuVectorError("forbidden", "no"),
    };
    const text = await expose(collected("summary", summarySamples(summary, "c")), failed);
    expect(text).toContain("\nnv_up 1\n");
    expect(text).toContain('nv_scrape_collector_success{collector="summary"} 1\n');
    expect(text).toContain('nv_scrape_collector_success{collector="federation"} 0\n');
    expect(text).toContain('nv_scrape_collector_duration_seconds{collector="federation"} 1.5\n');
    expect(text).not.toContain("nv_fed_");
  });

  test("R9: nv_up is 0 when nothing came", async () => {
    const error = new NeuVectorError("network", "no answer");
    expect(await expose({ collector: "summary", durationSeconds: 0, families: [], error })).toContain("\nnv_up 0\n");
  });

  test("R9: the exporter's own metrics follow, with every state of the join", async () => {
    const self = createSelfMetrics({ version: "1.2.3", revision: "abc", nodeVersion: "v22.0.0" });
    const record = createJoinRecorder(createInstantClock(), createJoinMetrics(self.registry));
    record.set({ state: "failed", lastErrorKind: "tls" });
    record.countRequest("failed");
    const text = await renderToString([], await registryFamilies(self.registry), textSettings);
    expect(text).toContain('nv_exporter_build_info{version="1.2.3",revision="abc",node_version="v22.0.0"} 1\n');
    expect(text).toMatch(/^process_start_time_seconds \d+$/m);
    expect(text.match(/^nv_fed_join_.*$/gm)).toEqual([
      'nv_fed_join_state{state="off"} 0',
      'nv_fed_join_state{state="invalid"} 0',
      'nv_fed_join_state{state="joining"} 0',
      'nv_fed_join_state{state="joined"} 0',
      'nv_fed_join_state{state="unconfirmed"} 0',
      'nv_fed_join_state{state="failed"} 1',
      'nv_fed_join_state{state="lost"} 0',
      'nv_fed_join_state{state="kicked"} 0',
      'nv_fed_join_state{state="unclear"} 0',
      'nv_fed_join_state{state="elsewhere"} 0',
      'nv_fed_join_state{state="conflict"} 0',
      'nv_fed_join_requests_total{result="accepted"} 0',
      'nv_fed_join_requests_total{result="failed"} 1',
      "nv_fed_join_rejoins_total 0",
      'nv_fed_join_last_error{kind="tls"} 1',
    ]);
  });
});
