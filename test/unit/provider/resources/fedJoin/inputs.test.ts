import { parseFedJoinInputs } from "../../../../../provider/src/resources/fedJoin/inputs";
import { unknownValue, type ResourceProps } from "../../../../../provider/src/resources/shared/props";
import { encodeJoinToken } from "@fedjoin/simulator";
import { describe, expect, test } from "vitest";
import { omitNullish } from "../../../../../provider/src/values/mapping";

const good = {
  storeId: "u2204a",
  master: { rest: { server: "master.example", port: 443 }, credentials: { username: "admin", password: "canary-1" } },
  controller: { server: "192.168.8.209", credentials: { apiKey: "join:canary-key" } },
  jointRest: { server: "192.168.8.209", port: 10443 },
};
const atMaster = (over: object) => ({ ...good, master: { ...good.master, ...over } });
const atSite = (over: object) => ({ ...good, controller: { ...good.controller, ...over } });
const withAccount = (credentials: object) => atSite({ credentials });
const withoutMint = { ...good, master: { rest: good.master.rest } };
const from = { env: "A_SECRET" };
const pin = "ab".repeat(32);

/** The problems of these inputs, as `path: reason`; none repeats a value. */
const problems = (raw: ResourceProps): string[] => {
  const parsed = parseFedJoinInputs(raw);
  const found = "problems" in parsed ? parsed.problems.map(({ property, reason }) => `${property}: ${reason}`) : [];
  expect(found.join()).not.toContain("canary");
  return found;
};
const pattern = "expected a SHA-256 fingerprint: 64 hex digits, colons allowed";
const insecureProxy = /proxy: proxy and tls\.verify: false exclude each other/;

describe("R2: wrong inputs", () => {
  test("are reported all at once, each by its path, never with its value", () => {
    const found = problems({
      ...good,
      storeId: "u_2204a",
      jointRest: { server: "https://canary-host", port: 99999 },
      controller: { server: "c1:10443", credentials: { username: "admin" } },
      master: { rest: { server: "m" }, credentials: { apiKey: "canary-without-colon" }, tls: { fingerprint: "AB:CD" } },
      joinTokenUrl: "ftp://canary",
      retry: { maxRetries: -1 },
      serverr: "x",
    });
    expect(found.map((problem) => problem.split(":")[0]).toSorted()).toEqual([
      ...["controller.credentials.password", "controller.server", "joinTokenUrl", "jointRest.port", "jointRest.server"],
      ...["master.credentials.apiKey", "master.tls.fingerprint", "retry.maxRetries", "serverr", "storeId"],
    ]);
  });

  test.each<[string, ResourceProps, ...(string | RegExp)[]]>([
    ["nothing", { master: good.master, controller: good.controller }, "storeId: is required", "jointRest: is required"],
    ["a numeric store id", { ...good, storeId: 2204 }, "storeId: is a number: quote it"],
    [
      "no side that can be read, and no source of a token",
      { storeId: good.storeId, jointRest: good.jointRest, master: { rest: { server: "m" } } },
      "controller: give controller (with credentials) or master.credentials: one side must be readable",
      "joinToken: give joinToken or joinTokenUrl, or master.credentials to mint one",
    ],
    [
      "a plain token URL",
      { ...good, joinTokenUrl: "http://tokens.example/t" },
      "joinTokenUrl: expected https; plain http needs joinTokenUrlOptions.allowHttp: true",
    ],
    [
      "a CA that cannot be read",
      atMaster({ tls: { ca: "-----BEGIN CERTIFICATE-----\ncanary\n-----END CERTIFICATE-----\n" } }),
      "master.tls.ca: expected PEM certificates",
    ],
    ["no fingerprint", atMaster({ tls: { fingerprint: [] } }), "master.tls.fingerprint: expected at least one"],
    ["a wrong one", atMaster({ tls: { fingerprint: "canary" } }), `master.tls.fingerprint: ${pattern}`],
    ["a number", atMaster({ tls: { fingerprint: 7 } }), `master.tls.fingerprint: ${pattern}, or a list of them`],
    [
      "a wrong one in a list",
      atMaster({ tls: { fingerprint: [pin, "canary"] } }),
      `master.tls.fingerprint.1: ${pattern}`,
    ],
    [
      "a proxy that could read what passes through it",
      {
        ...atMaster({ rest: { server: "m", proxy: "environment" }, tls: { verify: false } }),
        controller: { ...good.controller, proxy: "environment", tls: { verify: false } },
      },
      insecureProxy,
      insecureProxy,
    ],
    ["no proxy", atSite({ proxy: "socks5://u:canary@p" }), /^controller\.proxy: expected environment, or the URL of a/],
    ...["stores/u1", "/stores?x", "/../etc", "https://other"].map((basePath): [string, ResourceProps, RegExp] => [
      `the base path ${basePath}`,
      atSite({ basePath }),
      /^controller\.basePath: expected a path such as/,
    ]),
    ["a two-line secret", withAccount({ username: "a", password: "canary\nx" }), /password: has more than one line/],
  ])("%s is refused", (_what, inputs, ...expected) => {
    expect(problems(inputs)).toEqual(
      expected.map((each) => (typeof each === "string" ? each : (expect.stringMatching(each) as unknown))),
    );
  });

  test.each<[string, ResourceProps]>([
    ["an address not known yet", { ...good, jointRest: { server: unknownValue, port: unknownValue } }],
    ["a master not known yet", { ...good, master: unknownValue, storeId: unknownValue }],
    ["plain http that is allowed", { ...good, joinTokenUrl: "http://t/t", joinTokenUrlOptions: { allowHttp: true } }],
    ["a fingerprint", atMaster({ tls: { fingerprint: pin } })],
    ["fingerprints", atMaster({ tls: { fingerprint: [pin, `${"CD:".repeat(31)}EF`, unknownValue] } })],
    ["passwordFrom", withAccount({ username: "admin", passwordFrom: from })],
    ["apiKeyFrom", withAccount({ apiKeyFrom: from })],
    ["joinTokenFrom", { ...withoutMint, joinTokenFrom: { file: "/run/secrets/token" } }],
    ["joinTokenUrlFrom", { ...withoutMint, joinTokenUrlFrom: from }],
    ["bearerFrom", { ...good, joinTokenUrlFrom: from, joinTokenUrlOptions: { bearerFrom: { command: ["v"] } } }],
    ["a from not known yet", withAccount({ username: "admin", passwordFrom: { file: unknownValue } })],
    ["references not known yet", { ...withAccount({ apiKeyFrom: unknownValue }), joinTokenFrom: unknownValue }],
    ["a token with a line end", { ...good, joinToken: "YQ==\n", joinVia: "master" }],
  ])("%s is not", (_what, inputs) => {
    expect(problems(inputs)).toEqual([]);
  });
});

describe("secrets that contradict are one problem", () => {
  test.each<[object, string]>([
    [
      { username: "a", password: "canary", passwordFrom: from },
      "passwordFrom: give password or passwordFrom, not both",
    ],
    [{ apiKey: "a:canary", apiKeyFrom: from }, "apiKeyFrom: give apiKey or apiKeyFrom, not both"],
    [{ username: "a", passwordFrom: from, apiKeyFrom: from }, "apiKeyFrom: give username and password, or apiKeyFrom"],
    [{ passwordFrom: from }, "username: is required, unless there is an apiKey"],
    [{ username: "a", passwordFrom: {} }, "passwordFrom: give exactly one of env, file, command"],
    [{ username: "a", passwordFrom: { file: "canary" } }, "passwordFrom.file: expected an absolute path"],
  ])("in credentials: %#", (credentials, problem) => {
    expect(problems(withAccount(credentials))).toEqual([`controller.credentials.${problem}`]);
  });

  const url = "https://canary";
  const bearers = { bearer: "canary", bearerFrom: from };
  test.each<[object, string, string]>([
    [{ joinVia: "master", joinToken: "canary", joinTokenFrom: from }, "joinTokenFrom", "joinToken or joinTokenFrom"],
    [{ joinTokenFrom: from, joinTokenUrlFrom: from }, "joinTokenUrlFrom", "joinTokenFrom or joinTokenUrlFrom"],
    [{ joinTokenUrl: url, joinTokenUrlFrom: from }, "joinTokenUrlFrom", "joinTokenUrl or joinTokenUrlFrom"],
    [{ joinTokenUrl: url, joinTokenUrlOptions: bearers }, "joinTokenUrlOptions.bearerFrom", "bearer or bearerFrom"],
  ])("in the join token: %#", (over, path, choice) => {
    expect(problems({ ...good, ...over })).toEqual([`${path}: give ${choice}, not both`]);
  });
});

describe("a given join token", () => {
  const whole = encodeJoinToken({ server: "master.example", port: 11443, ticket: "canary-ticket" });
  const wrap = (contents: object): string => Buffer.from(JSON.stringify(contents)).toString("base64");
  const declared = atMaster({ federation: { server: "master.example" } });

  test.each<[string, string, ResourceProps?]>([
    ["whole", whole],
    ["with a line end", `${whole}\n`],
    ["not known yet", unknownValue],
    ["without an address, beside a declared one", wrap({ t: "canary" }), declared],
    ["anything in route master", "canary-fixed", { ...good, joinVia: "master" }],
  ])("is accepted: %s", (_what, joinToken, inputs = good) => {
    expect(problems({ ...inputs, joinToken })).toEqual([]);
  });

  test.each<[string, string, ResourceProps?]>([
    ["a fixed token", "canary-4711-fixed"],
    ["a fixed token, beside a declared address", "canary-fixed", declared],
    ["no base64", `${whole}!`],
    ["base64 for URLs", `${whole.slice(0, -1)}_`],
    ["no JSON", Buffer.from("canary").toString("base64")],
    ["no ticket", wrap({ s: "canary", p: 11443 })],
    ["an empty ticket", wrap({ s: "canary", p: 11443, t: "" })],
    ["no address", wrap({ t: "canary" })],
    ["a port that is none", wrap({ s: "canary", p: 70_000, t: "canary" })],
  ])("is refused with the wrapper that it needs: %s", (_what, joinToken, inputs = good) => {
    expect(problems({ ...inputs, joinToken })).toEqual([
      expect.stringMatching(/^joinToken: .*base64 of \{"s":"<the master's host>","p":11443,"t":"<ticket>"\}/),
    ]);
  });
});

test("R8: tuning has the defaults of the requirements, and a secret has no mark and no line end", () => {
  const parsed = parseFedJoinInputs(withAccount({ username: "a", password: "\uFEFFcanary\r\n" }));
  expect(parsed).toMatchObject({
    inputs: {
      retry: { maxRetries: 10, initialDelaySeconds: 10, maxDelaySeconds: 300, jitter: "none" },
      timeoutSeconds: 600,
      controller: { port: 10443 },
    },
  });
  expect("inputs" in parsed && parsed.inputs.controller?.credentials.password?.reveal()).toBe("canary");
});

test("null, which is how the engine sends an Output of undefined, is not given, on every optional input", () => {
  const keys = ["name", "nameSuffix", "clusterUid", "ifAbsent", "joinVia", "joinToken", "joinTokenFrom"];
  const others = [
    "joinTokenUrl",
    "joinTokenUrlFrom",
    "joinTokenUrlOptions",
    "joinTokenMinutes",
    "retry",
    "timeoutSeconds",
  ];
  const optional = Object.fromEntries([...keys, ...others, "forceLeave", "onMasterLost"].map((key) => [key, null]));
  const given = omitNullish({
    ...{ ...good, ...optional },
    master: { ...good.master, tls: null, federation: null },
    controller: {
      ...good.controller,
      port: null,
      tls: { ca: null, serverName: null, fingerprint: null, verify: null },
    },
  });
  expect(given).toEqual({ ...good, controller: { ...good.controller, tls: {} } });
  expect(parseFedJoinInputs(given)).toHaveProperty("inputs");
});
