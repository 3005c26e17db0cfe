import * as z from "zod";
import type { ParsedSample } from "./parseExposition";

const nanoseconds = z.string().regex(/^\d{19}$/);
const count = z.string().regex(/^\d+$/);
const attribute = z.strictObject({ key: z.string().min(1), value: z.strictObject({ stringValue: z.string() }) });
const point = { attributes: z.array(attribute).min(1).optional(), timeUnixNano: nanoseconds };
const sinceStart = { ...point, startTimeUnixNano: nanoseconds };
const cumulative = { aggregationTemporality: z.literal(2) };

const metric = z.strictObject({
  name: z.string().min(1),
  description: z.string(),
  gauge: z.strictObject({ dataPoints: z.array(z.strictObject({ ...point, asDouble: z.number() })).min(1) }).optional(),
  sum: z
    .strictObject({
      ...cumulative,
      isMonotonic: z.literal(true),
      dataPoints: z.array(z.strictObject({ ...sinceStart, asDouble: z.number() })).min(1),
    })
    .optional(),
  histogram: z
    .strictObject({
      ...cumulative,
      dataPoints: z
        .array(
          z.strictObject({
            ...{ ...sinceStart, attributes: z.array(attribute) },
            ...{ count, sum: z.number(), explicitBounds: z.array(z.number()), bucketCounts: z.array(count) },
          }),
        )
        .min(1),
    })
    .optional(),
});

const one = <T extends z.ZodType>(schema: T) => z.tuple([schema]);

/** A request of metrics in OTLP/JSON, as strict as https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding. */
export const otlpRequest = z.strictObject({
  resourceMetrics: one(
    z.strictObject({
      resource: z.strictObject({ attributes: z.array(attribute) }),
      scopeMetrics: one(
        z.strictObject({
          scope: z.strictObject({ name: z.string(), version: z.string() }),
          metrics: z.array(metric).min(1),
        }),
      ),
    }),
  ),
});

/** The samples of gauges and counters in these requests, as Prometheus keeps them: an empty label is none. */
export function samplesOfRequests(requests: readonly string[]): ParsedSample[] {
  return requests.flatMap((text) => {
    const [{ scopeMetrics }] = otlpRequest.parse(JSON.parse(text)).resourceMetrics;
    return scopeMetrics[0].metrics.flatMap(({ name, gauge, sum }) =>
      (gauge ?? sum ?? { dataPoints: [] }).dataPoints.map(({ attributes = [], asDouble }) => ({
        name,
        labels: Object.fromEntries(
          attributes.flatMap(({ key, value }) => (value.stringValue === "" ? [] : [[key, value.stringValue]])),
        ),
        value: asDouble,
      })),
    );
  });
}
