import type { Threat } from "@fedjoin/provider/internal/neuvector";
import { expect, test } from "vitest";
import { createSensorTally } from "../../../../exporter/src/collectors/sensorHits";

const threat = (threat_id: number | undefined, given: Partial<Threat> = {}): Threat => ({
  ...{ id: "t", level: "Critical", name: "n", client_workload_name: "", client_workload_domain: "" },
  ...{ server_workload_name: "", server_workload_domain: "" },
  ...{ threat_id, sensor: "sensor.ssn", action: "deny", count: 1, ...given },
});

const hitsOf = (threats: readonly Threat[]) => {
  const tally = createSensorTally();
  threats.forEach(tally.add);
  return [...tally.family("c").samples].map(({ labels, value }) => [Object.values(labels).join(" "), value]);
};

test("hits are summed by kind, sensor and action, and threats that no sensor found are passed over", () => {
  const threats = [
    threat(20_000, { count: 3 }),
    threat(39_999, { count: undefined }),
    threat(40_000, { sensor: "waf.sqli", action: "alert" }),
    threat(49_999, { sensor: "waf.sqli", action: "of tomorrow" }),
    ...[threat(19_999), threat(50_000), threat(2022), threat(undefined)],
  ];
  expect(hitsOf(threats)).toEqual([
    ["dlp sensor.ssn deny c", 4],
    ["waf waf.sqli alert c", 1],
    ["waf waf.sqli other c", 1],
  ]);
});

test("sensors beyond the fiftieth, and one that is gone, are other", () => {
  const many = Array.from({ length: 60 }, (_, index) => threat(20_001, { sensor: `s${index}` }));
  const hits = hitsOf([...many, threat(20_001, { sensor: "" }), threat(20_001, { sensor: "s0" })]);
  expect(hits).toHaveLength(51);
  expect(hits[0]).toEqual(["dlp s0 deny c", 2]);
  expect(hits.at(-1)).toEqual(["dlp other deny c", 11]);
});
