import { toExpositionFamily, type ExpositionFamily } from "../scrape/exposition";
import { createInterners, SampleWriter, type SampleSyntax } from "../scrape/sampleWriter";
import { sizeFamilies } from "../scrape/scrapeMetrics";
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
  /** A request that exceeds this number of characters is completed, and another one started. */
  readonly maxLength?: number;
}

/** Encodes families as requests of OTLP/JSON, each complete in itself. */
export interface OtlpEncoder {
  /** Yields the requests that are full, and returns the number of duplicate samples that it left out. */
  write(families: Iterable<ExpositionFamily>): Generator<Uint8Array, number>;
  /** Yields the last request, and returns the size of all. */
  end(): Generator<Uint8Array, number>;
}

/** A collector accepts 20 MiB, decompressed. */
const defaultMaxLength = 4 * 1024 * 1024;
const cumulative = 2;

/** An encoder of the samples of one time. It leaves out the same samples as the exposition. */
export function createOtlpEncoder(options: OtlpOptions): OtlpEncoder {
  const { maxLabelLength, maxLength = defaultMaxLength } = options;
  const requestHead = headOf(options);
  const times = { timeUnixNano: nanoseconds(options.timeMs) };
  const sinceStart = { startTimeUnixNano: nanoseconds(options.startMs), ...times };
  const [gauge, sum] = [pointSyntax(times), pointSyntax(sinceStart)];
  let output = "";
  let bytes = 0;

  /** Begins a metric, and a request if there is none. */
  const begin = (head: string): void => {
    output += (output === "" ? requestHead : ",") + head;
  };

  function* close(): Generator<Uint8Array> {
    if (output === "") return;
    const request = Buffer.from(output + requestTail);
    output = "";
    bytes += request.byteLength;
    yield request;
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
        const point = points.write(sample);
        if (point === "") continue;
        if (output.length >= maxLength) {
          if (isOpen) output += metricTail;
          isOpen = false;
          yield* close();
        }
        if (isOpen) output += ",";
        else begin(head);
        isOpen = true;
        output += point;
      }
      if (isOpen) output += metricTail;
      duplicates += points.duplicates;
    }
    return duplicates;
  }

  return {
    write,
    *end() {
      const duplicates = yield* write(sizeFamilies(bytes + Buffer.byteLength(output), 0).map(toExpositionFamily));
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
    beforeLabels: '"attributes":[',
    afterLabels: '],"asDouble":',
    withoutLabels: '"asDouble":',
    afterValue: "}",
  };
}
