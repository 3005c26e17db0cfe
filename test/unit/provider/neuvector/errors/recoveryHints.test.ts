import { NeuVectorError } from "@fedjoin/provider/internal/neuvector";
import { encodeJoinToken, type FaultRule } from "@fedjoin/simulator";
import { expect } from "vitest";
import { test, type JoinScenario } from "../../../../support/joinScenario";
import { styleProblems } from "../../../../support/messageStyle";

/** The error of `work`, which is one message. */
async function errorOf(work: Promise<unknown>): Promise<NeuVectorError> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  if (!(error instanceof NeuVectorError)) throw new Error(`no NeuVectorError but ${String(error)}`);
  expect(styleProblems(error.message)).toEqual([]);
  return error;
}

const joinWith = ({ joins, site, inputs }: JoinScenario, ...faults: readonly FaultRule[]): Promise<NeuVectorError> => {
  for (const fault of faults) site.faults.add({ times: 9, ...fault });
  return errorOf(joins.create(inputs));
};

test("400 for a user speaks of the role, and not of the join token", async ({ scenario: { start, site } }) => {
  site.faults.add({ match: { method: "POST", path: "/v1/user" }, what: "status", status: 400, code: 6 });
  const controller = { ...site.rest, credentials: site.admin };
  const user = { controller, username: "metrics", password: "Reader-canary-1", role: "reader" };
  const error = await errorOf(start().users.create(user));
  expect(error).toMatchObject({ kind: "invalid_request", operation: "manage_user" });
  expect(error.hint).toMatch(/role/);
  expect(error.message).not.toMatch(/join token/);
});

test("a join token that names port 10443 reads as the master's wrong port, not the site's", async ({ scenario }) => {
  const { joins, inputs, master } = scenario;
  const { server, port } = master.rest;
  const joinToken = encodeJoinToken({ server, port, ticket: "ticket" });
  const error = await errorOf(joins.create({ ...inputs, joinToken }));
  expect(error).toMatchObject({ kind: "not_found", status: 404, code: 1 });
  expect(error.hint).toContain(`the join token names as ${server}:${port}`);
  expect(error.hint).toContain("federation port (11443)");
});

test.for([
  ["login", "POST", "/v1/auth", /gateway/],
  ["read", "GET", "/v1/fed/member", /role reader/],
  ["join", "POST", "/v1/fed/join", /Joining needs a global admin/],
] as const)("403 at a %s", async ([operation, method, path, advice], { scenario }) => {
  const error = await joinWith(scenario, { match: { method, path }, what: "status", status: 403, code: 25 });
  expect(error).toMatchObject({ kind: "forbidden", operation });
  expect(error.hint).toMatch(advice);
});

test("403 at the minting of a join token speaks of a fedAdmin", async ({ scenario }) => {
  const match = { method: "GET", path: "/v1/fed/join_token" };
  scenario.master.faults.add({ match, what: "status", status: 403, code: 25, times: 9 });
  expect((await joinWith(scenario)).hint).toMatch(/fedAdmin/);
});

test.for([
  ["HTML", "<!doctype html><title>Sign in</title>", "an HTML page"],
  ["other JSON", '{"error":"sign in"}', "JSON without a code"],
  ["text", "denied", "text that is not JSON"],
] as const)("403 with %s at the login is first called no controller's answer", async ([, body, what], { scenario }) => {
  const match = { method: "POST", path: "/v1/auth" };
  const error = await joinWith(scenario, { match, what: "status", status: 403, body });
  expect(error.message).toContain(`/v1/auth answered ${what}, which no controller sends (HTTP 403). Check address`);
  expect(error.message).not.toMatch(/admin/);
  expect(error.kind).toBe("unexpected_reply");
});
