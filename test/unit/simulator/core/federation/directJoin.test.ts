import { expect, it } from "vitest";
import type { FederationOptions } from "@fedjoin/simulator";
import { requestsOf } from "../../../../support/federation";
import { createFederation, stillCleaning } from "../../createFederation";

async function createDirectFederation(acceptDirectJoin: FederationOptions["acceptDirectJoin"] = true) {
  const federation = await createFederation({ acceptDirectJoin });
  const { master, site } = federation;
  const defaults = { name: "edge-1", join_token: master.joinToken(), joint_rest_info: site.rest };
  const joinAtMaster = (body: object = {}, token?: string) =>
    master.request("POST", "/v1/fed/join", { body: { ...defaults, ...body }, ...(token !== undefined && { token }) });
  return { ...federation, joinAtMaster };
}

it("a master joins the site on the strength of the token alone, and the site leaves like any other member", async () => {
  const { clock, master, site, joinAtMaster, leave } = await createDirectFederation();
  expect(await joinAtMaster()).toMatchObject({ status: 200, text: "" });
  await clock.advance(0);
  expect(site).toMatchObject({ role: "joint", clusterName: "edge-1", membership: { status: "joined" } });
  expect(master.members()).toEqual([{ id: site.membership?.id, name: "edge-1", status: "synced", rest: site.rest }]);
  expect(requestsOf(master, "POST", "/v1/fed/join")).toMatchObject([{ credential: "none" }]);
  expect((await leave()).status).toBe(200);
  expect(master.members()).toEqual([]);
});

it.each([
  ["checks a session that is sent though none is needed", true, "stale"],
  ["demands a session when it is told to", "withSession", undefined],
] as const)("a master %s", async (_, acceptDirectJoin, token) => {
  const { master, joinAtMaster } = await createDirectFederation(acceptDirectJoin);
  expect(await joinAtMaster({}, token)).toMatchObject({ status: 401, body: { code: 3 } });
  expect((await joinAtMaster({}, await master.logIn())).status).toBe(200);
});

it.each([
  [400, 6, "no name", { name: "" }],
  [400, 6, "no token", { join_token: "" }],
  [400, 6, "a token that is not base64", { join_token: "???" }],
  [400, 6, "no address", { joint_rest_info: null }],
  [400, 6, "no port", { joint_rest_info: { server: "c2.test", port: 0 } }],
  [400, 6, "a port that is a string", { joint_rest_info: { server: "c2.test", port: "1" } }],
  [409, 41, "a taken name", { name: "primary" }],
  [400, 40, "an address where nothing answers", { joint_rest_info: { server: "none.test", port: 1 } }],
])("a master answers %i/%i to %s", async (status, code, _, body) => {
  const { clock, joinAtMaster } = await createDirectFederation();
  expect(await clock.advanceUntil(joinAtMaster(body))).toMatchObject({ status, body: { code } });
});

it("a master answers 417/39 to the token of another master", async () => {
  const { network, joinAtMaster } = await createDirectFederation();
  const stranger = network.addController();
  await stranger.promote();
  expect(await joinAtMaster({ join_token: stranger.joinToken() })).toMatchObject({ status: 417, body: { code: 39 } });
});

it("a master passes the site's clean-up on and keeps no entry", async () => {
  const { master, joinAtMaster } = await createDirectFederation();
  await joinAtMaster();
  await master.kick("edge-1");
  expect(await joinAtMaster()).toMatchObject(stillCleaning);
  expect(master.members()).toEqual([]);
});

it("a stock master answers 400/4, and its site stays alone", async () => {
  const { master, site, joinAtMaster } = await createDirectFederation(false);
  expect(await joinAtMaster({}, await master.logIn())).toMatchObject({ status: 400, body: { code: 4 } });
  expect(site.role).toBe("");
});
