import type { ResourceLifecycle } from "../../../../provider/src/resources/shared/lifecycle";
import { NeuVectorError } from "@fedjoin/provider/neuvector";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type SimulatedController, type SimulatedFederation, startFederation } from "@fedjoin/simulator";
import { fedJoinInputs } from "@fedjoin/testbed";
import { memberNames, newLifecycle, at, requestsOf } from "../../../support/federation";
import { newUserLifecycle, userInputs, userPassword } from "../../../support/users";

let federation: SimulatedFederation;
let site: SimulatedController;
let users: ResourceLifecycle;

beforeEach(async () => {
  const timings = { cleanupMs: 20, probePauseMs: 5, intervalMinuteMs: 200 };
  federation = await startFederation({ sites: 1, timings });
  site = at(federation.sites, 0);
  users = newUserLifecycle();
});

afterEach(() => federation.close());

/** A change by somebody else, as the site's admin. */
async function byHand(method: string, path: string, body?: object): Promise<void> {
  const token = await site.logIn();
  const { status } = await site.request(method, path, { token, ...(body !== undefined && { body }) });
  expect(status).toBe(200);
}

const failLogins = async (count: number): Promise<void> => {
  for (let done = 0; done < count; done++) {
    await site.request("POST", "/v1/auth", { body: { password: { username: "metrics", password: "wrong" } } });
  }
};

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
  test("R15: makes a reader whose account logs in and may not join", async () => {
    const inputs = userInputs(site);
    const { id, outs } = await users.create(inputs);
    expect(id).toBe("metrics");
    expect(outs).toMatchObject({ username: "metrics", role: "reader", status: "ready" });
    expect(site.users.get("metrics")).toMatchObject({ role: "reader", mustResetPassword: false });
    const joining = fedJoinInputs(federation.master, site, "u2204a");
    const asReader = { ...joining.controller, credentials: { username: "metrics", password: userPassword } };
    await expect(newLifecycle().create({ ...joining, controller: asReader })).rejects.toThrow(/403.*forbidden/s);
    expect(memberNames(federation.master)).toEqual([]);
  });

  test("R15: makes an admin that joins, and a fedAdmin of the master that mints", async () => {
    const { master } = federation;
    const joiner = { username: "joiner", password: "Joiner-canary-1" };
    const minter = { username: "minter", password: "Minter-canary-1" };
    await users.create(userInputs(site, { ...joiner, role: "admin" }));
    await users.create(userInputs(master, { ...minter, role: "fedAdmin" }));
    const inputs = fedJoinInputs(master, site, "u2204a");
    const { id } = await newLifecycle().create({
      ...inputs,
      controller: { ...inputs.controller, credentials: joiner },
      master: { ...inputs.master, credentials: minter },
    });
    expect(memberNames(master)).toEqual([id]);
  });

  test("R15: an admin of the master that is not a fedAdmin may not mint", async () => {
    const { master } = federation;
    const plain = { username: "plain", password: "Plain-canary-1" };
    await users.create(userInputs(master, { ...plain, role: "admin" }));
    const inputs = fedJoinInputs(master, site, "u2204a");
    const asPlain = { ...inputs, master: { ...inputs.master, credentials: plain } };
    await expect(newLifecycle().create(asPlain)).rejects.toThrow(/403.*forbidden/s);
  });

  test("logs out of every session", async () => {
    await users.create(userInputs(site));
    await newUserLifecycle().create(userInputs(site));
    expect(requestsOf(site, "DELETE", "/v1/auth")).toHaveLength(requestsOf(site, "POST", "/v1/auth").length);
  });

  test("adopts a user that has this role and password, so a lost answer makes no second one", async () => {
    site.faults.add({ match: { method: "POST", path: "/v1/user" }, what: "reset-after-effect" });
    // The look after the lost answer is lost too.
    const look = { method: "GET", path: "/v1/user/:fullname" };
    site.faults.add({ match: look, what: "reset-before-effect", skip: 1 });
    expect(await kindOf(users.create(userInputs(site)))).toBe("network");
    await newUserLifecycle().create(userInputs(site));
    expect(requestsOf(site, "POST", "/v1/user")).toHaveLength(1);
  });

  test.each([
    ["another role", { role: "admin" }, /its role is reader and not admin/],
    ["another password", { password: "Other-canary-1" }, /its password is another one/],
  ])("touches no user of %s", async (_what, over, said) => {
    await users.create(userInputs(site));
    const before = { ...site.users.get("metrics"), failedLogins: 0, lastLoginMs: 0, loginCount: 0 };
    const again = newUserLifecycle().create(userInputs(site, over));
    await expect(again).rejects.toThrow(said);
    expect(await kindOf(again)).toBe("user_exists");
    expect({ ...site.users.get("metrics"), failedLogins: 0, lastLoginMs: 0, loginCount: 0 }).toEqual(before);
  });

  test("sends no attempt at a blocked user, which would block it longer", async () => {
    await users.create(userInputs(site));
    await failLogins(5);
    const logins = requestsOf(site, "POST", "/v1/auth").length;
    await expect(newUserLifecycle().create(userInputs(site))).rejects.toThrow(/its logins are blocked/);
    expect(requestsOf(site, "POST", "/v1/auth")).toHaveLength(logins + 1);
  });

  test.each([
    ["a weak password", { password: "weakcanary" }, "weak_password"],
    ["a federal role off a master", { role: "fedAdmin" }, "invalid_request"],
  ])("says what is wrong with %s", async (_what, over, kind) => {
    expect(await kindOf(users.create(userInputs(site, over)))).toBe(kind);
  });

  test("a reader cannot make users, and a wrong admin password is tried once", async () => {
    await users.create(userInputs(site));
    const controller = userInputs(site).controller;
    const other = (credentials: object) =>
      userInputs(site, { username: "other", controller: { ...controller, credentials } });
    expect(await kindOf(users.create(other({ username: "metrics", password: userPassword })))).toBe("forbidden");
    const before = requestsOf(site, "POST", "/v1/auth").length;
    const wrong = other({ username: site.admin.username, password: "wrong-canary" });
    expect(await kindOf(users.create(wrong))).toBe("login_rejected");
    expect(await kindOf(users.create(wrong))).toBe("login_rejected");
    expect(requestsOf(site, "POST", "/v1/auth")).toHaveLength(before + 1);
  });

  test("an answer that is not a controller's is refused", async () => {
    site.faults.add({ match: { method: "GET", path: "/v1/user/metrics" }, what: "garbage", body: "[]" });
    expect(await kindOf(users.create(userInputs(site)))).toBe("unexpected_reply");
  });
});

describe("read", () => {
  const statusOf = async (stored: Record<string, unknown>) => (await newUserLifecycle().read("metrics", stored)).props;

  test("sees the same as was stored, and changes nothing", async () => {
    const { outs } = await users.create(userInputs(site));
    expect(await statusOf(outs)).toEqual(outs);
    expect(await users.diff("metrics", outs, userInputs(site))).toMatchObject({ changes: false });
  });

  test("finds another role, roles in namespaces, another password, a block, and absence", async () => {
    const { outs } = await users.create(userInputs(site));
    await byHand("PATCH", "/v1/user/metrics", { config: { fullname: "metrics", role: "admin" } });
    expect(await statusOf(outs)).toMatchObject({ role: "admin", status: "ready" });
    const inNamespace = { fullname: "metrics", role: "reader", role_domains: { admin: ["shop"] } };
    await byHand("PATCH", "/v1/user/metrics", { config: inNamespace });
    expect(await statusOf(outs)).toMatchObject({ role: "reader and roles in namespaces", status: "ready" });
    await byHand("POST", "/v1/user/metrics/password", { config: { fullname: "metrics", new_password: "Other-pw-1" } });
    expect(await statusOf(outs)).toMatchObject({ status: "password_differs" });
    await failLogins(5);
    expect(await statusOf(outs)).toMatchObject({ status: "blocked" });
    const reset = { fullname: "metrics", new_password: userPassword, force_reset_password: true };
    await byHand("POST", "/v1/user/metrics/password", { config: { ...reset, reset_password_in_next_login: true } });
    expect(await statusOf(outs)).toMatchObject({ status: "expired" });
    await byHand("DELETE", "/v1/user/metrics");
    expect(await newUserLifecycle().read("metrics", outs)).toEqual({});
  });

  test("a controller that does not answer is an error, not an absence", async () => {
    const { outs } = await users.create(userInputs(site));
    await site.goOffline();
    expect(await kindOf(newUserLifecycle().read("metrics", outs))).toBe("network");
  });
});

describe("update", () => {
  test("rotates the password: the new one works, the previous one does not, its sessions end", async () => {
    const { outs } = await users.create(userInputs(site));
    const token = await site.logIn({ username: "metrics", password: userPassword });
    const news = userInputs(site, { password: "Rotated-canary-1" });
    const updated = await newUserLifecycle().update("metrics", outs, news);
    expect(updated.outs).toMatchObject({ status: "ready", role: "reader" });
    expect(site.users.get("metrics")).toMatchObject({ password: "Rotated-canary-1", failedLogins: 0 });
    expect((await site.request("GET", "/v1/selfuser", { token })).status).toBe(401);
    expect(await users.diff("metrics", updated.outs, news)).toMatchObject({ changes: false });
  });

  test("sets only what differs", async () => {
    const { outs } = await users.create(userInputs(site));
    await newUserLifecycle().update("metrics", outs, userInputs(site, { role: "admin" }));
    expect(site.users.get("metrics")).toMatchObject({ role: "admin", password: userPassword });
    expect(requestsOf(site, "POST", "/v1/user/metrics/password")).toEqual([]);
  });

  test("mends what a refresh found, and lets in whoever was blocked", async () => {
    const { outs } = await users.create(userInputs(site));
    await byHand("PATCH", "/v1/user/metrics", {
      config: { fullname: "metrics", role: "reader", role_domains: { admin: ["shop"] } },
    });
    await failLogins(5);
    await newUserLifecycle().update("metrics", outs, userInputs(site));
    expect(site.users.get("metrics")).toMatchObject({ role: "reader", roleDomains: {} });
    expect(await site.logIn({ username: "metrics", password: userPassword })).not.toBe("");
  });

  test("makes a missing user again", async () => {
    const { outs } = await users.create(userInputs(site));
    await byHand("DELETE", "/v1/user/metrics");
    await newUserLifecycle().update("metrics", outs, userInputs(site));
    expect(site.users.has("metrics")).toBe(true);
  });

  test("a password by reference is never stored, and a new value is found by a read", async () => {
    const inputs = userInputs(site, { password: undefined, passwordFrom: { env: "READER" } });
    const { outs } = await newUserLifecycle({ READER: userPassword }).create(inputs);
    expect(JSON.stringify(outs)).not.toContain(userPassword);
    const later = newUserLifecycle({ READER: "Rotated-canary-1" });
    const { props = {} } = await later.read("metrics", outs);
    expect(props).toMatchObject({ status: "password_differs" });
    await later.update("metrics", props, inputs);
    expect(site.users.get("metrics")).toMatchObject({ password: "Rotated-canary-1" });
  });
});

describe("delete", () => {
  test("deletes the user with its sessions; gone is gone", async () => {
    const { outs } = await users.create(userInputs(site));
    const token = await site.logIn({ username: "metrics", password: userPassword });
    await newUserLifecycle().delete("metrics", outs);
    expect(site.users.has("metrics")).toBe(false);
    expect((await site.request("GET", "/v1/selfuser", { token })).status).toBe(401);
    await newUserLifecycle().delete("metrics", outs);
  });

  test("needs no password of the user", async () => {
    const inputs = userInputs(site, { password: undefined, passwordFrom: { env: "READER" } });
    const { outs } = await newUserLifecycle({ READER: userPassword }).create(inputs);
    await newUserLifecycle().delete("metrics", outs);
    expect(site.users.has("metrics")).toBe(false);
  });

  test("a 404 of something that is not a controller is an error", async () => {
    const { outs } = await users.create(userInputs(site));
    site.faults.add({
      match: { method: "DELETE", path: "/v1/user/metrics" },
      what: "status",
      status: 404,
      code: 1,
    });
    expect(await kindOf(newUserLifecycle().delete("metrics", outs))).toBe("not_found");
    expect(site.users.has("metrics")).toBe(true);
  });
});

describe("a change that failed is looked at before it is reported", () => {
  const made = { method: "POST", path: "/v1/user" };

  test("two who make the same user at once both succeed", async () => {
    const inputs = userInputs(site);
    await Promise.all([users.create(inputs), newUserLifecycle().create(inputs)]);
    expect(site.users.get("metrics")).toMatchObject({ role: "reader", failedLogins: 0 });
  });

  test.each([
    ["reset-after-effect", { what: "reset-after-effect" }],
    ["500 with effect", { what: "status", status: 500, code: 8, effect: true }],
  ] as const)("%s: made, changed and deleted", async (_what, mishap) => {
    const inputs = userInputs(site);
    site.faults.add({ ...mishap, match: made });
    const { id, outs } = await users.create(inputs);
    site.faults.add({ ...mishap, match: { method: "POST", path: "/v1/user/:fullname/password" } });
    const news = userInputs(site, { password: "Another-canary-1" });
    await users.update(id, outs, news);
    site.faults.add({ ...mishap, match: { method: "DELETE", path: "/v1/user/:fullname" } });
    await users.delete(id, { ...outs, ...news });
    expect(site.users.has("metrics")).toBe(false);
  });

  test("without effect it is an error", async () => {
    site.faults.add({ what: "reset-before-effect", match: made });
    expect(await kindOf(users.create(userInputs(site)))).toBe("network");
  });
});
