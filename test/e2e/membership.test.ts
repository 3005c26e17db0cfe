import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { createJoinProject, encodingsOf, fedJoinInputs, findLeaks, quietFlags } from "@fedjoin/testbed";
import {
  destroy,
  expectNoChanges,
  federationOfFile,
  folderOfFile,
  joinProjectOfFile,
  storedFedJoins,
  up,
} from "../support/deployments";
import { memberNames, at, requestsOf } from "../support/federation";

/** They hold what breaks careless quoting, and differ in each of their disguises. */
const password = `Aa1"\\/+&% canary`;
const wrong = `Wrong1"\\/+&% canary`;

const folder = folderOfFile();
const project = joinProjectOfFile();
const federation = federationOfFile({ sites: 3, password });

const state = () => storedFedJoins(project.backendDir, "joins", "test");
const joins = (overrides: object = {}) => ({
  site: { ...fedJoinInputs(federation.master, at(federation.sites, 0), "u2204a"), ...overrides },
});

/** Each argument made from an Output, as from a host that another resource gives. */
const lateProgram = `
const { readFileSync } = require("node:fs");
const pulumi = require("@pulumi/pulumi");
const { FedJoin } = require("@fedjoin/provider");
const { site } = JSON.parse(readFileSync(__dirname + "/joins.json", "utf8"));
const late = (value) => pulumi.output("x").apply(() => value);
new FedJoin("site", Object.fromEntries(Object.entries(site).map(([key, value]) => [key, late(value)])));
`;

/** Runs a whole life, with a wrong password on the way, and expects every secret nowhere in what was said and stored. */
async function liveWithoutLeak(good: object, bad: object, ...loud: string[]): Promise<void> {
  const said: string[] = [];
  const run = async (command: string): Promise<void> => {
    const events = ["--event-log", join(project.backendDir, "events.json")];
    const { stdout, stderr } = await project.pulumi.tryRun([command, ...quietFlags, ...loud, ...events]);
    said.push(stdout, stderr);
  };
  await project.declare(joins(good));
  await run("up");
  expect(memberNames(federation.master)).toHaveLength(1);
  await project.declare(joins(bad));
  await run("up");
  await run("refresh");
  await run("destroy");
  expect(said.join("\n")).toContain("#a-login-is-refused");
  const secrets = new Map(Object.entries({ password, wrong, token: federation.master.joinToken() }));
  expect(await findLeaks(project.backendDir, secrets)).toEqual([]);
  for (const disguise of [...secrets.values()].flatMap(encodingsOf)) expect(said.join("\n")).not.toContain(disguise);
}

describe("D1, D3: FedJoin in a program of its own, with the packed package", () => {
  test("R15: no secret stands in state, history, event log or output, also with --diff, in any disguise", async () => {
    const joinToken = federation.master.joinToken();
    const { controller } = joins().site;
    const bad = { ...controller, credentials: { username: "admin", password: wrong } };
    await liveWithoutLeak({ joinToken }, { joinToken, controller: bad }, "--diff");
  });

  test("R15: a secret by reference stands nowhere, not even with --debug", async () => {
    const from = async (name: string, secret: string) => {
      await writeFile(join(folder.path, name), secret);
      return { file: join(folder.path, name) };
    };
    const { controller, master } = joins().site;
    const credentials = { username: "admin", passwordFrom: await from("good", password) };
    const good = {
      master: { ...master, credentials },
      controller: { ...controller, credentials },
      joinTokenFrom: await from("token", federation.master.joinToken()),
    };
    const bad = { ...controller, credentials: { username: "admin", passwordFrom: await from("bad", wrong) } };
    await liveWithoutLeak(good, { ...good, controller: bad }, "--diff", "--debug");
  });

  test("two stacks that join one master at once do not hurt each other", async () => {
    const second = await createJoinProject(inject("tools"), join(folder.path, "second"));
    const [a, b, c] = ["a", "b", "c"].map((id, index) =>
      fedJoinInputs(federation.master, at(federation.sites, index), id),
    );
    await project.declare({ a: a ?? {}, b: b ?? {} });
    await second.declare({ c: c ?? {} });
    await Promise.all([up(project), up(second)]);
    expect(memberNames(federation.master).map((name) => name[0])).toEqual(["a", "b", "c"]);
    await Promise.all([destroy(project), destroy(second)]);
    expect(memberNames(federation.master)).toEqual([]);
  });

  test("an interrupted up keeps what it began, and the next one completes it", async () => {
    const site = at(federation.sites, 0);
    const before = requestsOf(site, "POST", "/v1/fed/join").length;
    await project.declare(joins({ retry: { initialDelaySeconds: 5, maxDelaySeconds: 5 } }));
    site.faults.add({ match: { method: "POST", path: "/v1/fed/join" }, what: "reset-after-effect" });
    const interrupt = new AbortController();
    const onLine = (line: string): void => {
      if (line.includes("Retry 1/")) interrupt.abort();
    };
    const { code } = await project.pulumi.tryRun(["up", ...quietFlags], { signal: interrupt.signal, onLine });
    expect(code).not.toBe(0);
    await project.pulumi.tryRun(["cancel", "--yes"]);
    await up(project);
    expect(memberNames(federation.master)).toEqual((await state()).map(({ id }) => id));
    expect(requestsOf(site, "POST", "/v1/fed/join")).toHaveLength(before + 1);
    await destroy(project);
  });

  test("a program that gives Outputs joins, shows no change, and leaves; a password in an Output is encrypted in the state", async () => {
    await project.declare(joins({ name: null, joinToken: null }));
    await writeFile(join(project.dir, "index.js"), lateProgram);
    await up(project);
    expect(await findLeaks(project.backendDir, new Map([["password", password]]))).toEqual([]);
    expect(memberNames(federation.master)).toEqual((await state()).map(({ id }) => id));
    await expectNoChanges(project);
    await destroy(project);
    expect(memberNames(federation.master)).toEqual([]);
  });
});
