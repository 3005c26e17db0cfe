import * as z from "zod";
import { describeCall, type Api, type CallOptions } from "../rest/call";
import { parseResponse } from "../rest/response";
import { getArray } from "./endpoint";
import { undefinedIfMissing } from "./optionalEndpoint";
import { listLength, optionalNumber, optionalText } from "./schema";

/** `POST /v1/vulasset` (rest-api.md#accounts-alerts-and-vulnerabilities). */
const queryResponse = z.object({
  query_token: z.string().regex(/^[\w-]{1,128}$/),
  summary: z.object({
    count_distribution: z.object({
      /** Negative in versions that count critical ones otherwise. */
      critical: optionalNumber,
      high: z.number(),
      medium: z.number(),
      low: z.number(),
    }),
  }),
});

/** The vulnerabilities that a fix exists for, or not: their number by severity, and the token to list them. */
export interface VulnerabilityQuery {
  readonly token: string;
  readonly counts: z.infer<typeof queryResponse>["summary"]["count_distribution"];
}

/**
 * Counts the vulnerabilities of all assets; `undefined` before 5.3. The controller keeps the result for `getVulnerabilities`
 * and writes an event, so this is not for every scrape (rest-api.md#accounts-alerts-and-vulnerabilities).
 * @throws NeuVectorError forbidden for an account without a global role that reads scans, and for a fedReader through a
 * master.
 */
export function getVulnerabilityCounts(
  api: Api,
  isFixable: boolean,
  options: CallOptions = {},
): Promise<VulnerabilityQuery | undefined> {
  const request = { method: "POST", path: "/v1/vulasset", operation: "count_vulnerabilities" } as const;
  const count = async (): Promise<VulnerabilityQuery> => {
    const body = { packageType: isFixable ? "withFix" : "withoutFix" };
    const response = await api.call({ ...request, body, ...options });
    const { query_token: token, summary } = parseResponse(queryResponse, response, describeCall(request));
    return { token, counts: summary.count_distribution };
  };
  return undefinedIfMissing(request.path, count());
}

const vulnerability = z.object({
  name: z.string(),
  severity: optionalText,
  /** CVSS 3, 0 to 10. */
  score_v3: optionalNumber,
  workloads: listLength,
  nodes: listLength,
  images: listLength,
  platforms: listLength,
});

export type Vulnerability = z.infer<typeof vulnerability>;

/** Gets the `limit` vulnerabilities of a query with the highest scores, parsed while they arrive (rest-api.md#accounts-alerts-and-vulnerabilities). */
export function getVulnerabilities(
  api: Api,
  token: string,
  limit: number,
  options: CallOptions = {},
): Promise<readonly Vulnerability[]> {
  const query = `token=${token}&start=0&row=${limit}&orderbyColumn=score_v3&orderby=desc`;
  return getArray(api, `/v1/vulasset?${query}`, ["vulnerabilities", vulnerability], options);
}
