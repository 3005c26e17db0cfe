import * as z from "zod";
import { readers } from "./access";
import { randomId, type Context } from "./context";
import { endpoint } from "./endpoint";
import { Refusal } from "./errors";
import { text } from "./requestBody";

/** How many results the controller keeps for one user; an older one is dropped (rest-api.md#accounts-alerts-and-vulnerabilities). */
const keptQueries = 10;

const invalidToken = 54;

const path = "/v1/vulasset";

const rows = z.array(
  z.looseObject({
    name: z.string(),
    severity: z.string(),
    score_v3: z.number(),
    packages: z.record(z.string(), z.array(z.object({ fixed_version: z.string() }))),
    workloads: z.array(z.unknown()).optional(),
    nodes: z.array(z.unknown()).optional(),
    images: z.array(z.unknown()).optional(),
    platforms: z.array(z.unknown()).optional(),
  }),
);

type Rows = z.infer<typeof rows>;

const isFixable = ({ packages }: Rows[number]): boolean =>
  Object.values(packages).some((versions) => versions.some(({ fixed_version }) => fixed_version !== ""));

const rowsOf = ({ options }: Context): Rows => rows.parse(options.data[path]?.["vulnerabilities"] ?? []);

/** POST /v1/vulasset: keeps what matches under a token, and counts it. Severities other than high and medium are low. */
export const queryVulnerabilities = endpoint(
  { roles: readers, body: z.object({ packageType: text }) },
  (context, { caller, input: { packageType } }) => {
    const all = rowsOf(context);
    const matched = all.filter((row) => packageType === "" || isFixable(row) === (packageType === "withFix"));
    const token = randomId(context.random).slice(0, 12);
    const { vulnerabilityQueries: queries } = context.state;
    queries.set(token, { user: caller.name, rows: matched });
    const own = [...queries].filter(([, { user }]) => user === caller.name);
    for (const [old] of own.slice(0, -keptQueries)) queries.delete(old);
    const count = (isCounted: (row: Rows[number]) => unknown): number => matched.filter(isCounted).length;
    const high = count(({ severity }) => severity === "High");
    const medium = count(({ severity }) => severity === "Medium");
    return {
      query_token: token,
      summary: {
        count_distribution: {
          critical: -1,
          high,
          medium,
          low: matched.length - high - medium,
          container: count(({ workloads }) => workloads?.length),
          image: count(({ images }) => images?.length),
          node: count(({ nodes }) => nodes?.length),
          platform: count(({ platforms }) => platforms?.length),
        },
        top_images: [],
        top_nodes: [],
      },
      total_matched_records: matched.length,
      total_records: all.length,
    };
  },
);

/** GET /v1/vulasset: the rows of a query from `start`, by score. */
export const listVulnerabilities = endpoint({ roles: readers }, ({ state }, { query }) => {
  const found = state.vulnerabilityQueries.get(query.get("token") ?? "");
  if (!found) throw new Refusal(500, invalidToken, "get session vuls error no such query token");
  const [start, row] = [Number(query.get("start") ?? "0"), Number(query.get("row") ?? "100")];
  const sorted = rows.parse(found.rows).toSorted((a, b) => b.score_v3 - a.score_v3);
  return { qf_matched_records: 0, vulnerabilities: sorted.slice(start, row === -1 ? undefined : start + row) };
});
