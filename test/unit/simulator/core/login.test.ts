import { describe, expect, it } from "vitest";
import type { Reply } from "../../../simulator/src/controllerHandle";
import type { UserOptions } from "../../../simulator/src/core/options";
import { createVirtualNetwork } from "../../../simulator/src/virtualNetwork";

const minuteMs = 60_000;
const ann: UserOptions = { username: "ann", password: "Right-pw-1", role: "reader" };

function controllerOf(...users: UserOptions[]) {
  const { clock, addController } = createVirtualNetwork();
  const controller = addController({ users });
  const attempt = (password: string, newPassword?: string): Promise<Reply> =>
    controller.request("POST", "/v1/auth", {
      body: {
        password: { username: "ann", password, ...(newPassword !== undefined && { new_password: newPassword }) },
      },
    });
  const member = async (token: string) => (await controller.request("GET", "/v1/fed/member", { token })).status;
  return { clock, controller, attempt, member };
}

const failure = { status: 401, body: { code: 3, message: "Authentication failed" } };
const blocked = { status: 401, body: { code: 47, message: "Temporarily blocked because of too many login failures" } };

describe("lockout", () => {
  it("blocks at the fifth failure in a row, and then the right password too", async () => {
    const { attempt } = controllerOf(ann);
    for (let count = 1; count <= 4; count++) expect(await attempt("wrong")).toMatchObject(failure);
    expect(await attempt("wrong")).toMatchObject(blocked);
    expect(await attempt(ann.password)).toMatchObject(blocked);
  });

  it("restarts the count after a success", async () => {
    const { attempt } = controllerOf(ann);
    for (let count = 1; count <= 4; count++) await attempt("wrong");
    expect(await attempt(ann.password)).toMatchObject({ status: 200 });
    expect(await attempt("wrong")).toMatchObject(failure);
  });

  it("slides: every attempt while blocked starts the 60 minutes again", async () => {
    const { attempt, clock } = controllerOf(ann);
    for (let count = 1; count <= 5; count++) await attempt("wrong");
    await clock.advance(59 * minuteMs);
    expect(await attempt(ann.password)).toMatchObject(blocked);
    await clock.advance(59 * minuteMs);
    expect(await attempt(ann.password)).toMatchObject(blocked);
    await clock.advance(60 * minuteMs);
    expect(await attempt(ann.password)).toMatchObject({ status: 200 });
  });

  it("leaves a live session of the blocked user alone", async () => {
    const { attempt, controller, member } = controllerOf(ann);
    const token = await controller.logIn({ username: "ann", password: ann.password });
    for (let count = 1; count <= 5; count++) await attempt("wrong");
    expect(await member(token)).toBe(200);
  });
});

describe("session", () => {
  it("ends after 300 idle seconds, and each use starts them again", async () => {
    const { clock, controller, member } = controllerOf(ann);
    const token = await controller.logIn({ username: "ann", password: ann.password });
    await clock.advance(299_000);
    expect(await member(token)).toBe(200);
    await clock.advance(299_000);
    expect((await controller.request("PATCH", "/v1/auth", { token })).status).toBe(200);
    await clock.advance(300_000);
    expect(await member(token)).toBe(401);
  });

  it("ends 6 hours after the login however busy it is", async () => {
    const { clock, controller, member } = controllerOf(ann);
    const token = await controller.logIn({ username: "ann", password: ann.password });
    for (let passed = 0; passed < 6 * 60 - 4; passed += 4) {
      await clock.advance(4 * minuteMs);
      expect(await member(token)).toBe(200);
    }
    await clock.advance(4 * minuteMs);
    expect(await member(token)).toBe(401);
  });

  it("stops at 32 a user until one logs out or idles out", async () => {
    const { attempt, clock, controller } = controllerOf(ann);
    const first = await controller.logIn({ username: "ann", password: ann.password });
    for (let count = 2; count <= 32; count++) expect(await attempt(ann.password)).toMatchObject({ status: 200 });
    expect(await attempt(ann.password)).toMatchObject(failure);
    await controller.request("DELETE", "/v1/auth", { token: first });
    expect(await attempt(ann.password)).toMatchObject({ status: 200 });
    expect(await attempt(ann.password)).toMatchObject(failure);
    await clock.advance(300_000);
    expect(await attempt(ann.password)).toMatchObject({ status: 200 });
  });

  it("lasts as long as its user's own idle time-out says", async () => {
    const { clock, controller, member } = controllerOf({ ...ann, timeoutSeconds: 30 });
    const token = await controller.logIn({ username: "ann", password: ann.password });
    await clock.advance(30_000);
    expect(await member(token)).toBe(401);
  });
});

describe("forced reset", () => {
  it("answers 200 without a token until a strong new password comes", async () => {
    const { attempt } = controllerOf({ ...ann, mustResetPassword: true });
    expect(await attempt(ann.password)).toMatchObject({
      status: 200,
      body: { token: null, need_to_reset_password: true },
    });
    expect(await attempt(ann.password, "weak")).toMatchObject({
      status: 400,
      body: { code: 14, message: "Weak password", password_profile_basic: { min_len: 8 } },
    });
    expect(await attempt(ann.password, "")).toMatchObject({ status: 400, body: { code: 14 } });
    expect(await attempt(ann.password, "Better-pw-2")).toMatchObject({ body: { token: { username: "ann" } } });
    expect(await attempt("Better-pw-2")).toMatchObject({ body: { token: { username: "ann" } } });
  });

  it("never happens unasked: a new password is ignored when no reset is pending", async () => {
    const { attempt } = controllerOf(ann);
    expect(await attempt(ann.password, "Better-pw-2")).toMatchObject({ status: 200 });
    expect(await attempt("Better-pw-2")).toMatchObject(failure);
  });
});

it("a user without any role cannot log in", async () => {
  const { attempt } = controllerOf({ ...ann, role: "" });
  expect(await attempt(ann.password)).toMatchObject(failure);
});

describe("API key", () => {
  const apiKeys = [{ name: "key", secret: "s3cret", role: "reader" as const }];
  const self = (headers: Record<string, string[]>) =>
    createVirtualNetwork().addController({ apiKeys }).request("GET", "/v1/selfapikey", { headers });

  it("stands in for a session", async () => {
    expect(await self({ "x-auth-apikey": ["key:s3cret"] })).toMatchObject({
      status: 200,
      body: { apikey: { apikey_name: "key", apikey_secret: "", role: "reader" } },
    });
  });

  it.each([
    ["a wrong secret", { "x-auth-apikey": ["key:other"] }],
    ["an unknown name", { "x-auth-apikey": ["other:s3cret"] }],
    ["two colons", { "x-auth-apikey": ["key:s3cret:"] }],
    ["no colon", { "x-auth-apikey": ["key"] }],
    ["an empty token, which wins", { "x-auth-apikey": ["key:s3cret"], "x-auth-token": [""] }],
    ["two tokens", { "x-auth-token": ["a", "b"] }],
  ])("is refused with %s", async (_, headers) => {
    expect(await self(headers)).toMatchObject(failure);
  });
});
