import type { ExpositionFormat } from "../scrape/exposition";
import { parseAccept, type AcceptItem } from "./parseAccept";

/** An exposition format and its content type. */
export interface NegotiatedFormat {
  readonly format: ExpositionFormat;
  readonly contentType: string;
}

const text: NegotiatedFormat = { format: "text", contentType: "text/plain; version=0.0.4; charset=utf-8" };

/** The OpenMetrics versions that scrapers request; both produce the same text. */
const openMetricsVersions = ["1.0.0", "0.0.1"];

/** The exposition format for a client with this `Accept` header: OpenMetrics only if preferred, otherwise text 0.0.4. */
export function negotiateFormat(accept: string | undefined): NegotiatedFormat {
  const [best] = parseAccept(accept ?? "")
    .map((preference) => ({ quality: preference.quality, offer: formatFor(preference) }))
    .filter(({ quality, offer }) => quality > 0 && offer !== undefined)
    .sort((a, b) => b.quality - a.quality);
  return best?.offer ?? text;
}

function formatFor({ value, parameters }: AcceptItem): NegotiatedFormat | undefined {
  const version = parameters.get("version");
  switch (value) {
    case "application/openmetrics-text":
      return openMetrics(version ?? "0.0.1");
    case "text/plain":
      return version === undefined || version === "0.0.4" ? text : undefined;
    case "text/*":
    case "*/*":
      return text;
    default:
      return undefined;
  }
}

function openMetrics(version: string): NegotiatedFormat | undefined {
  if (!openMetricsVersions.includes(version)) return undefined;
  return {
    format: "openmetrics",
    contentType: `application/openmetrics-text; version=${version}; charset=utf-8`,
  };
}
