import { authenticate, authorize, readers } from "./access";
import type { Call, Context, Handler } from "./context";
import { Refusal } from "./errors";

type Body = Readonly<Record<string, unknown>>;

/** A list endpoint: a role that may not read sees it empty (contract 5.1). */
export const list =
  (...keys: readonly string[]): Handler =>
  (context, call) => {
    const { role } = authenticate(context, call);
    const empty = Object.fromEntries(keys.map((key) => [key, []]));
    return readers.includes(role) ? (dataOf(context, call) ?? empty) : empty;
  };

/** A log: as a list, with `start` and `limit` (contract 5.3). */
export const log =
  (key: string): Handler =>
  (context, call) => {
    const { role } = authenticate(context, call);
    const entries = dataOf(context, call);
    return entries && readers.includes(role) ? pageOf(entries, call) : { [key]: [] };
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
export const images: Handler = (context, call) => {
  authorize(context, call, readers);
  return pageOf(known(context, call), call);
};

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

/** GET /v1/scan/platform: one blank entry until the platform is known (contract 7). */
export const platforms: Handler = (context, call) => {
  authorize(context, call, readers);
  return dataOf(context, call) ?? { platforms: [blankPlatform] };
};

function dataOf({ options }: Context, { path }: Call): Body | undefined {
  return options.data[path];
}

function known(context: Context, call: Call): Body {
  const body = dataOf(context, call);
  if (!body) throw new Refusal(404, 7);
  return body;
}

/** The part of each list that `start` and `limit` ask for; what is no number counts as not given. */
function pageOf(body: Body, { query }: Call): Body {
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
