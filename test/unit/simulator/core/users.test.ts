import { describe, expect, it } from "vitest";
import { createVirtualNetwork } from "../../../simulator/src/virtualNetwork";

const good = "Right-pw-1";
const profile = {
  min_len: 8,
  min_uppercase_count: 1,
  min_lowercase_count: 1,
  min_digit_count: 1,
  min_special_count: 0,
};

async function start() {
  const { clock, addController } = createVirtualNetwork();
  const controller = addController();
  const token = await controller.logIn();
  const create = (user: object, by = token) =>
    controller.request("POST", "/v1/user", {
      token: by,
      body: { user: { fullname: "ann", username: "ann", password: good, role: "reader", ...user } },
    });
  const on = (method: string, path: string, body?: object, by = token) =>
    controller.request(method, path, { token: by, ...(body !== undefined && { body }) });
  return { clock, controller, token, create, on };
}

const password = (new_password: string, more: object = {}) => ({
  config: { fullname: "ann", new_password, force_reset_password: true, ...more },
});

describe("users of a simulated controller, as recorded of the product", () => {
  it("creates with an empty 200 and shows everything but the password", async () => {
    const { controller, create, on } = await start();
    expect(await create({})).toMatchObject({ status: 200, text: "" });
    const { status, body } = await on("GET", "/v1/user/ann");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      user: { fullname: "ann", role: "reader", role_domains: {}, server: "", password: "", timeout: 300 },
    });
    expect(await controller.logIn({ username: "ann", password: good })).not.toBe("");
    expect((await on("GET", "/v1/user")).body).toMatchObject({
      users: [{ fullname: "admin" }, { fullname: "ann" }],
      global_roles: ["admin", "reader", "ciops", ""],
    });
  });

  it.each([
    ["a name that is there", { fullname: "admin" }, 400, 13, "User already exists"],
    ["a weak password", { password: "weak" }, 400, 14, "Weak password"],
    ["a federal role off a master", { role: "fedReader" }, 400, 6, "User ann  Unknown global role fedReader "],
    ["an idle time below 30 s", { timeout: 10 }, 400, 6, "Invalid idle timeout value"],
    ["a hidden name", { fullname: "~ann" }, 403, 25, "Object access denied"],
  ])("refuses %s", async (_what, user, status, code, message) => {
    const { create } = await start();
    expect(await create(user)).toMatchObject({ status, body: { code, message } });
  });

  it("says the password profile with a refused password", async () => {
    const { create } = await start();
    expect((await create({ password: "weak" })).body).toMatchObject({ password_profile_basic: profile });
  });

  it("lets a reader look, and neither create, change, delete nor join", async () => {
    const { controller, create, on } = await start();
    await create({});
    const ann = await controller.logIn({ username: "ann", password: good });
    expect(await on("GET", "/v1/user/admin", undefined, ann)).toMatchObject({ status: 200 });
    const denied = { status: 403, body: { code: 25 } };
    expect(await create({ fullname: "bob" }, ann)).toMatchObject(denied);
    expect(await on("PATCH", "/v1/user/ann", { config: { fullname: "ann", role: "admin" } }, ann)).toMatchObject(
      denied,
    );
    expect(await on("POST", "/v1/user/ann/password", password("Other-pw-1"), ann)).toMatchObject(denied);
    expect(await on("DELETE", "/v1/user/ann", undefined, ann)).toMatchObject(denied);
    expect(await on("POST", "/v1/fed/join", {}, ann)).toMatchObject(denied);
  });

  it("ends sessions when rights or password change", async () => {
    const { controller, create, on } = await start();
    await create({});
    const first = await controller.logIn({ username: "ann", password: good });
    expect(await on("PATCH", "/v1/user/ann", { config: { fullname: "ann", role: "admin" } })).toMatchObject({
      status: 200,
      text: "",
    });
    expect((await on("GET", "/v1/selfuser", undefined, first)).status).toBe(401);
    const second = await controller.logIn({ username: "ann", password: good });
    expect((await on("POST", "/v1/user/ann/password", password("Other-pw-1"))).status).toBe(200);
    expect((await on("GET", "/v1/selfuser", undefined, second)).status).toBe(401);
    expect(await controller.logIn({ username: "ann", password: "Other-pw-1" })).not.toBe("");
  });

  it("sets another's password by its own endpoint only, which also unblocks", async () => {
    const { controller, create, on } = await start();
    await create({});
    expect(await on("PATCH", "/v1/user/ann", { config: { fullname: "ann", new_password: good } })).toMatchObject({
      status: 403,
      body: { code: 4, message: "Cannot modify other user's password" },
    });
    for (let count = 1; count <= 5; count++) {
      await controller.request("POST", "/v1/auth", { body: { password: { username: "ann", password: "wrong" } } });
    }
    expect((await on("GET", "/v1/user/ann")).body).toMatchObject({ user: { blocked_for_failed_login: true } });
    await on("POST", "/v1/user/ann/password", password(good));
    expect((await on("GET", "/v1/user/ann")).body).toMatchObject({ user: { blocked_for_failed_login: false } });
    await expect(
      on("POST", "/v1/user/ann/password", { config: { fullname: "ann", clear_failed_login: true } }),
    ).rejects.toThrow("connection dropped");
    expect(await on("POST", "/v1/user/bob/password", password(good))).toMatchObject({ status: 400, body: { code: 6 } });
  });

  it("deletes a user with its sessions, and never the built-in admin", async () => {
    const { controller, create, on } = await start();
    await create({});
    const ann = await controller.logIn({ username: "ann", password: good });
    expect((await on("DELETE", "/v1/user/ann")).status).toBe(200);
    expect((await on("GET", "/v1/selfuser", undefined, ann)).status).toBe(401);
    expect(await on("GET", "/v1/user/ann")).toMatchObject({ status: 404, body: { code: 7 } });
    expect(await on("DELETE", "/v1/user/ann")).toMatchObject({ status: 404, body: { code: 7 } });
    expect(await on("DELETE", "/v1/user/admin")).toMatchObject({ status: 403, body: { code: 4 } });
  });

  it("knows federal roles on a master, for a fedAdmin alone", async () => {
    const { controller, create, token } = await start();
    await create({ fullname: "plain", role: "admin" });
    await controller.request("POST", "/v1/fed/promote", {
      token,
      body: { name: "primary", master_rest_info: { server: "primary", port: 11443 } },
    });
    const fedAdmin = await controller.logIn();
    expect((await create({ role: "fedAdmin" }, fedAdmin)).status).toBe(200);
    const plain = await controller.logIn({ username: "plain", password: good });
    expect(await create({ fullname: "bob", role: "fedReader" }, plain)).toMatchObject({
      status: 403,
      body: { code: 25 },
    });
  });
});
