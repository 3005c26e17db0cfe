import { describe, expect, it } from "vitest";
import type { UserOptions } from "../../../simulator/src/core/options";
import { createVirtualNetwork } from "../../../simulator/src/virtualNetwork";
import { minuteMs } from "../createFederation";

// What the recordings show of logins, lockout, forced resets and API keys is not repeated here.

function controllerOf(options: Partial<UserOptions> = {}) {
  const { clock, addController } = createVirtualNetwork();
  const ann: UserOptions = { username: "ann", password: "Right-pw-1", role: "reader", ...options };
  const controller = addController({ users: [ann], apiKeys: [{ name: "key", secret: "s3cret", role: "reader" }] });
  const logIn = async (password = ann.password) => {
    const { status, body } = await controller.request("POST", "/v1/auth", { body: { password: { ...ann, password } } });
    return status === 200 ? 200 : { status, ...(body as object) };
  };
  const fail = async (times: number) => {
    for (let count = 1; count <= times; count++) await logIn("wrong");
  };
  const member = async (token: string) => (await controller.request("GET", "/v1/fed/member", { token })).status;
  return { clock, controller, logIn, fail, member };
}

const failure = { status: 401, code: 3 };
const blocked = { status: 401, code: 47 };

describe("lockout", () => {
  it("counts from the last success", async () => {
    const { logIn, fail } = controllerOf();
    await fail(4);
    expect(await logIn()).toBe(200);
    expect(await logIn("wrong")).toMatchObject(failure);
  });

  it("slides: every attempt while blocked starts the 60 minutes again", async () => {
    const { logIn, fail, clock } = controllerOf();
    await fail(5);
    for (const minutes of [59, 59]) {
      await clock.advance(minutes * minuteMs);
      expect(await logIn()).toMatchObject(blocked);
    }
    await clock.advance(60 * minuteMs);
    expect(await logIn()).toBe(200);
  });
});

describe("a session", () => {
  it("ends after 300 idle seconds, and each use starts them again", async () => {
    const { clock, controller, member } = controllerOf();
    const token = await controller.logIn();
    await clock.advance(299_000);
    expect(await member(token)).toBe(200);
    await clock.advance(299_000);
    expect((await controller.request("PATCH", "/v1/auth", { token })).status).toBe(200);
    await clock.advance(300_000);
    expect(await member(token)).toBe(401);
  });

  it("ends 6 hours after the login however busy it is", async () => {
    const { clock, controller, member } = controllerOf();
    const token = await controller.logIn();
    for (let passed = 0; passed < 6 * 60 - 4; passed += 4) {
      await clock.advance(4 * minuteMs);
      expect(await member(token)).toBe(200);
    }
    await clock.advance(4 * minuteMs);
    expect(await member(token)).toBe(401);
  });

  it("lasts as long as its user's own idle time-out says", async () => {
    const { clock, controller, member } = controllerOf({ timeoutSeconds: 30 });
    const token = await controller.logIn();
    await clock.advance(30_000);
    expect(await member(token)).toBe(401);
  });

  it("stops at 32 a user, which is no failed login, until one idles out", async () => {
    const { clock, controller, logIn } = controllerOf();
    for (let count = 1; count <= 32; count++) expect(await logIn()).toBe(200);
    for (let count = 1; count <= 8; count++) expect(await logIn()).toMatchObject(failure);
    expect(controller.users.get("ann")).toMatchObject({ failedLogins: 0, blockedUntil: 0 });
    await clock.advance(300_000);
    expect(await logIn()).toBe(200);
  });
});

it.each([
  ["an unknown name", { "x-auth-apikey": ["other:s3cret"] }],
  ["two tokens", { "x-auth-token": ["a", "b"] }],
])("a request is refused with %s", async (_, headers) => {
  const { controller } = controllerOf();
  expect(await controller.request("GET", "/v1/selfapikey", { headers })).toMatchObject({ status: 401 });
});
