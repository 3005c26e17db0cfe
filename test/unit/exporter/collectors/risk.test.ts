import { expect, test } from "vitest";
import { named, newLines, valuesOf } from "../../../support/scraping";

const path = "/v1/system/score/metrics";
const metrics = {
  cves: { discover_cves: 5, monitor_cves: 0, protect_cves: 1, host_cves: 7, platform_cves: 2 },
  workloads: { privileged_wls: 3, root_wls: 4, discover_ext_eps: 1, running_pods: 60 },
  enabled_deny_adm_ctrl_rules: 2,
};

test("risk shows the score, its parts and what it is made of", async () => {
  const scores = { security_risk_score: 41, exposure_score: 3, exposure_score_by_100: 8, vulnerability_score: 4 };
  const answers = { [path]: { metrics, security_scores: scores, ingress: [], egress: [] } };
  const vulnerabilities = (of: string) => `nv_risk_vulnerabilities{of="${of}"}`;
  const workloads = (reason: string) => `nv_risk_workloads{reason="${reason}"}`;
  expect(valuesOf(await newLines("risk", answers))).toEqual({
    nv_risk_score: 41,
    ...{ 'nv_risk_score_part{part="exposure"}': 3, 'nv_risk_score_part{part="vulnerability"}': 4 },
    ...{ [vulnerabilities("discover")]: 5, [vulnerabilities("monitor")]: 0, [vulnerabilities("protect")]: 1 },
    ...{ [vulnerabilities("host")]: 7, [vulnerabilities("platform")]: 2 },
    ...{ [workloads("privileged")]: 3, [workloads("run_as_root")]: 4, [workloads("exposed_in_discover")]: 1 },
    nv_risk_enabled_deny_rules: 2,
  });
});

test("risk leaves out null scores, and all of it on an older controller", async () => {
  const lines = await newLines("risk", { [path]: { metrics, security_scores: null } });
  expect(named(lines, "nv_risk_score", "nv_risk_score_part")).toEqual([]);
  expect(named(lines, "nv_risk_workloads")).toHaveLength(3);
  expect(await newLines("risk", { [path]: { metrics: { cves: null } } })).toEqual([]);
  expect(await newLines("risk", {})).toEqual([]);
});
