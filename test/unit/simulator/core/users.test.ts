import { describe, expect, it } from "vitest";
import { createFederation } from "../createFederation";

const good = "Right-pw-1";
const ann = { username: "ann", password: good };
const denied = { status: 403, body: { code: 25 } };

async function start() {
  const { clock, site: controller } = await createFederation();
  const admin = await controller.logIn();
  const send = (method: string, path: string, body?: object, token = admin) =>
    controller.request(method, path, { token, body });
  const create = (user: object = {}, token = admin) =>
    send("POST", "/v1/user", { user: { fullname: "ann", ...ann, role: "reader", ...user } }, token);
  const setPassword = (new_password?: string, name = "ann", token = admin) =>
    send(
      "POST",
      `/v1/user/${name}/password`,
      { config: { fullname: "ann", new_password, force_reset_password: true } },
      token,
    );
  const change = (config: object, token = admin) =>
    send("PATCH", "/v1/user/ann", { config: { fullname: "ann", ...config } }, token);
  const selfStatus = async (token: string) => (await send("GET", "/v1/selfuser", undefined, token)).status;
  return { clock, controller, send, create, setPassword, change, selfStatus };
}

it("a user is created with an empty 200 and shown without its password", async () => {
  const { controller, create, send } = await start();
  expect(await create()).toMatchObject({ status: 200, text: "" });
  expect(await send("GET", "/v1/user/ann")).toMatchObject({
    status: 200,
    body: { user: { fullname: "ann", role: "reader", role_domains: {}, server: "", password: "", timeout: 300 } },
  });
  expect(await controller.logIn(ann)).not.toBe("");
  expect((await send("GET", "/v1/user")).body).toMatchObject({
    users: [{ fullname: "admin" }, { fullname: "ann" }],
    global_roles: ["admin", "reader", "ciops", ""],
  });
});

describe("a new user is refused with", () => {
  const profile = {
    min_len: 8,
    min_uppercase_count: 1,
    min_lowercase_count: 1,
    min_digit_count: 1,
    min_special_count: 0,
  };
  it.each([
    ["a name that is there", { fullname: "admin" }, 400, { code: 13, message: "User already exists" }],
    [
      "a weak password",
      { password: "weak" },
      400,
      { code: 14, message: "Weak password", password_profile_basic: profile },
    ],
    [
      "a federal role off a master",
      { role: "fedReader" },
      400,
      { code: 6, message: "User ann  Unknown global role fedReader " },
    ],
    ["an idle time below 30 s", { timeout: 10 }, 400, { code: 6, message: "Invalid idle timeout value" }],
    ["a hidden name", { fullname: "~ann" }, 403, { code: 25, message: "Object access denied" }],
  ])("%s", async (_, user, status, body) => {
    const { create } = await start();
    expect(await create(user)).toMatchObject({ status, body });
  });
});

it("a reader may look, and neither create, change, delete nor join", async () => {
  const { controller, create, send, setPassword, change } = await start();
  await create();
  const token = await controller.logIn(ann);
  expect(await send("GET", "/v1/user/admin", undefined, token)).toMatchObject({ status: 200 });
  expect(await create({ fullname: "bob" }, token)).toMatchObject(denied);
  expect(await change({ role: "admin" }, token)).toMatchObject(denied);
  expect(await setPassword("Other-pw-1", "ann", token)).toMatchObject(denied);
  expect(await send("DELETE", "/v1/user/ann", undefined, token)).toMatchObject(denied);
  expect(await send("POST", "/v1/fed/join", {}, token)).toMatchObject(denied);
});

it("sessions end when rights or password change", async () => {
  const { controller, create, setPassword, change, selfStatus } = await start();
  await create();
  const first = await controller.logIn(ann);
  expect(await change({ role: "admin" })).toMatchObject({ status: 200, text: "" });
  expect(await selfStatus(first)).toBe(401);
  const second = await controller.logIn(ann);
  expect((await setPassword("Other-pw-1")).status).toBe(200);
  expect(await selfStatus(second)).toBe(401);
  expect(await controller.logIn({ ...ann, password: "Other-pw-1" })).not.toBe("");
});

it("another's password is set by its own endpoint only, which also unblocks", async () => {
  const { controller, create, send, setPassword, change } = await start();
  await create();
  const message = "Cannot modify other user's password";
  expect(await change({ new_password: good })).toMatchObject({ status: 403, body: { code: 4, message } });
  for (let count = 1; count <= 5; count++) {
    await controller.request("POST", "/v1/auth", { body: { password: { ...ann, password: "wrong" } } });
  }
  const isBlocked = async () => (await send("GET", "/v1/user/ann")).body;
  expect(await isBlocked()).toMatchObject({ user: { blocked_for_failed_login: true } });
  await setPassword(good);
  expect(await isBlocked()).toMatchObject({ user: { blocked_for_failed_login: false } });
  await expect(setPassword()).rejects.toThrow("connection dropped");
  expect(await setPassword(good, "bob")).toMatchObject({ status: 400, body: { code: 6 } });
});

it("a deleted user loses its sessions, and the built-in admin stays", async () => {
  const { controller, create, send, selfStatus } = await start();
  await create();
  const token = await controller.logIn(ann);
  expect((await send("DELETE", "/v1/user/ann")).status).toBe(200);
  expect(await selfStatus(token)).toBe(401);
  for (const method of ["GET", "DELETE"]) {
    expect(await send(method, "/v1/user/ann")).toMatchObject({ status: 404, body: { code: 7 } });
  }
  expect(await send("DELETE", "/v1/user/admin")).toMatchObject({ status: 403, body: { code: 4 } });
});

it("a fedAdmin alone gives federal roles, on a master", async () => {
  const { controller, create } = await start();
  await create({ role: "admin" });
  await controller.promote();
  expect((await create({ fullname: "boss", role: "fedAdmin" }, await controller.logIn())).status).toBe(200);
  expect(await create({ fullname: "bob", role: "fedReader" }, await controller.logIn(ann))).toMatchObject(denied);
});
