import { describe, expect, test } from "vitest";
import { named, newLines } from "../../../support/scraping";

describe("risk", () => {
  const path = "/v1/system/score/metrics";
  const metrics = {
    cves: { discover_cves: 5, monitor_cves: 0, protect_cves: 1, host_cves: 7, platform_cves: 2 },
    workloads: { privileged_wls: 3, root_wls: 4, discover_ext_eps: 1, running_pods: 60 },
    enabled_deny_adm_ctrl_rules: 2,
  };

  test("shows the score, its parts and what it is made of", async () => {
    const scores = { security_risk_score: 41, exposure_score: 3, exposure_score_by_100: 8, vulnerability_score: 4 };
    expect(await newLines("risk", { [path]: { metrics, security_scores: scores, ingress: [], egress: [] } })).toEqual([
      'nv_risk_score{target="c"} 41',
      'nv_risk_score_part{part="exposure",target="c"} 3',
      'nv_risk_score_part{part="vulnerability",target="c"} 4',
      'nv_risk_vulnerabilities{of="discover",target="c"} 5',
      'nv_risk_vulnerabilities{of="monitor",target="c"} 0',
      'nv_risk_vulnerabilities{of="protect",target="c"} 1',
      'nv_risk_vulnerabilities{of="host",target="c"} 7',
      'nv_risk_vulnerabilities{of="platform",target="c"} 2',
      'nv_risk_workloads{reason="privileged",target="c"} 3',
      'nv_risk_workloads{reason="run_as_root",target="c"} 4',
      'nv_risk_workloads{reason="exposed_in_discover",target="c"} 1',
      'nv_risk_enabled_deny_rules{target="c"} 2',
    ]);
  });

  test("null scores are absent, and so is all of it on an older controller", async () => {
    const lines = await newLines("risk", { [path]: { metrics, security_scores: null } });
    expect(named(lines, "nv_risk_score", "nv_risk_score_part")).toEqual([]);
    expect(named(lines, "nv_risk_workloads")).toHaveLength(3);
    expect(await newLines("risk", { [path]: { metrics: { cves: null } } })).toEqual([]);
    expect(await newLines("risk", {})).toEqual([]);
  });
});
