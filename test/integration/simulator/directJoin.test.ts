import { afterEach, describe, expect, it } from "vitest";
import type { Reply } from "../../simulator/src/controllerHandle";
import type { SimulatedController } from "../../simulator/src/startController";
import { startController } from "../../simulator/src/startController";
import { startFederation } from "../../simulator/src/startFederation";
import type { FederationOptions } from "../../simulator/src/startFederation";

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((controllers) => controllers.close()));
});

interface OneSite {
  readonly master: SimulatedController;
  readonly site: SimulatedController;
}

async function start(options: FederationOptions = {}): Promise<OneSite> {
  const timings = { cleanupMs: 60_000, probePauseMs: 5 };
  const federation = await startFederation({ timings, acceptDirectJoin: true, ...options });
  open.push(federation);
  const [site] = federation.sites;
  if (!site) throw new Error("started without a site");
  return { master: federation.master, site };
}

function joinAtMaster({ master, site }: OneSite, body: object = {}, token?: string): Promise<Reply> {
  const defaults = { name: "edge-1", join_token: master.joinToken(), joint_rest_info: site.rest };
  return master.request("POST", "/v1/fed/join", {
    body: { ...defaults, ...body },
    ...(token !== undefined && { token }),
  });
}

describe("a master that accepts joins sent to it", () => {
  it("joins the site on the strength of the token alone", async () => {
    const both = await start();
    const answer = await joinAtMaster(both);
    expect([answer.status, answer.text]).toEqual([200, ""]);
    const { master, site } = both;
    await site.pollNow();
    expect(site).toMatchObject({ role: "joint", clusterName: "edge-1", membership: { status: "joined" } });
    expect(master.members()).toEqual([{ id: site.membership?.id, name: "edge-1", status: "synced", rest: site.rest }]);
    expect(master.requests.filter(({ path }) => path === "/v1/fed/join")).toMatchObject([{ credential: "none" }]);
  });

  it("lets the site leave like any other member", async () => {
    const both = await start();
    await joinAtMaster(both);
    const token = await both.site.logIn();
    expect((await both.site.request("POST", "/v1/fed/leave", { token, body: {} })).status).toBe(200);
    expect(both.master.members()).toEqual([]);
  });

  it("checks a session that is sent though none is needed", async () => {
    const both = await start();
    expect(await joinAtMaster(both, {}, "stale")).toMatchObject({ status: 401, body: { code: 3 } });
    expect((await joinAtMaster(both, {}, await both.master.logIn())).status).toBe(200);
  });

  it("demands a session when it is told to", async () => {
    const both = await start({ acceptDirectJoin: "withSession" });
    expect(await joinAtMaster(both)).toMatchObject({ status: 401, body: { code: 3 } });
    expect((await joinAtMaster(both, {}, await both.master.logIn())).status).toBe(200);
  });

  it.each([
    ["no name", { name: "" }],
    ["no token", { join_token: "" }],
    ["a token that is no base64", { join_token: "???" }],
    ["no address", { joint_rest_info: null }],
    ["no port", { joint_rest_info: { server: "127.0.0.1", port: 0 } }],
    ["a port that is a string", { joint_rest_info: { server: "127.0.0.1", port: "1" } }],
  ])("answers 400/6 to %s", async (_, body) => {
    expect(await joinAtMaster(await start(), body)).toMatchObject({ status: 400, body: { code: 6 } });
  });

  it("answers 417/39 to the token of another master, with its reason", async () => {
    const both = await start();
    const stranger = await startController({ role: "master" });
    open.push(stranger);
    const answer = await joinAtMaster(both, { join_token: stranger.joinToken() });
    expect(answer).toMatchObject({ status: 417, body: { code: 39, error: "Federation operation failed" } });
  });

  it("answers 409/41 to a taken name", async () => {
    const both = await start();
    expect(await joinAtMaster(both, { name: "primary" })).toMatchObject({ status: 409, body: { code: 41 } });
  });

  it("answers 400/40 when the site does not answer", async () => {
    const both = await start();
    await both.site.goOffline();
    expect(await joinAtMaster(both)).toMatchObject({ status: 400, body: { code: 40 } });
    await both.site.goOnline();
    expect((await joinAtMaster(both)).status).toBe(200);
  });

  it("passes the site's clean-up on and keeps no entry", async () => {
    const both = await start();
    await joinAtMaster(both);
    await both.master.kick("edge-1");
    expect(await joinAtMaster(both)).toMatchObject({
      status: 400,
      body: { code: 4, message: "Federate rules cleanup is still ongoing. Please try again later." },
    });
    expect(both.master.members()).toEqual([]);
  });

  it("can lose the answer after the effect", async () => {
    const both = await start();
    both.master.faults.add({ match: { method: "POST", path: "/v1/fed/join" }, what: "reset-after-effect" });
    await expect(joinAtMaster(both)).rejects.toThrow("socket hang up");
    expect(both.site.role).toBe("joint");
    expect(await joinAtMaster(both)).toMatchObject({ status: 409, body: { code: 41 } });
  });
});

describe("a stock master", () => {
  it("answers 400/4 to a join sent to it", async () => {
    const both = await start({ acceptDirectJoin: false });
    expect(await joinAtMaster(both, {}, await both.master.logIn())).toMatchObject({ status: 400, body: { code: 4 } });
    expect(both.site.role).toBe("");
  });
});
