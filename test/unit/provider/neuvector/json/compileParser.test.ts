import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { compileParser, NO_MATCH } from "../../../../../provider/src/neuvector/json/compileParser";
import * as wire from "../../../../../provider/src/neuvector/client/wire";

const { conversation, endpoint, image, incident, threat, violation, workload } = wire;
const schemas: Readonly<Record<string, z.ZodType>> = {
  ...{ conversation, endpoint, image, incident, threat, violation, workload },
  ...{
    fedMember: wire.federationResponse,
    hosts: wire.hostsResponse,
    stats: wire.statsResponse,
    summary: wire.systemSummaryResponse,
  },
};

const keys = [
  "id",
  "from",
  "bytes",
  "ports",
  "file_name",
  "scan_summary",
  "high",
  "service_mesh_sidecar",
  "stats",
  "hosts",
];
const asParsed = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;
const json = fc.jsonValue({ maxDepth: 3 }).map(asParsed);
const object = fc
  .dictionary(fc.constantFrom(...keys, "reported_timestamp", "fed_role"), fc.oneof(json, fc.string()))
  .map(asParsed);

test.each(Object.entries(schemas))("what it reads of %s is what the schema gives", (_, schema) => {
  const read = compileParser(schema);
  fc.assert(
    fc.property(fc.oneof(json, object), (value) => {
      const quick = read(value);
      const { data } = schema.safeParse(value);
      if (quick !== NO_MATCH) expect(quick).toStrictEqual(data);
    }),
    { numRuns: 300 },
  );
});

const scan = { status: "finished", critical: 1, high: 2, medium: 3 };

test.each([
  ["conversation", { from: "a", to: "b", bytes: 7, sessions: 1, severity: "", ports: ["tcp/80"], entries: null }],
  ["conversation", { from: "a", to: null, bytes: 7 }],
  ["conversation", { from: "a", to: "b", bytes: 7, sessions: "many", policy_action: 7 }],
  ["endpoint", { id: "a", domain: null, kind: "container", scan_summary: scan }],
  ["image", { domain: "", repository: "r", tag: "1", image_id: "i", ...scan }],
  ["workload", { service: "s", state: "exit", service_mesh_sidecar: true, scan_summary: scan }],
  ["workload", { service: "s", scan_summary: null }],
  ["incident", { id: "i", name: "n", reported_timestamp: 5, file_name: ["/etc/x"] }],
  ["incident", { id: "i", file_name: "/etc/x" }],
])("it decides on a usual %s by itself", (name, value) => {
  const schema = schemas[name];
  expect(schema).toBeDefined();
  if (schema === undefined) return;
  expect(compileParser(schema)(value)).toStrictEqual(schema.parse(value));
});

test.each([
  ["conversation", { bytes: "7" }],
  ["conversation", { bytes: 7, ports: [7] }],
  ["workload", { service: 7 }],
  ["workload", []],
  ["image", null],
])("it leaves a wrong %s to the schema", (name, value) => {
  const schema = schemas[name];
  expect(schema === undefined ? undefined : compileParser(schema)(value)).toBe(NO_MATCH);
});

test("a value that a transform objects to is the schema's to judge, and the next one is read again", () => {
  const even = z.number().transform((value, { issues }) => {
    if (value % 2 !== 0) issues.push({ code: "custom", message: "odd", input: value });
    return value / 2;
  });
  const read = compileParser(even);
  expect([4, 3, 6].map(read)).toEqual([2, NO_MATCH, 3]);
  expect(even.safeParse(3).success).toBe(false);
});
