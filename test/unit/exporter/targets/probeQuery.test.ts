import { Secret } from "@fedjoin/provider/internal/values";
import { describe, expect, test } from "vitest";
import type { ConfiguredTarget, ScrapePlan } from "../../../../exporter/src/configFile/targetsConfig";
import { selectCollectors } from "../../../../exporter/src/pages/selectCollectors";
import { parseProbeQuery } from "../../../../exporter/src/targets/probeQuery";
import {
  resolveTarget,
  targetSignature,
  type ResolvedTarget,
  type ScrapeConfig,
} from "../../../../exporter/src/targets/resolveTarget";

const parse = (query: string) => parseProbeQuery(new URLSearchParams(query));

describe("the query of a probe", () => {
  test.each([
    ["target=a", { kind: "target", name: "a", module: undefined }],
    ["target=a&module=m&collect[]=x&collect[]=y", { kind: "target", name: "a", module: "m" }],
    ["target=member:4f-b_1", { kind: "member", id: "4f-b_1", module: undefined }],
    ["module=m&target=member%3Ax", { kind: "member", id: "x", module: "m" }],
    // It names no target, as looking it up will tell.
    ["target=https://host:1/", { kind: "target", name: "https://host:1/", module: undefined }],
  ])("%s", (query, subject) => {
    expect(parse(query)).toEqual(subject);
  });

  const parameters = "parameters are target, module, collect[], exclude[], debug";
  const tooLong = "a parameter has at most 128 characters";
  const oneTarget = "one parameter target is required";
  const memberId = "target=member:<id> takes the id of a member, see /sd";

  test.each([
    ...["", "target", "target=", "target=a&target=a", "target=a&target="].map((query) => [query, oneTarget]),
    ["target=a&module=m&module=m", "at most one parameter module is taken"],
    ...["target=", "target=a&module=", "target=a&collect[]="].map((query) => [query + "x".repeat(129), tooLong]),
    ...["Target=a", "target=a&url=http://x", "target[]=a"].map((query) => [query, parameters]),
    ...["", "..", "a/b", "a%00", "a?x", "ä", "../../v1/user"].map((id) => [`target=member:${id}`, memberId]),
  ])("refuses %j", (query, problem) => {
    expect(parse(query)).toEqual({ problem });
  });
});

const plan = (module: string): ScrapePlan => ({ module, collectors: ["summary"], intervalsMs: new Map() });
const access = (module: string, password = module) => ({
  plan: plan(module),
  tls: {},
  credentials: { kind: "user", username: "u", password: new Secret(password) } as const,
});

const one: ConfiguredTarget = { name: "one", address: { server: "c1", port: 1 }, access: [access("m"), access("n")] };
const two: ConfiguredTarget = { name: "two", address: { server: "c2", port: 2 }, access: [access("n")] };

const config = (via?: string, targets = new Map([one, two].map((target) => [target.name, target]))): ScrapeConfig => ({
  controller: undefined,
  plan: plan(""),
  targets: {
    targets,
    federation: { via, plans: [plan("light"), plan("full")], roster: ["shop"] },
    warnings: [],
  },
});

function resolve(query: string, of: ScrapeConfig = config()): ResolvedTarget {
  const subject = parse(query);
  const resolved = "problem" in subject ? subject : resolveTarget(of, subject);
  if ("problem" in resolved) throw new Error(resolved.problem);
  return resolved;
}

describe("the target of a probe", () => {
  const lightAlone = { plan: { module: "light" }, roster: undefined };
  test.each<[string, string | undefined, object]>([
    ["target=one", undefined, { name: "one", address: { server: "c1" }, plan: { module: "m" } }],
    ["target=one&module=n", undefined, { plan: { module: "n" } }],
    ["target=member:x", "two", { name: "member:x", memberId: "x", address: { server: "c2" }, ...lightAlone }],
    ["target=member:x&module=full", "two", { plan: { module: "full" } }],
    ["target=two", "two", { roster: ["shop"] }],
    ["target=one", "two", { roster: undefined }],
  ])("%s, with the master %s", (query, via, expected) => {
    expect(resolve(query, config(via))).toMatchObject(expected);
  });

  test.each<readonly [string, string | undefined, string]>([
    ["target=two&module=m", undefined, "module takes, for this target: n"],
    ["target=two&module=", undefined, "module takes, for this target: n"],
    ["target=member:x", undefined, "no master is configured"],
    ["target=member:x&module=m", "two", "module takes, for this target: light, full"],
    ...["https://c1:1", "c1", "c1:1", "unix:/x", "ONE", " one", "one ", "__proto__", "constructor", "0"].map(
      (name) => [`target=${encodeURIComponent(name)}`, undefined, "a configured name: one, two"] as const,
    ),
  ])("%s, with the master %s, is refused", (query, via, problem) => {
    expect(() => resolve(query, config(via))).toThrow(problem);
  });

  test("a long list of names is cut", () => {
    const many = new Map(Array.from({ length: 30 }, (_, index) => [`t${index}`, one] as const));
    expect(() => resolve("target=x", config(undefined, many))).toThrow(/: t0, .*, t19 and 10 more$/);
  });

  test("has a signature of all that a reload compares, with no secret in the clear", () => {
    const base = resolve("target=one");
    const changes: Partial<ResolvedTarget>[] = [
      {},
      { address: { server: "c9", port: 1 } },
      { credentials: access("m", "changed").credentials },
      { tls: { verify: false } },
      { plan: { ...base.plan, collectors: ["host"] } },
      { plan: { ...base.plan, intervalsMs: new Map([["summary", 1]]) } },
      { roster: ["x"] },
      { memberId: "x" },
    ];
    const signatures = changes.map((change) => targetSignature({ ...base, ...change }));
    expect(new Set(signatures).size).toBe(signatures.length);
    expect(targetSignature({ ...base, credentials: access("m").credentials })).toBe(signatures[0]);
    expect(signatures.join()).not.toContain("changed");
  });
});

test.each([
  ["", { selected: new Set(["summary", "host", "log"]) }],
  ["collect[]=log&collect[]=summary&collect[]=log", { selected: new Set(["summary", "log"]) }],
  ["exclude[]=log", { selected: new Set(["summary", "host"]) }],
  ["collect[]=log&exclude[]=host", { problem: expect.stringMatching(/exclude each other/) as string }],
  ["collect[]=nonsense", { problem: expect.stringMatching(/these collectors: summary, host, log$/) as string }],
  ["exclude[]=", { problem: expect.stringMatching(/these collectors: summary, host, log$/) as string }],
  ["exclude[]=summary&exclude[]=host&exclude[]=log", { problem: "exclude[] leaves no collector" }],
])("the query %j selects collectors", (query, selection) => {
  expect(selectCollectors(new URLSearchParams(query), ["summary", "host", "log"])).toEqual(selection);
});
