import { NeuVectorError } from "@fedjoin/provider/internal/neuvector";
import type { FaultRule } from "@fedjoin/simulator";
import { describe, expect, test as base } from "vitest";
import { memberNames, requestsOf } from "../../../../support/federation";
import { createJoinScenario } from "../../../../support/joinScenario";

const password = "Reader-canary-1";
const reader = { username: "metrics", password };
const rotated = { password: "Rotated-canary-1" };
const wrong = { username: "metrics", password: "wrong" };
const newUser = { method: "POST", path: "/v1/user" };

/** A reader of the site, made by the site's admin. */
async function createUserScenario() {
  const scenario = await createJoinScenario();
  const { site, start, asAdmin } = scenario;
  const inputs = (over: object = {}, controller = site) => ({
    controller: { ...controller.rest, credentials: controller.admin },
    ...{ ...reader, role: "reader", ...over },
  });
  return {
    ...scenario,
    joinInputs: scenario.inputs,
    inputs,
    /** The lifecycle of a new process. */
    users: (env: Readonly<Record<string, string>> = {}) => start({ env }).users,
    /** The user in the state, by a process that has ended. */
    created: async () => (await start().users.create(inputs())).outs,
    user: () => site.users.get("metrics"),
    logins: () => requestsOf(site, "POST", "/v1/auth").length,
    failLogins: async () => {
      for (let done = 0; done < 5; done++) await site.request("POST", "/v1/auth", { body: { password: wrong } });
    },
    byHand: async (method: string, path: string, config: object = {}) => {
      const body = method === "DELETE" ? undefined : { config: { fullname: "metrics", ...config } };
      expect(await asAdmin(site, method, `/v1/user/metrics${path}`, body)).toBe(200);
    },
  };
}

const test = base.extend("scenario", createUserScenario);

const kindOf = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof NeuVectorError)) throw new Error("no NeuVectorError");
  expect(error.message).not.toContain("canary");
  return error.kind;
};

describe("create", () => {
  test("R15: makes a reader, which logs in, logs out and is adopted", async ({ scenario }) => {
    const { users, inputs, site, user } = scenario;
    const { id, outs } = await users().create(inputs());
    expect([id, outs]).toMatchObject(["metrics", { username: "metrics", role: "reader", status: "ready" }]);
    expect(user()).toMatchObject({ role: "reader", mustResetPassword: false });
    await users().create(inputs());
    expect(requestsOf(site, "POST", "/v1/user")).toHaveLength(1);
    expect(requestsOf(site, "DELETE", "/v1/auth")).toHaveLength(requestsOf(site, "POST", "/v1/auth").length);
  });

  test.for([
    ["an admin joins, and a fedAdmin of the master mints", "admin", "fedAdmin", true],
    ["a reader may not join", "reader", "fedAdmin", false],
    ["an admin of the master that is no fedAdmin may not mint", "admin", "admin", false],
  ] as const)("R15: %s", async ([, atSite, atMaster, mayJoin], { scenario }) => {
    const { users, inputs, joinInputs, site, master, joins } = scenario;
    const [joiner, minter] = ["joiner", "minter"].map((username) => ({ username, password: "Joiner-canary-1" }));
    await users().create(inputs({ ...joiner, role: atSite }));
    await users().create(inputs({ ...minter, role: atMaster }, master));
    const join = joins.create({
      ...joinInputs,
      controller: { ...site.rest, credentials: joiner },
      master: { rest: master.rest, credentials: minter },
    });
    if (mayJoin) await join;
    else await expect(join).rejects.toThrow(/403.*forbidden/s);
    expect([memberNames(master).length, site.role]).toEqual(mayJoin ? [1, "joint"] : [0, ""]);
  });

  test.for<[string, object, RegExp]>([
    ["another role", { role: "admin" }, /its role is reader and not admin/],
    ["another password", { password: "Other-canary-1" }, /its password is another one/],
  ])("touches no user of %s", async ([, over, message], { scenario: { users, inputs, created, user } }) => {
    await created();
    const touched = { failedLogins: 0, lastLoginMs: 0, loginCount: 0 };
    const before = { ...user(), ...touched };
    const again = users().create(inputs(over));
    await expect(again).rejects.toThrow(message);
    expect(await kindOf(again)).toBe("user_exists");
    expect({ ...user(), ...touched }).toEqual(before);
  });

  test("sends no attempt at a blocked user, which would block it longer", async ({ scenario }) => {
    const { users, inputs, created, failLogins, logins } = scenario;
    await created();
    await failLogins();
    const before = logins();
    await expect(users().create(inputs())).rejects.toThrow(/its logins are blocked/);
    expect(logins()).toBe(before + 1);
  });

  test.for<[string, object, string]>([
    ["a weak password", { password: "weakcanary" }, "weak_password"],
    ["a federal role off a master", { role: "fedAdmin" }, "invalid_request"],
  ])("says what is wrong with %s", async ([, over, kind], { scenario: { users, inputs } }) => {
    expect(await kindOf(users().create(inputs(over)))).toBe(kind);
  });

  test("a reader cannot make users, and a wrong admin password is tried once", async ({ scenario }) => {
    const { start, inputs, created, site, logins } = scenario;
    await created();
    const { users } = start();
    const by = (credentials: object) =>
      users.create(inputs({ username: "other", controller: { ...site.rest, credentials } }));
    expect(await kindOf(by(reader))).toBe("forbidden");
    const before = logins();
    for (let tries = 0; tries < 2; tries++) {
      expect(await kindOf(by({ username: "admin", password: "wrong-canary" }))).toBe("login_rejected");
    }
    expect(logins()).toBe(before + 1);
  });

  test("an answer that is not a controller's is refused", async ({ scenario: { users, inputs, site } }) => {
    site.faults.add({ match: { method: "GET", path: "/v1/user/metrics" }, what: "garbage", body: "[]" });
    expect(await kindOf(users().create(inputs()))).toBe("unexpected_reply");
  });
});

describe("read", () => {
  test("sees the same as was stored, and changes nothing", async ({ scenario: { users, inputs, created } }) => {
    const outs = await created();
    expect((await users().read("metrics", outs)).props).toEqual(outs);
    expect(await users().diff("metrics", outs, inputs())).toMatchObject({ changes: false });
  });

  test("finds another role, roles in namespaces, another password, a block, and absence", async ({ scenario }) => {
    const { users, created, byHand, failLogins } = scenario;
    const outs = await created();
    const found = async () => (await users().read("metrics", outs)).props;
    await byHand("PATCH", "", { role: "admin" });
    expect(await found()).toMatchObject({ role: "admin", status: "ready" });
    await byHand("PATCH", "", { role: "reader", role_domains: { admin: ["shop"] } });
    expect(await found()).toMatchObject({ role: "reader and roles in namespaces", status: "ready" });
    await byHand("POST", "/password", { new_password: "Other-pw-1" });
    expect(await found()).toMatchObject({ status: "password_differs" });
    await failLogins();
    expect(await found()).toMatchObject({ status: "blocked" });
    const reset = { force_reset_password: true, reset_password_in_next_login: true };
    await byHand("POST", "/password", { new_password: password, ...reset });
    expect(await found()).toMatchObject({ status: "expired" });
    await byHand("DELETE", "");
    expect(await found()).toBeUndefined();
  });

  test("a controller that does not answer is an error, not an absence", async ({ scenario }) => {
    const outs = await scenario.created();
    await scenario.site.goOffline();
    expect(await kindOf(scenario.users().read("metrics", outs))).toBe("network");
  });
});

describe("update", () => {
  test("rotates the password: the new one works, the previous one does not, its sessions end", async ({ scenario }) => {
    const { users, inputs, created, site, user } = scenario;
    const outs = await created();
    const token = await site.logIn(reader);
    const updated = await users().update("metrics", outs, inputs(rotated));
    expect(updated.outs).toMatchObject({ status: "ready", role: "reader" });
    expect(user()).toMatchObject({ ...rotated, failedLogins: 0 });
    expect((await site.request("GET", "/v1/selfuser", { token })).status).toBe(401);
    expect(await users().diff("metrics", updated.outs, inputs(rotated))).toMatchObject({ changes: false });
  });

  test("sets only what differs", async ({ scenario: { users, inputs, created, site, user } }) => {
    await users().update("metrics", await created(), inputs({ role: "admin" }));
    expect(user()).toMatchObject({ role: "admin", password });
    expect(requestsOf(site, "POST", "/v1/user/metrics/password")).toEqual([]);
  });

  test("repairs what a refresh found, and unblocks the account", async ({ scenario }) => {
    const { users, inputs, created, site, user, byHand, failLogins } = scenario;
    const outs = await created();
    await byHand("PATCH", "", { role: "reader", role_domains: { admin: ["shop"] } });
    await failLogins();
    await users().update("metrics", outs, inputs());
    expect(user()).toMatchObject({ role: "reader", roleDomains: {} });
    expect(await site.logIn(reader)).not.toBe("");
  });

  test("makes a missing user again", async ({ scenario: { users, inputs, created, user, byHand } }) => {
    const outs = await created();
    await byHand("DELETE", "");
    await users().update("metrics", outs, inputs());
    expect(user()).toBeDefined();
  });
});

test("a password by reference is not stored, a read compares it, and a delete needs none", async ({ scenario }) => {
  const { users, inputs, user } = scenario;
  const declared = inputs({ password: undefined, passwordFrom: { env: "READER" } });
  const { outs } = await users({ READER: password }).create(declared);
  expect(JSON.stringify(outs)).not.toContain(password);
  const later = users({ READER: rotated.password });
  const { props = {} } = await later.read("metrics", outs);
  expect(props).toMatchObject({ status: "password_differs" });
  await later.update("metrics", props, declared);
  expect(user()).toMatchObject(rotated);
  await users().delete("metrics", outs);
  expect(user()).toBeUndefined();
});

describe("delete", () => {
  test("deletes the user with its sessions; gone is gone", async ({ scenario: { users, created, site, user } }) => {
    const outs = await created();
    const token = await site.logIn(reader);
    for (let round = 0; round < 2; round++) await users().delete("metrics", outs);
    expect(user()).toBeUndefined();
    expect((await site.request("GET", "/v1/selfuser", { token })).status).toBe(401);
  });

  test("a 404 of something that is not a controller is an error", async ({ scenario }) => {
    const { users, created, site, user } = scenario;
    const outs = await created();
    const match = { method: "DELETE", path: "/v1/user/metrics" };
    site.faults.add({ match, what: "status", status: 404, code: 1 });
    expect(await kindOf(users().delete("metrics", outs))).toBe("not_found");
    expect(user()).toBeDefined();
  });
});

describe("a change that failed is looked at before it is reported", () => {
  test("two who make the same user at once both succeed", async ({ scenario: { users, inputs, user } }) => {
    await Promise.all([users().create(inputs()), users().create(inputs())]);
    expect(user()).toMatchObject({ role: "reader", failedLogins: 0 });
  });

  test.for([
    ["reset-after-effect", { what: "reset-after-effect" }],
    ["500 with effect", { what: "status", status: 500, code: 8, effect: true }],
  ] as const)("%s: made, changed and deleted", async ([, fault], { scenario: { users, inputs, site, user } }) => {
    const hit = (match: FaultRule["match"]) => {
      site.faults.add({ ...fault, match });
    };
    hit(newUser);
    const { id, outs } = await users().create(inputs());
    hit({ method: "POST", path: "/v1/user/:fullname/password" });
    await users().update(id, outs, inputs(rotated));
    hit({ method: "DELETE", path: "/v1/user/:fullname" });
    await users().delete(id, { ...outs, ...inputs(rotated) });
    expect(user()).toBeUndefined();
  });

  test("is an error without effect, or without a look, and the next attempt adopts", async ({ scenario }) => {
    const { users, inputs, site } = scenario;
    site.faults.add({ what: "reset-before-effect", match: newUser });
    expect(await kindOf(users().create(inputs()))).toBe("network");
    site.faults.add({ what: "reset-after-effect", match: newUser });
    const look = { method: "GET", path: "/v1/user/:fullname" };
    site.faults.add({ what: "reset-before-effect", match: look, skip: 1 });
    expect(await kindOf(users().create(inputs()))).toBe("network");
    await users().create(inputs());
    expect(requestsOf(site, "POST", "/v1/user")).toHaveLength(2);
  });
});

test("a user that another resource declares is handed over, and is declared once in a run", async ({ scenario }) => {
  const { start, users, inputs } = scenario;
  const [first, second] = [inputs({ __urn: "urn::first" }), inputs({ __urn: "urn::second" })];
  const run = start().users;
  expect((await run.check({}, second)).failures).toEqual([]);
  const { id, outs } = await run.create(second);
  await run.delete(id, outs);
  expect(await users().read(id, outs)).toMatchObject({ id });
  expect((await run.check({}, first)).failures).toEqual([
    { property: "username", reason: "urn::second and urn::first both declare this user. Declare it once" },
  ]);
});
