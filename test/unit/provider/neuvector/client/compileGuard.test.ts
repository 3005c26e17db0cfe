import fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod";
import { compileGuard } from "../../../../../provider/src/neuvector/client/compileGuard";
import { image } from "../../../../../provider/src/neuvector/client/scan";
import { conversation, endpoint, workload } from "../../../../../provider/src/neuvector/client/workloads";

const schemas: Readonly<Record<string, z.ZodType>> = { conversation, endpoint, image, workload };

const scanned = { status: "finished", critical: 1, high: 2, medium: 3 };
const complete = {
  ...{ from: "a", to: "b", bytes: 7, sessions: 1, policy_action: "allow", ports: ["tcp/80"] },
  ...{ id: "a", domain: "", kind: "container", repository: "r", tag: "1", image_id: "i", ...scanned },
  ...{ service: "s", policy_mode: "Monitor", state: "exit", service_mesh_sidecar: true, scan_summary: scanned },
};

test.each(Object.keys(schemas))("of a usual %s nothing has to be parsed", (name) => {
  expect(compileGuard(schemas[name] ?? z.never())(complete)).toBe(true);
});

/** `complete` with some members missing or replaced, at the top or in the scan. */
const damaged = fc
  .tuple(
    fc.dictionary(fc.constantFrom(...Object.keys(complete)), fc.oneof(fc.jsonValue(), fc.constant(undefined))),
    fc.dictionary(fc.constantFrom(...Object.keys(scanned)), fc.oneof(fc.jsonValue(), fc.constant(undefined))),
  )
  .map(([top, scan]): unknown =>
    JSON.parse(JSON.stringify({ ...complete, scan_summary: { ...scanned, ...scan }, ...top })),
  );

test.each(Object.entries(schemas))("what the guard of a %s accepts, the schema does not change", (_, schema) => {
  const isParsed = compileGuard(schema);
  fc.assert(
    fc.property(fc.oneof(damaged, fc.jsonValue()), (value) => {
      if (!isParsed(value)) return;
      const parsed = schema.parse(value);
      expect(value).toMatchObject(parsed as object);
    }),
    { numRuns: 500 },
  );
});

test.each<[string, z.ZodType, unknown]>([
  ["a number that JSON cannot hold", z.number(), Infinity],
  ["a check", z.string().min(1), "text"],
  ["a format", z.int(), 1.5],
  ["a default, even where the rest accepts a missing value", z.number().optional().default(7), undefined],
  ["a replaced value", z.string().catch(""), 7],
  ["a replaced null", z.union([z.string(), z.null().transform(() => "")]), null],
  ["a value that only a later option leaves as it is", z.union([z.coerce.number(), z.boolean()]), true],
  ["a wrong element", z.array(z.string()), ["a", 7]],
  ["a wrong member", z.object({ a: z.string() }), { a: null }],
  ["an array in place of an object", z.object({}), []],
  ["keys that are refused", z.strictObject({ a: z.string() }), { a: "", b: 1 }],
  ["a kind of schema that it does not know", z.preprocess(String, z.string()), "text"],
])("it leaves to the schema: %s", (_, schema, value) => {
  expect(compileGuard(schema)(value)).toBe(false);
});
