import { afterEach, describe, expect, it } from "vitest";
import type { Reply } from "../../simulator/src/controllerHandle";
import { createTestCa } from "../../simulator/src/certificates";
import type { SimulatedController } from "../../simulator/src/startController";
import { startController } from "../../simulator/src/startController";
import { startFederation } from "../../simulator/src/startFederation";
import type { FederationOptions, SimulatedFederation } from "../../simulator/src/startFederation";

const quick = { cleanupMs: 60_000, probePauseMs: 5 };
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((controllers) => controllers.close()));
});

interface OneSite extends SimulatedFederation {
  readonly site: SimulatedController;
  /** Session of the site's admin. */
  readonly token: string;
}

async function start(options: FederationOptions = {}): Promise<OneSite> {
  const federation = await startFederation({ timings: quick, ...options });
  open.push(federation);
  const [site] = federation.sites;
  if (!site) throw new Error("started without a site");
  return { ...federation, site, token: await site.logIn() };
}

interface JoinBody {
  readonly name?: string;
  readonly join_token?: string;
  readonly server?: string;
  readonly port?: number;
  readonly joint_rest_info?: { readonly server: string; readonly port: number };
}

function join({ site, master, token }: OneSite, body: JoinBody = {}): Promise<Reply> {
  const defaults = { name: "edge-1", join_token: master.joinToken(), joint_rest_info: site.rest };
  return site.request("POST", "/v1/fed/join", { token, body: { ...defaults, ...body } });
}

const joins = ({ requests }: SimulatedController) => requests.filter(({ path }) => path === "/v1/fed/join_internal");

describe("a join sent to the joining controller", () => {
  it("makes it a member on both sides, with an empty 200 answer", async () => {
    const federation = await start();
    const answer = await join(federation);
    expect([answer.status, answer.text]).toEqual([200, ""]);
    const { site, master, token } = federation;
    await site.pollNow();
    expect(site.role).toBe("joint");
    expect(master.members()).toEqual([{ id: site.membership?.id, name: "edge-1", status: "synced", rest: site.rest }]);
    expect((await site.request("GET", "/v1/fed/member", { token })).body).toMatchObject({
      fed_role: "joint",
      master_cluster: { name: "primary", status: "connected", rest_info: master.federation },
      joint_clusters: [{ id: site.membership?.id, name: "edge-1", status: "joined" }],
    });
  });

  it("takes the cluster's own name when none is given, so a second unnamed site clashes", async () => {
    const federation = await start({ sites: 2 });
    expect((await join(federation, { name: "" })).status).toBe(200);
    expect(federation.master.members()).toMatchObject([{ name: "cluster.local" }]);
    const [, second] = federation.sites;
    if (!second) throw new Error("no second site");
    const clash = await join({ ...federation, site: second, token: await second.logIn() }, { name: "" });
    expect(clash).toMatchObject({ status: 409, body: { code: 41 } });
  });

  it.each([["edge-1"], ["primary"]])("answers 409/41 to the taken name %s and stays renamed", async (name) => {
    const federation = await start({ sites: 2 });
    await join(federation);
    const [, second] = federation.sites;
    if (!second) throw new Error("no second site");
    const token = await second.logIn();
    expect(await join({ ...federation, site: second, token }, { name })).toMatchObject({
      status: 409,
      body: { code: 41, message: "Another cluster with the same name already exists in the federation" },
    });
    expect((await second.request("GET", "/v1/system/config", { token })).body).toMatchObject({
      config: { cluster_name: name },
    });
  });

  it("relays 404/1 when it is pointed at the master's REST port", async () => {
    const federation = await start();
    const answer = await join(federation, federation.master.rest);
    expect(answer).toMatchObject({ status: 404, body: { code: 1, message: "URL not found" } });
  });

  it("names the refused connection when the master is not there", async () => {
    const federation = await start();
    const { server, port } = federation.master.federationAddress;
    await federation.master.goOffline();
    expect(await join(federation)).toMatchObject({
      status: 500,
      body: { code: 39, message: `dial tcp ${server}:${port}: connect: connection refused` },
    });
  });

  it("is 400/40 when nothing answers at the joint address, after two attempts", async () => {
    const federation = await start();
    const nowhere = await startController();
    await nowhere.close();
    expect(await join(federation, { joint_rest_info: nowhere.rest })).toMatchObject({
      status: 400,
      body: { code: 40 },
    });
    expect(federation.master.members()).toEqual([]);
  });

  it("is 400/40 when the joint address belongs to a cluster that is already joint", async () => {
    const federation = await start({ sites: 2 });
    await join(federation);
    const [, second] = federation.sites;
    if (!second) throw new Error("no second site");
    const answer = await join(
      { ...federation, site: second, token: await second.logIn() },
      { name: "edge-2", joint_rest_info: federation.site.rest },
    );
    expect(answer).toMatchObject({ status: 400, body: { code: 40 } });
  });

  it("is 400/4 at a master, whose address it does not contact", async () => {
    const federation = await start();
    const { master } = federation;
    const answer = await join({ ...federation, site: master, token: await master.logIn() });
    expect(answer).toMatchObject({ status: 400, body: { code: 4, message: "Operation not allowed" } });
    expect(joins(master)).toEqual([]);
  });
});

describe("a lost answer", () => {
  it("of join_internal leaves an orphan, which blocks the retry until it is removed", async () => {
    const federation = await start();
    const { master, site } = federation;
    master.faults.add({ match: { method: "POST", path: "/v1/fed/join_internal" }, what: "reset-after-effect" });
    expect(await join(federation)).toMatchObject({ status: 500, body: { code: 39, message: "EOF" } });
    expect(site.role).toBe("");
    expect(joins(master)).toMatchObject([{ status: "dropped", listener: "federation" }]);
    expect(await join(federation)).toMatchObject({ status: 409, body: { code: 41 } });
    await master.pingNow();
    expect(master.members()).toMatchObject([{ name: "edge-1", status: "left" }]);
    await master.kick("edge-1");
    expect((await join(federation)).status).toBe(200);
  });

  it("of the join itself leaves a good membership behind a broken connection", async () => {
    const federation = await start();
    const { master, site } = federation;
    site.faults.add({ match: { method: "POST", path: "/v1/fed/join" }, what: "reset-after-effect", times: 1 });
    await expect(join(federation)).rejects.toThrow("socket hang up");
    expect(site.role).toBe("joint");
    expect(master.members()).toMatchObject([{ name: "edge-1" }]);
    expect(await join(federation)).toMatchObject({ status: 400, body: { code: 4 } });
  });

  it("can be asked for by the pattern of the path", async () => {
    const federation = await start();
    const { master, site } = federation;
    await join(federation);
    const token = await master.logIn();
    master.faults.add({ match: { method: "DELETE", path: "/v1/fed/cluster/:id" }, what: "reset-after-effect" });
    const path = `/v1/fed/cluster/${site.membership?.id ?? ""}`;
    await expect(master.request("DELETE", path, { token })).rejects.toThrow("socket hang up");
    expect(master.members()).toEqual([]);
  });
});

describe("the end of a membership", () => {
  it("by leave removes the entry and opens the clean-up window", async () => {
    const federation = await start();
    const { master, site, token } = federation;
    await join(federation);
    const answer = await site.request("POST", "/v1/fed/leave", { token, body: {} });
    expect([answer.status, answer.text]).toEqual([200, ""]);
    expect([site.role, master.members()]).toEqual(["", []]);
    expect(await join(federation)).toMatchObject({
      status: 400,
      body: { code: 4, message: "Federate rules cleanup is still ongoing. Please try again later." },
    });
    expect((await site.request("GET", "/v1/fed/member", { token })).body).toEqual({
      fed_role: "",
      local_rest_info: site.rest,
      joint_clusters: null,
      use_proxy: "",
      deploy_repo_scan_data: false,
    });
  });

  it("by DELETE tells the member, which then stands alone", async () => {
    const federation = await start();
    const { master, site } = federation;
    await join(federation);
    const answer = await master.request("DELETE", `/v1/fed/cluster/${site.membership?.id ?? ""}`, {
      token: await master.logIn(),
    });
    expect([answer.status, answer.text]).toEqual([200, ""]);
    expect([site.role, master.members()]).toEqual(["", []]);
  });

  it("by DELETE with an API key does not reach the member, which stays joint and finds out at its next poll", async () => {
    const master = await startController({
      role: "master",
      name: "primary",
      timings: quick,
      certificate: { ca: await createTestCa() },
      apiKeys: [{ name: "ops", secret: "s3cret", role: "fedAdmin" }],
    });
    open.push(master);
    const federation = { ...(await start()), master };
    const { site, token } = federation;
    expect((await join(federation)).status).toBe(200);
    const path = `/v1/fed/cluster/${site.membership?.id ?? ""}`;
    expect((await master.request("DELETE", path, { apiKey: "ops:s3cret" })).status).toBe(200);
    expect(master.members()).toEqual([]);
    expect(site.role).toBe("joint");
    await site.pollNow();
    expect([site.role, site.membership?.status]).toEqual(["joint", "kicked"]);
    expect(await site.request("POST", "/v1/fed/leave", { token, body: {} })).toMatchObject({
      status: 500,
      body: { code: 39, message: "404 Not Found" },
    });
    expect((await site.request("POST", "/v1/fed/leave", { token, body: { force: true } })).status).toBe(200);
    expect(site.role).toBe("");
  });

  it("by kick without telling it is the same", async () => {
    const federation = await start();
    const { master, site } = federation;
    await join(federation);
    await master.kick("edge-1", { tell: false });
    await site.pollNow();
    expect([site.role, site.membership?.status]).toEqual(["joint", "kicked"]);
  });

  it("by demotion dismisses the members it can reach and closes the federation listener", async () => {
    const federation = await start({ sites: 2 });
    const { master, site } = federation;
    await join(federation);
    const [, away] = federation.sites;
    if (!away) throw new Error("no second site");
    await join({ ...federation, site: away, token: await away.logIn() }, { name: "edge-2" });
    await away.goOffline();
    const token = await master.logIn();
    expect((await master.request("POST", "/v1/fed/demote", { token })).status).toBe(200);
    expect([master.role, master.federation, site.role, away.role]).toEqual(["", undefined, "", "joint"]);
    await expect(master.request("GET", "/v1/fed/healthcheck", { to: "federation" })).rejects.toThrow("ECONNREFUSED");
    expect((await master.request("GET", "/v1/fed/member", { token })).status).toBe(401);
  });
});
