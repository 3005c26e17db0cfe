import * as z from "zod";
import type { Api, CallOptions } from "../rest/call";
import { encodePathSegment } from "../rest/encodePathSegment";
import { get, getArray, getOptional, listEndpoint } from "./endpoint";
import { withoutRepeats } from "./pages";
import { listOf, nullableText, optionalNumber, optionalText, vulnerabilityCounts } from "./schema";

const registry = z.object({
  name: z.string(),
  scanned: optionalNumber,
  scheduled: optionalNumber,
  scanning: optionalNumber,
  failed: optionalNumber,
});

export type Registry = z.infer<typeof registry>;

/** Gets the registries that are scanned (rest-api.md#system-and-inventory); `summarys` is the product's spelling. */
export const getRegistries = listEndpoint("/v1/scan/registry", "summarys", registry);

/** An element of `GET /v1/scan/registry/:name/images` (rest-api.md#system-and-inventory). */
export const image = z.object({
  repository: nullableText,
  tag: nullableText,
  image_id: nullableText,
  ...vulnerabilityCounts,
});

export type Image = z.infer<typeof image>;

const imagesPerPage = 500;

/** Gets every image of a registry, page by page: each carries its layers and variables (rest-api.md#system-and-inventory). */
export async function getImages(api: Api, registryName: string, options: CallOptions = {}): Promise<Image[]> {
  const path = `/v1/scan/registry/${encodePathSegment(registryName)}/images`;
  const readPage = withoutRepeats((limit, start) =>
    getArray(api, `${path}?start=${start}&limit=${limit}`, ["images", image], options),
  );
  const images: Image[] = [];
  for (;;) {
    const page = await readPage(imagesPerPage, images.length);
    images.push(...page);
    // A controller that does not page sends more than the limit.
    if (page.length !== imagesPerPage) return images;
  }
}

const platform = z.object({ platform: nullableText, ...vulnerabilityCounts });

/** `GET /v1/scan/platform` (rest-api.md#system-and-inventory). */
const platformsResponse = z.object({ platforms: listOf(platform) });

export type Platform = z.infer<typeof platform>;

/** Gets the platform's scan; blank until it is known (rest-api.md#system-and-inventory), `undefined` where there is none. */
export async function getPlatforms(api: Api, options: CallOptions = {}): Promise<Platform[] | undefined> {
  return (await getOptional(api, "/v1/scan/platform", platformsResponse, options))?.platforms;
}

const scanner = z.object({
  id: z.string(),
  server: optionalText,
  cvedb_version: optionalText,
  cvedb_create_time: optionalText,
  joined_timestamp: optionalNumber,
  scanned_containers: optionalNumber,
  scanned_hosts: optionalNumber,
  scanned_images: optionalNumber,
  scanned_serverless: optionalNumber,
});

export type Scanner = z.infer<typeof scanner>;

/** Gets the scanners (rest-api.md#policy-scanners-and-risk). */
export const getScanners = listEndpoint("/v1/scan/scanner", "scanners", scanner);

/** `GET /v1/scan/status` (rest-api.md#policy-scanners-and-risk). */
const scanStatusResponse = z.object({
  status: z.object({
    scanned: optionalNumber,
    scheduled: optionalNumber,
    scanning: optionalNumber,
    failed: optionalNumber,
  }),
});

export type ScanStatus = z.infer<typeof scanStatusResponse>["status"];

/** Gets the progress of the runtime scans (rest-api.md#policy-scanners-and-risk). */
export async function getScanStatus(api: Api, options: CallOptions = {}): Promise<ScanStatus> {
  return (await get(api, "/v1/scan/status", scanStatusResponse, options)).status;
}
