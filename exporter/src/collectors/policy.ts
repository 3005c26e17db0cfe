import {
  getAdmissionRules,
  getAdmissionState,
  getGroups,
  getResponseRules,
  type AdmissionState,
  type Group,
  type Rule,
} from "@fedjoin/provider/internal/neuvector";
import type { Collector } from "./collector";
import { knownOrOther } from "./boundedLabel";
import { countBy } from "./groupBy";
import { gauge, optionalSample, stateSamples, type Metric, type SampleFamily } from "./metric";

const groups = gauge("nv_groups", {
  help: "Groups by kind and by the modes of their network policy and process profile; no mode where none applies",
  labels: ["kind", "policy_mode", "profile_mode", "target"],
  unit: "1",
  source: "GET /v1/group?brief=true, fields kind, policy_mode, profile_mode",
  series: "kinds × modes in use",
});

const baselines = ["basic", "zero-drift"];

const groupBaselines = gauge("nv_groups_by_baseline", {
  help: `Groups with a process profile by its baseline (${baselines.join(", ")}, or other) and by the modes of profile and network policy`,
  labels: ["baseline", "policy_mode", "profile_mode", "target"],
  unit: "1",
  source: "GET /v1/group?brief=true, fields baseline_profile, policy_mode, profile_mode",
  series: "baselines × modes in use",
});

const ruleFacts = { labels: ["cfg_type", "enabled", "target"], unit: "1", series: "origins × 2" };

const responseRules = gauge("nv_response_rules", {
  help: "Response rules by where they come from and whether they are enabled, true or false",
  source: "GET /v1/response/rule, fields cfg_type, disable",
  ...ruleFacts,
});

const admissionRules = gauge("nv_admission_rules", {
  help: "Rules of the admission control by where they come from and whether they are enabled, true or false",
  source: "GET /v1/admission/rules, fields cfg_type, disable",
  ...ruleFacts,
});

const stateEndpoint = "GET /v1/admission/state";
const stateAbsence = "absent where the cluster's roles for it are incomplete";

const admissionEnabled = gauge("nv_admission_enabled", {
  help: `1 while the admission control is on; ${stateAbsence}`,
  labels: ["target"],
  unit: "1",
  source: `${stateEndpoint}, field enable`,
  series: "1",
});

const modes = ["monitor", "protect"];

const admissionMode = gauge("nv_admission_mode", {
  help: `1 for the mode of the admission control, 0 for the other: ${modes.join(", ")}; ${stateAbsence}`,
  labels: ["mode", "target"],
  unit: "1",
  source: `${stateEndpoint}, field mode`,
  series: `${modes.length} modes`,
});

function groupFamily(all: readonly Group[], target: string): SampleFamily {
  return {
    metric: groups,
    samples: countBy(all, ({ kind, policy_mode, profile_mode }) => ({ kind, policy_mode, profile_mode, target })),
  };
}

function baselineFamily(all: readonly Group[], target: string): SampleFamily {
  const profiled = all.filter(({ baseline_profile }) => baseline_profile !== "");
  return {
    metric: groupBaselines,
    samples: countBy(profiled, ({ baseline_profile, policy_mode, profile_mode }) => ({
      baseline: knownOrOther(baselines, baseline_profile),
      policy_mode,
      profile_mode,
      target,
    })),
  };
}

function ruleFamily(metric: Metric, rules: readonly Rule[], target: string): SampleFamily {
  return {
    metric,
    samples: countBy(rules, ({ cfg_type, disable }) => ({ cfg_type, enabled: `${disable !== true}`, target })),
  };
}

function stateFamilies(state: AdmissionState | undefined, target: string): SampleFamily[] {
  if (state === undefined) return [];
  const { enable, mode } = state;
  return [
    {
      metric: admissionEnabled,
      samples: optionalSample({ target }, enable === undefined ? undefined : Number(enable)),
    },
    { metric: admissionMode, samples: mode === "" ? [] : stateSamples("mode", modes, mode, { target }) },
  ];
}

export const policy: Collector = {
  name: "policy",
  help: "Groups and rules, and the state of the admission control.",
  metrics: [groups, groupBaselines, responseRules, admissionRules, admissionEnabled, admissionMode],
  async collect({ session, target, signal }) {
    const [all, response, admission, state] = await Promise.all([
      getGroups(session, { signal }),
      getResponseRules(session, { signal }),
      getAdmissionRules(session, { signal }),
      getAdmissionState(session, { signal }),
    ]);
    return [
      groupFamily(all, target),
      baselineFamily(all, target),
      ruleFamily(responseRules, response, target),
      ruleFamily(admissionRules, admission ?? [], target),
      ...stateFamilies(state, target),
    ];
  },
};
