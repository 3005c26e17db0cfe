import { Secret } from "@fedjoin/provider/values";
import { describe, expect, test } from "vitest";
import { selectCollectors } from "../../../../exporter/src/pages/selectCollectors";
import {
  resolveTarget,
  targetSignature,
  type ResolvedTarget,
  type ScrapeConfig,
} from "../../../../exporter/src/targets/resolveTarget";
import { parseProbeQuery } from "../../../../exporter/src/targets/probeQuery";
import type { ConfiguredTarget, ScrapePlan } from "../../../../exporter/src/configFile/targetsConfig";

const parse = (query: string) => parseProbeQuery(new URLSearchParams(query));

describe("the query of a probe", () => {
  test.each([
    ["target=a", { kind: "target", name: "a", module: undefined }],
    ["target=a&module=m&collect[]=x&collect[]=y", { kind: "target", name: "a", module: "m" }],
    ["target=member:4f-b_1", { kind: "member", id: "4f-b_1", module: undefined }],
    ["module=m&target=member%3Ax", { kind: "member", id: "x", module: "m" }],
    // No configured name, which the lookup says.
    ["target=https://host:1/", { kind: "target", name: "https://host:1/", module: undefined }],
  ])("%s", (query, subject) => {
    expect(parse(query)).toEqual(subject);
  });

  test.each([
    "",
    "target",
    "target=",
    "target=a&target=a",
    "target=a&target=",
    "target=a&module=m&module=m",
    `target=${"a".repeat(129)}`,
    `target=a&module=${"m".repeat(129)}`,
    `target=a&collect[]=${"x".repeat(129)}`,
    "Target=a",
    "target=a&url=http://x",
    "target[]=a",
    "target=member:",
    "target=member:..",
    "target=member:a/b",
    "target=member:a%00",
    "target=member:a?x",
    "target=member:ä",
  ])("refuses %j", (query) => {
    expect(parse(query)).toEqual({ problem: expect.any(String) as unknown });
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

const config = (via?: string): ScrapeConfig => ({
  controller: undefined,
  plan: plan(""),
  targets: {
    targets: new Map([one, two].map((target) => [target.name, target])),
    federation: { via, plans: [plan("light"), plan("full")], roster: ["shop"] },
    warnings: [],
  },
});

function found(query: string, of: ScrapeConfig = config()): ResolvedTarget {
  const subject = parse(query);
  if ("problem" in subject) throw new Error(subject.problem);
  const described = resolveTarget(of, subject);
  if ("problem" in described) throw new Error(described.problem);
  return described;
}

describe("whom a probe names", () => {
  test("a target by its name with its first module, or with another one that it lists", () => {
    expect(found("target=one")).toMatchObject({ name: "one", address: { server: "c1" }, plan: { module: "m" } });
    expect(found("target=one&module=n")).toMatchObject({ plan: { module: "n" } });
    expect(() => found("target=two&module=m")).toThrow("module takes, for this target: n");
    expect(() => found("target=two&module=")).toThrow("module takes, for this target: n");
  });

  test.each(["https://c1:1", "c1", "c1:1", "unix:/x", "ONE", " one", "one ", "__proto__", "constructor", "0"])(
    "no other name: %s",
    (name) => {
      expect(() => found(`target=${encodeURIComponent(name)}`)).toThrow("a configured name: one, two");
    },
  );

  test("a member through the master that is named, with the modules of the federation", () => {
    expect(() => found("target=member:x")).toThrow("no master is configured");
    const described = found("target=member:x", config("two"));
    expect(described).toMatchObject({
      name: "member:x",
      memberId: "x",
      address: { server: "c2" },
      plan: { module: "light" },
    });
    expect(described.roster).toBeUndefined();
    expect(found("target=member:x&module=full", config("two")).plan.module).toBe("full");
    expect(() => found("target=member:x&module=m", config("two"))).toThrow(
      "module takes, for this target: light, full",
    );
  });

  test("the roster belongs to the master alone", () => {
    expect(found("target=two", config("two")).roster).toEqual(["shop"]);
    expect(found("target=one", config("two")).roster).toBeUndefined();
  });

  test("a long list of names is cut", () => {
    const many = Array.from({ length: 30 }, (_, index) => [`t${index}`, one] as const);
    const { targets, ...rest } = config();
    const long = { ...rest, targets: { ...targets, targets: new Map(many) } };
    expect(() => found("target=x", long)).toThrow(/: t0, .*, t19 and 10 more$/);
  });
});

test("what a reload compares: address, credential, TLS, groups, intervals and roster, without a secret in the clear", () => {
  const base = found("target=one");
  const variants: ResolvedTarget[] = [
    { ...base, address: { server: "c9", port: 1 } },
    { ...base, credentials: access("m", "changed").credentials },
    { ...base, tls: { verify: false } },
    { ...base, plan: { ...base.plan, collectors: ["host"] } },
    { ...base, plan: { ...base.plan, intervalsMs: new Map([["summary", 1]]) } },
    { ...base, roster: ["x"] },
    { ...base, memberId: "x" },
  ];
  const signatures = [base, ...variants].map(targetSignature);
  expect(new Set(signatures).size).toBe(signatures.length);
  expect(targetSignature({ ...base, credentials: access("m").credentials })).toBe(targetSignature(base));
  expect(targetSignature(variants[1] ?? base)).not.toContain("changed");
});

describe("collect[] and exclude[]", () => {
  const groups = ["summary", "host", "log"];
  test.each([
    ["", groups],
    ["collect[]=log&collect[]=summary&collect[]=log", ["summary", "log"]],
    ["exclude[]=log", ["summary", "host"]],
  ])("%s", (query, chosen) => {
    expect(selectCollectors(new URLSearchParams(query), groups)).toEqual({ selected: new Set(chosen) });
  });

  test.each([
    ["collect[]=log&exclude[]=host", /exclude each other/],
    ["collect[]=nonsense", /these collectors: summary, host, log$/],
    ["exclude[]=", /these collectors: summary, host, log$/],
    ["exclude[]=summary&exclude[]=host&exclude[]=log", /leaves no collector/],
  ])("refuses %s", (query, refusal) => {
    expect(selectCollectors(new URLSearchParams(query), groups)).toEqual({
      problem: expect.stringMatching(refusal) as unknown,
    });
  });
});
