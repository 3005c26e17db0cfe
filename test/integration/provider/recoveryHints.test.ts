import { NeuVectorError } from "@fedjoin/provider/neuvector";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type SimulatedController, type SimulatedFederation, startFederation } from "@fedjoin/simulator";
import { fedJoinInputs } from "@fedjoin/testbed";
import { newLifecycle, at } from "../../support/federation";
import { styleProblems } from "../../support/messageStyle";
import { newUserLifecycle, userInputs } from "../../support/users";

let federation: SimulatedFederation;
let site: SimulatedController;

beforeEach(async () => {
  federation = await startFederation({ sites: 1, selfSigned: true, timings: { cleanupMs: 20, probePauseMs: 5 } });
  site = at(federation.sites, 0);
});

afterEach(() => federation.close());

/** The error of `work`, which is one message. */
async function errorOf(work: Promise<unknown>): Promise<NeuVectorError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof NeuVectorError)) throw new Error(`no NeuVectorError but ${String(error)}`);
  expect(styleProblems(error.message)).toEqual([]);
  return error;
}

const joinOf = (changes: object = {}): Promise<NeuVectorError> =>
  errorOf(newLifecycle().create({ ...fedJoinInputs(federation.master, site, "u2204a"), ...changes }));

const page = "<!doctype html><title>Sign in</title>";

describe("advice fits the operation", () => {
  test("400 for a user, such as a role that the cluster does not have, speaks of the role and not of the join token", async () => {
    site.faults.add({ match: { method: "POST", path: "/v1/user" }, what: "status", status: 400, code: 6, times: 1 });
    const error = await errorOf(newUserLifecycle().create(userInputs(site)));
    expect(error).toMatchObject({ kind: "invalid_request", operation: "manage_user" });
    expect(error.hint).toMatch(/role/);
    expect(error.message).not.toMatch(/join token/);
  });

  test("a join token that names port 10443 reads as the master's wrong port, not the site's", async () => {
    const { server, port } = federation.master.rest;
    const given = JSON.stringify({ s: server, p: port, t: "ticket" });
    const error = await joinOf({ joinToken: Buffer.from(given).toString("base64") });
    expect(error).toMatchObject({ kind: "not_found", status: 404, code: 1 });
    expect(error.hint).toContain(`the join token names as ${server}:${port}`);
    expect(error.hint).toContain("federation port (11443)");
  });

  test.each([
    ["a login", "POST", "/v1/auth", "login", /gateway/],
    ["a read", "GET", "/v1/fed/member", "read", /role reader/],
    ["a join", "POST", "/v1/fed/join", "join", /Joining needs a global admin/],
  ])("403 at %s", async (_name, method, path, operation, advice) => {
    site.faults.add({ match: { method, path }, what: "status", status: 403, code: 25, times: 9 });
    const error = await joinOf();
    expect(error).toMatchObject({ kind: "forbidden", operation });
    expect(error.hint).toMatch(advice);
  });

  test("403 at the minting of a join token speaks of a fedAdmin", async () => {
    const match = { method: "GET", path: "/v1/fed/join_token" };
    federation.master.faults.add({ match, what: "status", status: 403, code: 25, times: 9 });
    expect((await joinOf()).hint).toMatch(/fedAdmin/);
  });
});

describe("an answer that no controller sends is called that first", () => {
  test.each([
    ["HTML", page, "an HTML page"],
    ["other JSON", '{"error":"sign in"}', "JSON without a code"],
    ["text", "denied", "text that is not JSON"],
  ])("403 with %s at the login", async (_name, body, what) => {
    const match = { method: "POST", path: "/v1/auth" };
    site.faults.add({ match, what: "status", status: 403, body, times: 9 });
    const error = await joinOf();
    expect(error.message).toContain(
      `/v1/auth answered ${what}, which no controller sends (HTTP 403). Check address and port`,
    );
    expect(error.message).not.toMatch(/admin/);
    expect(error.kind).toBe("unexpected_reply");
  });
});
