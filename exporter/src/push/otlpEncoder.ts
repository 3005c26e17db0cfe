import { toExpositionFamily, type ExpositionFamily } from "../scrape/exposition";
import { createInterners, SampleWriter, type SampleSyntax } from "../scrape/sampleWriter";
import { sizeFamilies } from "../scrape/scrapeMetrics";
import { Utf8Builder } from "../scrape/utf8Builder";
import { attribute, histogramPoints } from "./otlpHistogram";

export interface OtlpOptions {
  /** Resource attributes. */
  readonly resource: ReadonlyMap<string, string>;
  readonly version: string;
  /** When counters began, in milliseconds since the epoch. */
  readonly startMs: number;
  /** The time of every sample. */
  readonly timeMs: number;
  /** Characters of a label value. */
  readonly maxLabelLength: number;
  /** A request that exceeds this length is completed, and another one started. */
  readonly maxBytes?: number;
}

/** Encodes families as requests of OTLP/JSON, each complete in itself. */
export interface OtlpEncoder {
  /** Yields the requests that are full, and returns the number of duplicate samples that it left out. */
  write(families: Iterable<ExpositionFamily>): Generator<Uint8Array, number>;
  /** Yields the last request, and returns the size of all. */
  end(): Generator<Uint8Array, number>;
}

/** A collector accepts 20 MiB, decompressed. */
const defaultMaxBytes = 4 * 1024 * 1024;
const initialCapacity = 64 * 1024;
const cumulative = 2;

/** An encoder of the samples of one time. It leaves out the same samples as the exposition. */
export function createOtlpEncoder(options: OtlpOptions): OtlpEncoder {
  const { maxLabelLength, maxBytes = defaultMaxBytes } = options;
  const requestHead = headOf(options);
  const output = new Utf8Builder(initialCapacity);
  const times = { timeUnixNano: nanoseconds(options.timeMs) };
  const sinceStart = { startTimeUnixNano: nanoseconds(options.startMs), ...times };
  const [gauge, sum] = [pointSyntax(times), pointSyntax(sinceStart)];
  let bytes = 0;

  /** Begins a metric, and a request if there is none. */
  const begin = (head: string): void => {
    output.append(output.length === 0 ? requestHead : ",");
    output.append(head);
  };

  function* close(): Generator<Uint8Array> {
    if (output.length === 0) return;
    output.append(requestTail);
    bytes += output.length;
    yield output.take();
  }

  function* write(families: Iterable<ExpositionFamily>): Generator<Uint8Array, number> {
    const internerFor = createInterners((name, value) => JSON.stringify(attribute(name, value)), maxLabelLength);
    let duplicates = 0;
    for (const family of families) {
      if (family.type === "histogram") {
        const dataPoints = histogramPoints(family).map((point) => ({ ...point, ...sinceStart }));
        const histogram = { aggregationTemporality: cumulative, dataPoints };
        begin(JSON.stringify({ ...namesOf(family), histogram }));
        continue;
      }
      const isCounter = family.type === "counter";
      const head = metricHead(family, isCounter ? "sum" : "gauge");
      const points = new SampleWriter(isCounter ? sum : gauge, family.labelNames, internerFor);
      let isOpen = false;
      for (const sample of family.samples) {
        if (!points.enter(sample)) continue;
        if (output.length >= maxBytes) {
          if (isOpen) output.append(metricTail);
          isOpen = false;
          yield* close();
        }
        if (isOpen) output.append(",");
        else begin(head);
        isOpen = true;
        points.appendTo(output);
      }
      if (isOpen) output.append(metricTail);
      duplicates += points.duplicates;
    }
    return duplicates;
  }

  return {
    write,
    *end() {
      const duplicates = yield* write(sizeFamilies(bytes + output.length, 0).map(toExpositionFamily));
      yield* close();
      return duplicates;
    },
  };
}

const nanoseconds = (ms: number): string => `${Math.trunc(ms)}000000`;

const requestTail = "]}]}]}";
const metricTail = "]}}";

function headOf({ resource, version }: OtlpOptions): string {
  const attributes = JSON.stringify([...resource].map(([name, value]) => attribute(name, value)));
  const scope = JSON.stringify({ name: "fedjoin-exporter", version });
  return `{"resourceMetrics":[{"resource":{"attributes":${attributes}},"scopeMetrics":[{"scope":${scope},"metrics":[`;
}

const namesOf = ({ name, help }: ExpositionFamily) => ({ name, description: help });

function metricHead(family: ExpositionFamily, kind: "gauge" | "sum"): string {
  const names = JSON.stringify(namesOf(family)).slice(0, -1);
  const facts = kind === "sum" ? `"aggregationTemporality":${cumulative},"isMonotonic":true,` : "";
  return `${names},"${kind}":{${facts}"dataPoints":[`;
}

function pointSyntax(times: object): SampleSyntax {
  return {
    begin: () => `${JSON.stringify(times).slice(0, -1)},`,
    beforeLabels: Buffer.from('"attributes":['),
    afterLabels: Buffer.from('],"asDouble":'),
    withoutLabels: Buffer.from('"asDouble":'),
    afterValue: "}",
  };
}
