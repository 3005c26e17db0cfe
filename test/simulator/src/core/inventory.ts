import { authenticate, authorize, readers } from "./access";
import type { Call, Context, Handler } from "./context";
import { endpoint } from "./endpoint";
import { Refusal } from "./errors";

export type Body = Readonly<Record<string, unknown>>;

/** A list endpoint: a role that may not read sees it empty (rest-api.md#system-and-inventory). */
export const list =
  (...keys: readonly string[]): Handler =>
  (context, call) => {
    const { role } = authenticate(context, call);
    const empty = Object.fromEntries(keys.map((key) => [key, []]));
    return readers.includes(role) ? (dataOf(context, call) ?? empty) : empty;
  };

/** A log: as a list, with `start` and `limit` (rest-api.md#logs). */
export const log =
  (key: string): Handler =>
  (context, call) => {
    const { role } = authenticate(context, call);
    const entries = dataOf(context, call);
    return entries && readers.includes(role) ? pageOf(entries, call) : { [key]: [] };
  };

/** GET /v1/group; `scope=fed` lists what previous memberships left behind. */
export const groups: Handler = (context, call) => {
  const { role } = authenticate(context, call);
  if (!readers.includes(role)) return { groups: [] };
  return (call.query.get("scope") === "fed" ? undefined : dataOf(context, call)) ?? { groups: [] };
};

/** An endpoint that only who may read gets an answer of. */
export const forReaders = (empty: Body): Handler =>
  endpoint({ roles: readers }, (context, call) => dataOf(context, call) ?? empty);

/** GET /v1/system/score/metrics: open to every login, and not filtered (rest-api.md#policy-scanners-and-risk). */
export const riskMetrics: Handler = (context, call) => {
  authenticate(context, call);
  return dataOf(context, call) ?? idleRisk;
};

/** GET /v1/enforcer/:id/stats: unknown also to a role that may not read. */
export const enforcerStats: Handler = (context, call) => {
  const { role } = authenticate(context, call);
  if (!readers.includes(role)) throw new Refusal(404, 7);
  return known(context, call);
};

/** GET /v1/controller/:id/stats. */
export const controllerStats: Handler = (context, call) => {
  const stats = dataOf(context, call);
  const { role } = authenticate(context, call);
  if (!stats) throw new Refusal(404, 7);
  if (!readers.includes(role)) throw new Refusal(403, 25);
  return stats;
};

/** GET /v1/debug/admission_stats; off Kubernetes it does not even ask who calls. */
export const admissionStats: Handler = (context, call) => {
  const stats = dataOf(context, call);
  if (!stats) throw new Refusal(412, 30);
  authorize(context, call, readers);
  return stats;
};

/** GET /v1/scan/registry/:name/images, with `start` and `limit`. */
export const images = endpoint({ roles: readers }, (context, call) => pageOf(known(context, call), call));

const blankPlatform = {
  base_os: "",
  critical: 0,
  cvedb_create_time: "",
  high: 0,
  kube_version: "",
  medium: 0,
  openshift_version: "",
  platform: "",
  result: "",
  scanned_at: "",
  scanned_timestamp: 0,
  scanner_version: "",
  status: "",
};

/** GET /v1/scan/platform: one blank entry until the platform is known (rest-api.md#system-and-inventory). */
export const platforms = forReaders({ platforms: [blankPlatform] });

/** GET /v1/scan/status without anything to scan. */
export const nothingToScan = {
  status: { cvedb_create_time: "", cvedb_version: "", failed: 0, scanned: 0, scanning: 0, scheduled: 0 },
};

/** GET /v1/admission/state off Kubernetes. */
export const admissionOff = {
  k8s_env: false,
  state: { cfg_type: "", default_action: "allow", enable: false, mode: "protect" },
};

/** The scores of a cluster in which nothing runs. */
const idleRisk = {
  egress: [],
  ingress: [],
  metrics: {
    adm_mode: "",
    cves: { discover_cves: 0, host_cves: 0, monitor_cves: 0, platform_cves: 0, protect_cves: 0 },
    deny_adm_ctrl_rules: 0,
    enabled_deny_adm_ctrl_rules: 0,
    groups: {
      discover_groups: 0,
      discover_groups_zero_drift: 0,
      groups: 0,
      monitor_groups: 0,
      monitor_groups_zero_drift: 0,
      profile_discover_groups: 0,
      profile_monitor_groups: 0,
      profile_protect_groups: 0,
      protect_groups: 0,
      protect_groups_zero_drift: 0,
    },
    hosts: 0,
    kube_version: "",
    new_service_policy_mode: "Discover",
    new_service_profile_mode: "Discover",
    openshift_version: "",
    platform: "",
    workloads: {
      discover_ext_eps: 0,
      monitor_ext_eps: 0,
      privileged_wls: 0,
      protect_ext_eps: 0,
      root_wls: 0,
      running_pods: 0,
      threat_ext_eps: 0,
      violate_ext_eps: 0,
    },
  },
  security_scores: {
    admission_rule_score: 4,
    exposure_score: 0,
    exposure_score_by_100: 0,
    new_service_mode_score: 4,
    privileged_container_score: 0,
    run_as_root_score: 0,
    security_risk_score: 8,
    service_mode_score: 0,
    service_mode_score_by_100: 0,
    vulnerability_score: 0,
    vulnerability_score_by_100: 0,
  },
};

/** What the options say of this path. */
export function dataOf({ options }: Context, { path }: Call): Body | undefined {
  return options.data[path];
}

function known(context: Context, call: Call): Body {
  const body = dataOf(context, call);
  if (!body) throw new Refusal(404, 7);
  return body;
}

/** The part of each list that `start` and `limit` ask for; what is not a number counts as not given. */
export function pageOf(body: Body, { query }: Call): Body {
  const wholeNumber = (name: string): number | undefined => {
    const text = query.get(name) ?? "";
    return /^\d+$/.test(text) ? Number(text) : undefined;
  };
  const start = wholeNumber("start") ?? 0;
  const limit = wholeNumber("limit");
  const end = limit === undefined || limit === 0 ? undefined : start + limit;
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [key, Array.isArray(value) ? value.slice(start, end) : value]),
  );
}
