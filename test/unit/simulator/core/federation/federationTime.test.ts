import { describe, expect, it } from "vitest";
import type { PartialControllerOptions } from "../../../../simulator/src/core/options";
import { createVirtualNetwork } from "../../../../simulator/src/virtualNetwork";
import type { ControllerHandle, Reply } from "../../../../simulator/src/controllerHandle";

const minuteMs = 60_000;

async function createFederation(siteOptions: PartialControllerOptions = {}) {
  const world = createVirtualNetwork();
  const master = world.addController({ name: "primary" });
  const site = world.addController(siteOptions);
  await master.promote({ rest: master.federationAddress });
  const token = await site.logIn();
  const join = (name = "edge-1", rest = site.rest, from = site, session = token): Promise<Reply> =>
    from.request("POST", "/v1/fed/join", {
      token: session,
      body: { name, join_token: master.joinToken(), joint_rest_info: rest },
    });
  const post = (path: string, body: object): Promise<Reply> => site.request("POST", path, { token, body });
  return { ...world, master, site, token, join, post };
}

function statusOf(site: ControllerHandle): string | undefined {
  const { federation } = site.state;
  return federation.role === "joint" ? federation.status : undefined;
}

function masterStatusAt(site: ControllerHandle): string | undefined {
  const { federation } = site.state;
  return federation.role === "joint" ? federation.master.status : undefined;
}

describe("the first minutes of a membership", () => {
  it("go from joined over out_of_sync to synced in the master's view, and to joined and connected in the site's", async () => {
    const { clock, master, site, join } = await createFederation();
    expect(await join()).toMatchObject({ status: 200, body: undefined });
    expect(master.members()).toMatchObject([{ name: "edge-1", status: "joined" }]);
    expect([statusOf(site), masterStatusAt(site)]).toEqual(["", ""]);
    await clock.advance(0);
    expect(master.members()).toMatchObject([{ status: "synced" }]);
    expect([statusOf(site), masterStatusAt(site)]).toEqual(["joined", "connected"]);
    const polls = master.requests.filter(({ path }) => path === "/v1/fed/poll_internal");
    expect(polls).toHaveLength(2);
  });

  it("bring one poll and one ping a minute", async () => {
    const { clock, master, site, join } = await createFederation();
    await join();
    await clock.advance(5 * minuteMs);
    const count = (controller: ControllerHandle, path: string) =>
      controller.requests.filter((request) => request.path === path).length;
    expect(count(master, "/v1/fed/poll_internal")).toBe(2 + 5);
    expect(count(site, "/v1/fed/ping_internal")).toBe(5);
  });
});

describe("when the path to a member breaks", () => {
  it("the master sees it disconnected after three ping rounds and connected once it answers again", async () => {
    const { clock, master, site, join, setConnectivity } = await createFederation();
    await join();
    await clock.advance(0);
    setConnectivity(site.rest, "refused");
    setConnectivity(master.federationAddress, "refused");
    await clock.advance(2 * minuteMs + 30_000);
    expect(master.members()).toMatchObject([{ status: "synced" }]);
    expect(masterStatusAt(site)).toBe("disconnected");
    await clock.advance(minuteMs);
    expect(master.members()).toMatchObject([{ status: "disconnected" }]);
    setConnectivity(site.rest, "open");
    await clock.advance(minuteMs);
    expect(master.members()).toMatchObject([{ status: "connected" }]);
  });

  it("a leave fails with the transport's words, and by force it succeeds and leaves an entry that turns to left", async () => {
    const { clock, master, site, join, post, setConnectivity } = await createFederation();
    await join();
    setConnectivity(master.federationAddress, "refused");
    expect(await post("/v1/fed/leave", {})).toMatchObject({
      status: 500,
      body: { code: 39, message: "dial tcp c1.test:11443: connect: connection refused" },
    });
    expect(site.state.federation.role).toBe("joint");
    expect(await post("/v1/fed/leave", { force: true })).toMatchObject({ status: 200 });
    expect(site.state.federation.role).toBe("");
    await clock.advance(minuteMs);
    expect(master.members()).toMatchObject([{ name: "edge-1", status: "left" }]);
  });
});

describe("a joint address that swallows the probe", () => {
  it("is 500/39 after 10 s at the site, while the master goes on for 24 s and a second site times out behind it", async () => {
    const { addController, clock, master, join, setConnectivity } = await createFederation();
    const other = addController();
    const otherToken = await other.logIn();
    const hole = { server: "hole.test", port: 1 };
    setConnectivity(hole, "silent");
    const timeout = {
      status: 500,
      body: { code: 39, message: "context deadline exceeded (Client.Timeout exceeded while awaiting headers)" },
    };
    const first = join("edge-1", hole);
    await clock.advance(10_000);
    expect(await first).toMatchObject(timeout);
    const second = join("edge-2", other.rest, other, otherToken);
    await clock.advance(10_000);
    expect(await second).toMatchObject(timeout);
    expect(master.members()).toEqual([]);
    await clock.advance(4_000);
    expect(master.members()).toMatchObject([{ name: "edge-2", status: "joined" }]);
    expect(other.state.federation.role).toBe("");
    expect(await join("edge-2", other.rest, other, otherToken)).toMatchObject({ status: 409, body: { code: 41 } });
    await master.pingNow();
    expect(master.members()).toMatchObject([{ name: "edge-2", status: "left" }]);
  });

  it("refuses calls that wait for the lock more than 20 s with 500/19, anonymous ones too", async () => {
    const { clock, site, join, setConnectivity, master } = await createFederation({
      timings: { callTimeoutMs: 30_000 },
    });
    setConnectivity(master.federationAddress, "silent");
    const first = join();
    await clock.advance(0);
    const anonymous = site.request("POST", "/v1/fed/leave", { body: {} });
    await clock.advance(20_000);
    expect(await anonymous).toMatchObject({
      status: 500,
      body: { code: 19, message: "Unable to acquire lock after 20s" },
    });
    await clock.advance(10_000);
    expect(await first).toMatchObject({ status: 500, body: { code: 39 } });
  });
});

describe("the clean-up after leaving", () => {
  it("refuses join and promote, before authentication, until it is over", async () => {
    const { clock, site, join, post } = await createFederation();
    await join();
    await post("/v1/fed/leave", {});
    const refusal = {
      status: 400,
      body: { code: 4, message: "Federate rules cleanup is still ongoing. Please try again later." },
    };
    expect(await join()).toMatchObject(refusal);
    expect(await site.request("POST", "/v1/fed/promote")).toMatchObject(refusal);
    await clock.advance(2_000);
    expect(await site.request("POST", "/v1/fed/promote")).toMatchObject({ status: 401 });
    expect(await join()).toMatchObject({ status: 200 });
  });

  it("is given up after 5 minutes however long it takes", async () => {
    const { clock, site, join, post } = await createFederation({
      timings: { cleanupMs: 60 * minuteMs },
    });
    await join();
    await post("/v1/fed/leave", {});
    await clock.advance(5 * minuteMs - 1);
    expect(await site.request("POST", "/v1/fed/join")).toMatchObject({ status: 400, body: { code: 4 } });
    await clock.advance(1);
    expect(await site.request("POST", "/v1/fed/join")).toMatchObject({ status: 401 });
  });
});

describe("an expired join token", () => {
  it("is 417/39", async () => {
    const { clock, master, site, token } = await createFederation();
    const body = { name: "edge-1", join_token: master.joinToken(1), joint_rest_info: site.rest };
    await clock.advance(minuteMs);
    expect(await site.request("POST", "/v1/fed/join", { token, body })).toMatchObject({
      status: 417,
      body: { code: 39, message: "Federation operation failed" },
    });
  });
});

describe("versions that do not fit", () => {
  it.each([
    ["94444768", 43, "Version of managed cluster is too old"],
    ["", 43, "Version of managed cluster is too old"],
    ["newer", 42, "Version of primary cluster is too old"],
  ])("a site of version %j is refused with 426/%i", async (fedKvVersion, code, message) => {
    const { join } = await createFederation({ fedKvVersion });
    expect(await join()).toMatchObject({ status: 426, body: { code, message } });
  });
});

describe("a cluster that comes back with the UID of its Kubernetes", () => {
  async function rejoin(returningUid: string) {
    const { addController, clock } = createVirtualNetwork();
    const master = addController({ name: "primary", allowSameK8sUidRejoin: true });
    await master.promote({ rest: master.federationAddress });
    const joinFrom = async (site: ControllerHandle) =>
      site.request("POST", "/v1/fed/join", {
        token: await site.logIn(),
        body: { name: "edge-1", join_token: master.joinToken(), joint_rest_info: site.rest },
      });
    await joinFrom(addController({ k8sUid: "uid-1" }));
    await clock.advance(0);
    return { answer: await joinFrom(addController({ k8sUid: returningUid })), members: master.members() };
  }

  it("replaces its old entry when the master allows it", async () => {
    const { answer, members } = await rejoin("uid-1");
    expect(answer.status).toBe(200);
    expect(members).toMatchObject([{ name: "edge-1", rest: { server: "c3.test" } }]);
  });

  it.each(["uid-2", ""])("is refused with the UID %j", async (uid) => {
    const { answer, members } = await rejoin(uid);
    expect(answer).toMatchObject({ status: 409, body: { code: 41 } });
    expect(members).toMatchObject([{ rest: { server: "c2.test" } }]);
  });
});
