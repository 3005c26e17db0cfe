import { diffInputs } from "../../../../../provider/src/resources/fedJoin/diff";
import { parseFedJoinInputs } from "../../../../../provider/src/resources/fedJoin/inputs";
import type { InputProblem } from "../../../../../provider/src/resources/shared/checkInputs";
import { unknownValue, type ResourceProps } from "../../../../../provider/src/resources/shared/props";
import { describe, expect, test } from "vitest";
import { omitNullish } from "../../../../../provider/src/values/mapping";

const good = {
  storeId: "u2204a",
  master: {
    rest: { server: "master.example", port: 443 },
    credentials: { username: "admin", password: "canary-password" },
  },
  controller: { server: "192.168.8.209", credentials: { apiKey: "join:canary-key" } },
  jointRest: { server: "192.168.8.209", port: 10443 },
};

const problems = (raw: unknown): InputProblem[] => {
  const parsed = parseFedJoinInputs(raw);
  return "problems" in parsed ? parsed.problems : [];
};

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
    expect(found.map(({ property }) => property).toSorted()).toEqual(
      [
        "controller.credentials.password",
        "controller.server",
        "jointRest.port",
        "jointRest.server",
        "joinTokenUrl",
        "master.credentials.apiKey",
        "master.tls.fingerprint",
        "retry.maxRetries",
        "serverr",
        "storeId",
      ].toSorted(),
    );
    expect(JSON.stringify(found)).not.toContain("canary");
  });

  test("a missing one is named", () => {
    expect(problems({ master: good.master, controller: good.controller })).toEqual([
      { property: "storeId", reason: "is required" },
      { property: "jointRest", reason: "is required" },
    ]);
  });

  test("a numeric store id is to be quoted", () => {
    expect(problems({ ...good, storeId: 2204 })).toEqual([{ property: "storeId", reason: "is a number: quote it" }]);
  });

  test("one side must be readable, and a token must come from somewhere", () => {
    expect(problems({ storeId: good.storeId, jointRest: good.jointRest, master: { rest: { server: "m" } } })).toEqual([
      {
        property: "controller",
        reason: "give controller (with credentials) or master.credentials: one side must be readable",
      },
      { property: "joinToken", reason: "give joinToken or joinTokenUrl, or master.credentials to mint one" },
    ]);
  });

  test("a token URL is https unless plain http was allowed", () => {
    const http = { ...good, joinTokenUrl: "http://tokens.example/t" };
    expect(problems(http)).toEqual([
      { property: "joinTokenUrl", reason: "expected https; plain http needs joinTokenUrlOptions.allowHttp: true" },
    ]);
    expect(problems({ ...http, joinTokenUrlOptions: { allowHttp: true } })).toEqual([]);
  });

  test("a certificate that cannot be read is no CA", () => {
    const pem = "-----BEGIN CERTIFICATE-----\ncanary\n-----END CERTIFICATE-----\n";
    expect(problems({ ...good, master: { ...good.master, tls: { ca: pem } } })).toEqual([
      { property: "master.tls.ca", reason: "expected PEM certificates" },
    ]);
  });

  test("a fingerprint is one, or a list of at least one", () => {
    const pinned = (fingerprint: unknown) => ({ ...good, master: { ...good.master, tls: { fingerprint } } });
    const [one, two] = ["ab".repeat(32), "CD:".repeat(31) + "EF"];
    expect(problems(pinned(one))).toEqual([]);
    expect(problems(pinned([one, two]))).toEqual([]);
    expect(problems(pinned([one, unknownValue]))).toEqual([]);
    const pattern = "expected a SHA-256 fingerprint: 64 hex digits, colons allowed";
    for (const [wrong, path, reason] of [
      [[], "", "expected at least one"],
      [[one, "canary"], ".1", pattern],
      ["canary", "", pattern],
      [7, "", `${pattern}, or a list of them`],
    ] as const) {
      expect(problems(pinned(wrong))).toEqual([{ property: `master.tls.fingerprint${path}`, reason }]);
    }
  });

  test("values not known yet in a preview are no problem", () => {
    expect(problems({ ...good, jointRest: { server: unknownValue, port: unknownValue } })).toEqual([]);
    expect(problems({ ...good, master: unknownValue, storeId: unknownValue })).toEqual([]);
  });
});

describe("secrets by reference", () => {
  const reference = { env: "A_SECRET" };
  const withController = (credentials: object) => ({ ...good, controller: { ...good.controller, credentials } });

  test.each<[string, object]>([
    ["passwordFrom", withController({ username: "admin", passwordFrom: reference })],
    ["apiKeyFrom", withController({ apiKeyFrom: reference })],
    ["joinTokenFrom", { ...good, joinTokenFrom: { file: "/run/secrets/token" } }],
    [
      "joinTokenUrlFrom and bearerFrom",
      { ...good, joinTokenUrlFrom: reference, joinTokenUrlOptions: { bearerFrom: { command: ["vault"] } } },
    ],
    ["a reference not known yet", withController({ username: "admin", passwordFrom: { file: unknownValue } })],
    ["references not known yet", { ...withController({ apiKeyFrom: unknownValue }), joinTokenFrom: unknownValue }],
  ])("%s stands in for the value", (_what, inputs) => {
    expect(problems(inputs)).toEqual([]);
  });

  test("stands in for a source of the token", () => {
    const withoutMint = { ...good, master: { rest: good.master.rest } };
    expect(problems({ ...withoutMint, joinTokenFrom: reference })).toEqual([]);
    expect(problems({ ...withoutMint, joinTokenUrlFrom: reference })).toEqual([]);
  });

  test.each<[string, object, string]>([
    [
      "controller.credentials.passwordFrom",
      withController({ username: "a", password: "canary", passwordFrom: reference }),
      "give password or passwordFrom, not both",
    ],
    [
      "controller.credentials.apiKeyFrom",
      withController({ apiKey: "a:canary", apiKeyFrom: reference }),
      "give apiKey or apiKeyFrom, not both",
    ],
    [
      "controller.credentials.apiKeyFrom",
      withController({ username: "a", passwordFrom: reference, apiKeyFrom: reference }),
      "give username and password, or apiKeyFrom",
    ],
    [
      "controller.credentials.username",
      withController({ passwordFrom: reference }),
      "is required, unless there is an apiKey",
    ],
    [
      "controller.credentials.passwordFrom",
      withController({ username: "a", passwordFrom: {} }),
      "give exactly one of env, file, command",
    ],
    [
      "controller.credentials.passwordFrom.file",
      withController({ username: "a", passwordFrom: { file: "canary" } }),
      "expected an absolute path",
    ],
    [
      "joinTokenFrom",
      { ...good, joinVia: "master", joinToken: "canary", joinTokenFrom: reference },
      "give joinToken or joinTokenFrom, not both",
    ],
    [
      "joinTokenUrlFrom",
      { ...good, joinTokenFrom: reference, joinTokenUrlFrom: reference },
      "give joinTokenFrom or joinTokenUrlFrom, not both",
    ],
    [
      "joinTokenUrlFrom",
      { ...good, joinTokenUrl: "https://canary", joinTokenUrlFrom: reference },
      "give joinTokenUrl or joinTokenUrlFrom, not both",
    ],
    [
      "joinTokenUrlOptions.bearerFrom",
      { ...good, joinTokenUrl: "https://canary", joinTokenUrlOptions: { bearer: "canary", bearerFrom: reference } },
      "give bearer or bearerFrom, not both",
    ],
  ])("%s that contradicts is one problem", (property, inputs, reason) => {
    expect(problems(inputs)).toEqual([{ property, reason }]);
  });
});

describe("a given join token", () => {
  const wrap = (contents: object): string => Buffer.from(JSON.stringify(contents)).toString("base64");
  const whole = wrap({ s: "master.example", p: 11443, t: "canary-ticket" });
  const needs = (joinToken: string, more: object = {}): string[] =>
    problems({ ...good, joinToken, ...more }).map(({ property, reason }) => {
      expect(reason).not.toMatch(/canary/);
      expect(reason).toContain('base64 of {"s":"<the master\'s host>","p":11443,"t":"<ticket>"}');
      return property;
    });

  test("is base64 JSON with address and ticket in route controller", () => {
    expect(needs(whole)).toEqual([]);
    expect(needs(`${whole}\n`)).toEqual([]);
    expect(needs(unknownValue)).toEqual([]);
  });

  test.each([
    ["a fixed token", "canary-4711-fixed"],
    ["no base64", `${whole}!`],
    ["base64 for URLs", `${whole.slice(0, -1)}_`],
    ["no JSON", Buffer.from("canary").toString("base64")],
    ["no ticket", wrap({ s: "canary", p: 11443 })],
    ["an empty ticket", wrap({ s: "canary", p: 11443, t: "" })],
    ["no address", wrap({ t: "canary" })],
    ["a port that is none", wrap({ s: "canary", p: 70_000, t: "canary" })],
  ])("that is %s is a problem which tells how to wrap it", (_what, token) => {
    expect(needs(token)).toEqual(["joinToken"]);
  });

  test("needs no address beside a declared one, but always the wrapper", () => {
    const declared = { master: { ...good.master, federation: { server: "master.example" } } };
    expect(needs(wrap({ t: "canary" }), declared)).toEqual([]);
    expect(needs("canary-fixed", declared)).toEqual(["joinToken"]);
  });

  test("may be anything in route master", () => {
    expect(needs("canary-fixed", { joinVia: "master" })).toEqual([]);
  });
});

test("R8: tuning has the defaults of the requirements", () => {
  expect(parseFedJoinInputs(good)).toMatchObject({
    inputs: {
      retry: { maxRetries: 10, initialDelaySeconds: 10, maxDelaySeconds: 300, jitter: "none" },
      timeoutSeconds: 600,
      controller: { port: 10443 },
    },
  });
});

describe("what a change of inputs means", () => {
  const stored: ResourceProps = { ...good, clusterName: "u2204a-Xy9K2m", status: "joined" };
  const diff = (news: ResourceProps, olds: ResourceProps = stored) => diffInputs(olds, news);

  test("the same inputs are no change", () => {
    expect(diff(good)).toEqual({ changes: false, replaces: [], deleteBeforeReplace: false });
  });

  test.each<[string, ResourceProps]>([["name", { ...good, name: "another" }]])(
    "another %s replaces",
    (property, news) => {
      expect(diff(news)).toMatchObject({ changes: true, replaces: [property] });
    },
  );

  test.each<[string, ResourceProps]>([
    ["a credential", { ...good, controller: { ...good.controller, credentials: { apiKey: "join:other" } } }],
    [
      "a password by reference",
      { ...good, controller: { ...good.controller, credentials: { username: "a", passwordFrom: { env: "A" } } } },
    ],
    ["tuning", { ...good, timeoutSeconds: 5 }],
    ["the controller's address", { ...good, controller: { ...good.controller, server: "10.0.0.9" } }],
    ["the master's certificate", { ...good, master: { ...good.master, tls: { serverName: "neuvector" } } }],
    ["the route", { ...good, joinVia: "master" }],
    ["another master", { ...good, master: { ...good.master, rest: { server: "other.example", port: 443 } } }],
    ["another joint address", { ...good, jointRest: { server: "192.168.8.210", port: 10443 } }],
  ])("%s is an update", (_what, news) => {
    expect(diff(news)).toMatchObject({ changes: true, replaces: [] });
  });

  const elsewhere = { jointRest: { server: "192.168.8.210", port: 10443 } };
  const otherSite = { ...good, ...elsewhere, storeId: "u9", controller: { ...good.controller, server: "10.0.0.9" } };

  test.each<[string, string, ResourceProps, ResourceProps]>([
    ["create first", "another site", otherSite, stored],
    ["delete first", "another site under the same declared name", { ...otherSite, name: "u2204a-Xy9K2m" }, stored],
    ["delete first", "another name of the same site", { ...good, name: "another" }, stored],
    [
      "delete first",
      "another cluster in the site's place",
      { ...good, storeId: "u9", clusterUid: "2" },
      { ...stored, clusterUid: "1" },
    ],
  ])("%s: %s", (order, _what, news, olds) => {
    const { replaces, deleteBeforeReplace } = diff(news, olds);
    expect([replaces.length > 0, deleteBeforeReplace]).toEqual([true, order === "delete first"]);
  });

  test("a store id that is corrected at the same addresses is an update", () => {
    expect(diff({ ...good, storeId: "u9" })).toMatchObject({ changes: true, replaces: [] });
  });

  test("the URN that a resource tells of itself is no change", () => {
    expect(diff({ ...good, __urn: "renamed" }, { ...stored, __urn: "urn" })).toMatchObject({ changes: false });
  });

  test("a join token alone is no change", () => {
    expect(diff({ ...good, joinToken: "other" })).toMatchObject({ changes: false });
    expect(diff({ ...good, joinTokenFrom: { env: "OTHER" } })).toMatchObject({ changes: false });
  });

  test("declaring the name it has, or the default port, replaces nothing", () => {
    expect(diff({ ...good, name: "u2204a-Xy9K2m" })).toMatchObject({ replaces: [] });
    const olds = { ...stored, master: { rest: { server: "m" } } };
    expect(diff({ ...good, master: { rest: { server: "M", port: 10443 } } }, olds)).toMatchObject({ replaces: [] });
  });

  test.each(["kicked", "left", "renamed", "moved", "elsewhere", "unconfirmed"])("status %s is an update", (status) => {
    expect(diff(good, { ...stored, status })).toMatchObject({ changes: true, replaces: [] });
  });

  test("a stale entry that a previous master was seen to list is an update, one of a silent master is no change", () => {
    const previous = { master: {}, masterId: "m", clusterId: "c" };
    expect(diff(good, { ...stored, previousMasters: [previous] })).toMatchObject({ changes: false });
    const listed = { ...previous, found: "listed" };
    expect(diff(good, { ...stored, previousMasters: [listed] })).toMatchObject({ changes: true, replaces: [] });
  });

  test("values not known yet never replace", () => {
    const news = { ...good, storeId: unknownValue, jointRest: { server: unknownValue, port: 1 }, master: unknownValue };
    expect(diff(news)).toMatchObject({ changes: true, replaces: [] });
  });
});

test("null, which is how the engine sends an Output of undefined, is not given, on every optional input", () => {
  const optional = {
    ...{ name: null, nameSuffix: null, clusterUid: null, ifAbsent: null, joinVia: null, joinToken: null },
    ...{ joinTokenFrom: null, joinTokenUrl: null, joinTokenUrlFrom: null, joinTokenUrlOptions: null },
    ...{ joinTokenMinutes: null, retry: null, timeoutSeconds: null, forceLeave: null, onMasterLost: null },
    master: { ...good.master, tls: null, federation: null },
    controller: {
      ...good.controller,
      port: null,
      tls: { ca: null, serverName: null, fingerprint: null, verify: null },
    },
  };
  const given = omitNullish({ ...good, ...optional });
  expect(given).toEqual({ ...good, controller: { ...good.controller, tls: {} } });
  expect(parseFedJoinInputs(given)).toHaveProperty("inputs");
});

test("a secret in the inputs is taken without a mark and line ends, or refused by its path before a login", () => {
  const inputs = (password: string) => ({
    ...good,
    controller: { server: "c", credentials: { username: "a", password } },
  });
  const parsed = parseFedJoinInputs(inputs("\uFEFFcanary\r\n"));
  expect("inputs" in parsed && parsed.inputs.controller?.credentials.password?.reveal()).toBe("canary");
  expect(problems(inputs("canary\nsecond"))).toEqual([
    {
      property: "controller.credentials.password",
      reason: "has more than one line: keep the secret alone, in one line",
    },
  ]);
  expect(parseFedJoinInputs({ ...good, joinToken: "YQ==\n", joinVia: "master" })).toHaveProperty("inputs");
});
