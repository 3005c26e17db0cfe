import { preferences, type Preference } from "./qualities";

/** What a scrape can be written in. */
export type ExpositionFormat = "text" | "openmetrics";

/** A format with the content type that announces it. */
export interface Exposition {
  readonly format: ExpositionFormat;
  readonly contentType: string;
}

const text: Exposition = { format: "text", contentType: "text/plain; version=0.0.4; charset=utf-8" };

/** Versions of OpenMetrics that scrapers ask for; the text is the same in both. */
const openMetricsVersions = ["1.0.0", "0.0.1"];

/** How to write a scrape for a client with this `Accept`: OpenMetrics only where it is liked best, otherwise text 0.0.4. */
export function exposition(accept: string | undefined): Exposition {
  const [best] = preferences(accept ?? "")
    .map((preference) => ({ quality: preference.quality, offer: offerFor(preference) }))
    .filter(({ quality, offer }) => quality > 0 && offer !== undefined)
    .sort((a, b) => b.quality - a.quality);
  return best?.offer ?? text;
}

/** The format alone of `exposition`. */
export function expositionFormat(accept: string | undefined): ExpositionFormat {
  return exposition(accept).format;
}

function offerFor({ value, parameters }: Preference): Exposition | undefined {
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

function openMetrics(version: string): Exposition | undefined {
  if (!openMetricsVersions.includes(version)) return undefined;
  return {
    format: "openmetrics",
    contentType: `application/openmetrics-text; version=${version}; charset=utf-8`,
  };
}
