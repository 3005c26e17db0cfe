import { diffInputs, parseInputs, unknownValue, type InputProblem, type Stored } from "@fedjoin/provider";
import { describe, expect, test } from "vitest";

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
  const parsed = parseInputs(raw);
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
        "controller.credentials",
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
      { property: "storeId", reason: "expected a string; quote a numeric store id" },
      { property: "jointRest", reason: "is required" },
    ]);
  });

  test("a numeric store id is to be quoted", () => {
    expect(problems({ ...good, storeId: 2204 })).toEqual([
      { property: "storeId", reason: "expected a string; quote a numeric store id" },
    ]);
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
      { property: "joinTokenUrl", reason: "expected https; plain http needs joinTokenUrlOptions.allowHttp" },
    ]);
    expect(problems({ ...http, joinTokenUrlOptions: { allowHttp: true } })).toEqual([]);
  });

  test("values not known yet in a preview are no problem", () => {
    expect(problems({ ...good, jointRest: { server: unknownValue, port: unknownValue } })).toEqual([]);
    expect(problems({ ...good, master: unknownValue, storeId: unknownValue })).toEqual([]);
  });
});

test("R8: tuning has the defaults of the requirements", () => {
  expect(parseInputs(good)).toMatchObject({
    inputs: {
      retry: { maxRetries: 10, initialDelaySeconds: 10, maxDelaySeconds: 300, jitter: "none" },
      timeoutSeconds: 600,
      controller: { port: 10443 },
    },
  });
});

describe("what a change of inputs means", () => {
  const stored: Stored = { ...good, clusterName: "u2204a-Xy9K2m", status: "joined" };
  const diff = (news: Stored, olds: Stored = stored) => diffInputs(olds, news);

  test("the same inputs are no change", () => {
    expect(diff(good)).toEqual({ changes: false, replaces: [], deleteBeforeReplace: true });
  });

  test.each<[string, Stored]>([
    ["storeId", { ...good, storeId: "u9" }],
    ["jointRest", { ...good, jointRest: { server: "192.168.8.210", port: 10443 } }],
    ["name", { ...good, name: "another" }],
    ["master", { ...good, master: { ...good.master, rest: { server: "other.example", port: 443 } } }],
  ])("another %s replaces", (property, news) => {
    expect(diff(news)).toMatchObject({ changes: true, replaces: [property] });
  });

  test.each<[string, Stored]>([
    ["a credential", { ...good, controller: { ...good.controller, credentials: { apiKey: "join:other" } } }],
    ["tuning", { ...good, timeoutSeconds: 5 }],
    ["the controller's address", { ...good, controller: { ...good.controller, server: "10.0.0.9" } }],
    ["the master's certificate", { ...good, master: { ...good.master, tls: { serverName: "neuvector" } } }],
    ["the route", { ...good, joinVia: "master" }],
  ])("%s is an update", (_what, news) => {
    expect(diff(news)).toMatchObject({ changes: true, replaces: [] });
  });

  test("a join token alone is no change", () => {
    expect(diff({ ...good, joinToken: "other" })).toMatchObject({ changes: false });
  });

  test("declaring the name it has, or the default port, replaces nothing", () => {
    expect(diff({ ...good, name: "u2204a-Xy9K2m" })).toMatchObject({ replaces: [] });
    const olds = { ...stored, master: { rest: { server: "m" } } };
    expect(diff({ ...good, master: { rest: { server: "M", port: 10443 } } }, olds)).toMatchObject({ replaces: [] });
  });

  test.each(["kicked", "left", "renamed", "moved", "elsewhere", "unconfirmed"])("status %s is an update", (status) => {
    expect(diff(good, { ...stored, status })).toMatchObject({ changes: true, replaces: [] });
  });

  test("values not known yet never replace", () => {
    const news = { ...good, storeId: unknownValue, jointRest: { server: unknownValue, port: 1 }, master: unknownValue };
    expect(diff(news)).toMatchObject({ changes: true, replaces: [] });
  });
});
