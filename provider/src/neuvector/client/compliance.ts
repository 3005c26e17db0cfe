import * as z from "zod";
import type { Api, CallOptions } from "../rest/call";
import { getArray } from "./endpoint";
import { undefinedIfMissing } from "./optionalEndpoint";
import { listLength, optionalFlag, optionalText } from "./schema";

/** A check that failed, and how many objects failed it. */
const complianceCheck = z.object({
  category: optionalText,
  level: optionalText,
  scored: optionalFlag,
  workloads: listLength,
  nodes: listLength,
  images: listLength,
  platforms: listLength,
});

export type ComplianceCheck = z.infer<typeof complianceCheck>;

/**
 * Gets the checks that failed, parsed while they arrive; `undefined` where the controller lacks compliance, none where the
 * account may not see them (rest-api.md#accounts-alerts-and-vulnerabilities).
 */
export function getComplianceChecks(
  api: Api,
  options: CallOptions = {},
): Promise<readonly ComplianceCheck[] | undefined> {
  const path = "/v1/compliance/asset";
  return undefinedIfMissing(path, getArray(api, path, ["compliances", complianceCheck], options));
}
