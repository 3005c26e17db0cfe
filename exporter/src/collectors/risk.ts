import { getRisk, type Risk } from "@fedjoin/provider/internal/neuvector";
import type { Collector } from "./collector";
import { gauge, optionalSample, type Metric, type SampleFamily } from "./metric";

const endpoint = "GET /v1/system/score/metrics";

const absence = "absent on a controller that does not say it, before 5.4.5";

const score = gauge("nv_risk_score", {
  help: `Security risk score: up to 20 good, up to 50 fair, above poor; ${absence}`,
  labels: ["target"],
  unit: "1",
  source: `${endpoint}, field security_scores.security_risk_score`,
  series: "1",
});

/** The controller's field names by label value. */
const partNames: Readonly<Record<string, string>> = {
  admission_rule: "admission_rule_score",
  exposure: "exposure_score",
  new_service_mode: "new_service_mode_score",
  privileged_container: "privileged_container_score",
  run_as_root: "run_as_root_score",
  service_mode: "service_mode_score",
  vulnerability: "vulnerability_score",
};

const part = gauge("nv_risk_score_part", {
  help: `What the security risk score is the sum of; ${absence}`,
  labels: ["part", "target"],
  unit: "1",
  source: `${endpoint}, field security_scores`,
  series: `${Object.keys(partNames).length} parts`,
});

const vulnerabilityNames: Readonly<Record<string, string>> = {
  discover: "discover_cves",
  monitor: "monitor_cves",
  protect: "protect_cves",
  host: "host_cves",
  platform: "platform_cves",
};

const vulnerabilities = gauge("nv_risk_vulnerabilities", {
  help: `Vulnerabilities that count for the risk score: of workloads by the mode of their policy, of hosts and of the platform; ${absence}`,
  labels: ["of", "target"],
  unit: "1",
  source: `${endpoint}, field metrics.cves`,
  series: `${Object.keys(vulnerabilityNames).length}`,
});

const workloadNames: Readonly<Record<string, string>> = {
  privileged: "privileged_wls",
  run_as_root: "root_wls",
  exposed_in_discover: "discover_ext_eps",
  exposed_in_monitor: "monitor_ext_eps",
  exposed_in_protect: "protect_ext_eps",
  exposed_with_threat: "threat_ext_eps",
  exposed_with_violation: "violate_ext_eps",
};

const workloads = gauge("nv_risk_workloads", {
  help: `Workloads that count for the risk score, by reason; exposed ones talk with the outside; ${absence}`,
  labels: ["reason", "target"],
  unit: "1",
  source: `${endpoint}, field metrics.workloads`,
  series: `${Object.keys(workloadNames).length} reasons`,
});

const denyRules = gauge("nv_risk_enabled_deny_rules", {
  help: `Enabled deny rules of the admission control that count for the risk score; ${absence}`,
  labels: ["target"],
  unit: "1",
  source: `${endpoint}, field metrics.enabled_deny_adm_ctrl_rules`,
  series: "1",
});

/** Converts the scores and their parts to samples. */
function riskSamples({ metrics, security_scores: scores }: Risk, target: string): SampleFamily[] {
  const each = (
    metric: Metric,
    label: string,
    names: Readonly<Record<string, string>>,
    figures: Readonly<Record<string, number>>,
  ): SampleFamily => ({
    metric,
    samples: Object.entries(names).flatMap(([value, name]) =>
      optionalSample({ [label]: value, target }, figures[name]),
    ),
  });
  return [
    { metric: score, samples: optionalSample({ target }, scores["security_risk_score"]) },
    each(part, "part", partNames, scores),
    each(vulnerabilities, "of", vulnerabilityNames, metrics.cves),
    each(workloads, "reason", workloadNames, metrics.workloads),
    { metric: denyRules, samples: optionalSample({ target }, metrics.enabled_deny_adm_ctrl_rules) },
  ];
}

export const risk: Collector = {
  name: "risk",
  help: "The security risk score and what it is made of.",
  metrics: [score, part, vulnerabilities, workloads, denyRules],
  async collect({ session, target, signal }) {
    const risk = await getRisk(session, { signal });
    return risk && riskSamples(risk, target);
  },
};
