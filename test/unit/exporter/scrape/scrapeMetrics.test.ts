import { expect, test } from "vitest";
import { createJoinMetrics } from "../../../../exporter/src/join/joinMetrics";
import { createJoinRecorder } from "../../../../exporter/src/join/joinRecorder";
import { joinStates } from "../../../../exporter/src/join/joinStatus";
import { createSelfMetrics, registryFamilies } from "../../../../exporter/src/selfMetrics";
import { createVirtualClock } from "@fedjoin/simulator";
import { virtualClock } from "../../../support/virtualPorts";
import { renderToString } from "../../../support/renderToString";

test("R9: the exporter's own metrics show the build, the process and every state of the join", async () => {
  const { registry } = createSelfMetrics({ version: "1.2.3", revision: "abc", nodeVersion: "v22.0.0" });
  const record = createJoinRecorder(virtualClock(createVirtualClock(0)), createJoinMetrics(registry));
  record.set({ state: "failed", lastErrorKind: "tls" });
  record.countRequest("failed");
  const options = { format: "text", maxLabelLength: 1024, names: "old" } as const;
  const text = await renderToString([], await registryFamilies(registry), options);
  expect(text).toContain('nv_exporter_build_info{version="1.2.3",revision="abc",node_version="v22.0.0"} 1\n');
  expect(text).toMatch(/^process_start_time_seconds \d+$/m);
  expect(text.match(/^nv_fed_join_.*$/gm)).toEqual([
    ...joinStates.map((state) => `nv_fed_join_state{state="${state}"} ${state === "failed" ? 1 : 0}`),
    'nv_fed_join_requests_total{result="accepted"} 0',
    'nv_fed_join_requests_total{result="failed"} 1',
    "nv_fed_join_rejoins_total 0",
    'nv_fed_join_last_error{kind="tls"} 1',
  ]);
});
