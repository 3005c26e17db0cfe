import { authenticate, readers } from "./access";
import type { Handler } from "./context";
import { dataOf, pageOf } from "./inventory";

/** GET /v1/log/audit: as a log, with a filter by a part of the name. */
export const audits: Handler = (context, call) => {
  const { role } = authenticate(context, call);
  const entries = dataOf(context, call)?.["audits"];
  if (!Array.isArray(entries) || !readers.includes(role)) return { audits: [] };
  const [operator, parts] = (call.query.get("f_name") ?? "").split(",");
  const isMatch = (entry: unknown): boolean => {
    if (operator !== "in" || parts === undefined) return true;
    const name = typeof entry === "object" && entry !== null && "name" in entry ? String(entry.name) : "";
    return parts.split("|").some((part) => name.includes(part));
  };
  return pageOf({ audits: entries.filter(isMatch) }, call);
};

/** GET /v1/compliance/asset: open to every login. */
export const compliance: Handler = (context, call) => {
  const { role } = authenticate(context, call);
  return (readers.includes(role) ? dataOf(context, call) : undefined) ?? nothingChecked;
};

/** GET /v1/system/alerts: open to every login. */
export const systemAlerts: Handler = (context, call) => {
  authenticate(context, call);
  return dataOf(context, call) ?? { acceptable_alerts: {}, neuvector_upgrade_info: null };
};

const nothingChecked = {
  compliances: [],
  docker_cis_version: "",
  images: null,
  kubernetes_cis_version: "",
  nodes: null,
  platforms: null,
  workloads: null,
};
