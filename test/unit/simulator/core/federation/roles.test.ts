import { describe, expect, it } from "vitest";
import type { Role } from "../../../../simulator/src/core/permissions";
import { createVirtualNetwork } from "../../../../simulator/src/virtualNetwork";

const users = (["admin", "reader", "ciops"] as const).map((role: Role) => ({
  username: role,
  password: "admin",
  role,
}));

describe("promotion", () => {
  it("makes admin and the caller fedAdmin and ends their sessions, and demotion reverts it", async () => {
    const { addController } = createVirtualNetwork();
    const controller = addController({ users: [...users, { username: "ops", password: "admin", role: "admin" }] });
    const [admin, ops, reader] = [
      await controller.logIn(),
      await controller.logIn({ username: "ops", password: "admin" }),
      await controller.logIn({ username: "reader", password: "admin" }),
    ];
    const body = { name: "primary", master_rest_info: controller.federationAddress };
    const answer = await controller.request("POST", "/v1/fed/promote", { token: ops, body });
    expect(answer).toMatchObject({ status: 200, body: { fed_role: "master", master_cluster: { name: "" } } });
    const member = async (token: string) => (await controller.request("GET", "/v1/fed/member", { token })).status;
    expect([await member(admin), await member(ops), await member(reader)]).toEqual([401, 401, 200]);
    const roles = () => [...controller.state.users.values()].map(({ role }) => role);
    expect(roles()).toEqual(["fedAdmin", "reader", "ciops", "fedAdmin"]);

    const again = await controller.logIn();
    expect(await controller.request("POST", "/v1/fed/demote", { token: again })).toMatchObject({ status: 200 });
    expect(roles()).toEqual(["admin", "reader", "ciops", "admin"]);
    expect([await member(again), await member(reader)]).toEqual([401, 200]);
    expect(controller.state.localRest).toEqual(controller.federationAddress);
  });

  it("by an API key leaves the key an admin, which may not mint tokens", async () => {
    const controller = createVirtualNetwork().addController({
      apiKeys: [{ name: "key", secret: "s3cret", role: "admin" }],
    });
    const apiKey = "key:s3cret";
    const body = { master_rest_info: controller.federationAddress };
    expect(await controller.request("POST", "/v1/fed/promote", { apiKey, body })).toMatchObject({ status: 200 });
    expect(await controller.request("GET", "/v1/fed/join_token", { apiKey })).toMatchObject({ status: 403 });
    expect(await controller.request("GET", "/v1/fed/join_token", { token: await controller.logIn() })).toMatchObject({
      status: 200,
    });
  });
});

describe("the cluster name", () => {
  it("can be changed outside a federation only", async () => {
    const controller = createVirtualNetwork().addController();
    const token = await controller.logIn();
    const rename = (name: string, session = token) =>
      controller.request("PATCH", "/v1/system/config", { token: session, body: { config: { cluster_name: name } } });
    expect(await rename("edge-1")).toMatchObject({ status: 200 });
    expect(controller.state.clusterName).toBe("edge-1");
    await controller.promote({ rest: controller.federationAddress });
    expect(await rename("edge-2", await controller.logIn())).toMatchObject({
      status: 400,
      body: { code: 4, message: "cluster name cannot be changed when in the federation" },
    });
  });
});

describe("a handler that is not there", () => {
  it.each([
    ["GET", "/v1/nosuch", 404, 1],
    ["HEAD", "/v1/eula", 405, 2],
    ["PUT", "/v1/auth", 405, 2],
  ])("%s %s is %i/%i", async (method, path, status, code) => {
    expect(await createVirtualNetwork().addController().request(method, path)).toMatchObject({
      status,
      body: { code },
    });
  });
});
