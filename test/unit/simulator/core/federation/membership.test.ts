import { describe, expect, it, test } from "vitest";
import { slowTimings } from "../../../../simulator/src/core/options";
import { at, requestsOf } from "../../../../support/federation";
import { createFederation, minuteMs, stillCleaning } from "../../createFederation";

describe("the first minutes of a membership", () => {
  it("go from joined to synced in the master's view, and to joined and connected in the site's, after two polls", async () => {
    const { clock, master, site, join, statuses, ownStatuses } = await createFederation();
    expect(await join()).toMatchObject({ status: 200, text: "" });
    expect([statuses(), ownStatuses()]).toEqual([["joined"], ["", ""]]);
    await clock.advance(0);
    expect([statuses(), ownStatuses()]).toEqual([["synced"], ["joined", "connected"]]);
    expect(master.members()).toEqual([{ id: site.membership?.id, name: "edge-1", status: "synced", rest: site.rest }]);
    expect(requestsOf(master, "POST", "/v1/fed/poll_internal")).toHaveLength(2);
  });

  it("bring one poll and one ping a minute", async () => {
    const { clock, master, site, join } = await createFederation();
    await join();
    await clock.advance(5 * minuteMs);
    expect(requestsOf(master, "POST", "/v1/fed/poll_internal")).toHaveLength(2 + 5);
    expect(requestsOf(site, "POST", "/v1/fed/ping_internal")).toHaveLength(5);
  });
});

describe("when the path to a member breaks", () => {
  it("the master sees it disconnected after three ping rounds and connected once it answers again", async () => {
    const { clock, network, master, site, join, statuses, ownStatuses } = await createFederation();
    await join();
    await clock.advance(0);
    network.setConnectivity(site.rest, "refused");
    network.setConnectivity(master.federationAddress, "refused");
    await clock.advance(2 * minuteMs + 30_000);
    expect([statuses(), ownStatuses()]).toEqual([["synced"], ["joined", "disconnected"]]);
    await clock.advance(minuteMs);
    expect(statuses()).toEqual(["disconnected"]);
    network.setConnectivity(site.rest, "open");
    await clock.advance(minuteMs);
    expect(statuses()).toEqual(["connected"]);
  });

  test("a frozen member neither answers pings nor polls: it is shown as disconnected until it goes on", async () => {
    const { clock, site, join, statuses } = await createFederation({ timings: slowTimings });
    await join();
    site.freeze();
    await clock.advance(7 * 60_000);
    expect(statuses()).toEqual(["disconnected"]);
    site.resume();
    await clock.advance(2 * 60_000);
    expect(statuses()).toEqual(["synced"]);
  });

  it("a leave fails with the transport's words, and by force leaves an entry that turns to left once somebody looks", async () => {
    const { clock, network, master, site, join, leave } = await createFederation();
    await join();
    await clock.advance(0);
    network.setConnectivity(master.federationAddress, "refused");
    const message = "dial tcp c1.test:11443: connect: connection refused";
    expect(await leave()).toMatchObject({ status: 500, body: { code: 39, message } });
    expect(site.role).toBe("joint");
    expect(await leave(true)).toMatchObject({ status: 200 });
    expect(site.role).toBe("");
    const token = await master.logIn();
    const look = async () => (await master.request("GET", "/v1/fed/member", { token })).body;
    expect(await look()).toMatchObject({ joint_clusters: [{ status: "synced" }] });
    await clock.advance(1_000);
    expect(await look()).toMatchObject({ joint_clusters: [{ status: "left" }] });
  });
});

describe("a new member of a master before 5.6", () => {
  const siteOptions = { productVersion: "5.5.9" };
  const old = { masterOptions: siteOptions, siteOptions };

  it("is pending until its first poll", async () => {
    const { clock, site, join, statuses } = await createFederation(old);
    await join();
    expect(statuses()).toEqual(["pending"]);
    expect(requestsOf(site, "POST", "/v1/fed/ping_internal")).toMatchObject([{ status: 410 }]);
    await clock.advance(0);
    expect(statuses()).toEqual(["synced"]);
  });

  it("stays pending while it cannot poll, whether or not pings succeed", async () => {
    const { clock, network, master, site, join, statuses } = await createFederation(old);
    await join();
    network.setConnectivity(master.federationAddress, "refused");
    network.setConnectivity(site.rest, "refused");
    await clock.advance(5 * minuteMs);
    network.setConnectivity(site.rest, "open");
    site.faults.add({ match: { method: "POST", path: "/v1/fed/ping_internal" }, what: "status", status: 410 });
    await clock.advance(minuteMs);
    expect(statuses()).toEqual(["pending"]);
    network.setConnectivity(master.federationAddress, "open");
    await site.pollNow();
    expect(statuses()).toEqual(["synced"]);
  });
});

describe("the clean-up after leaving", () => {
  it("refuses join and promote, before authentication, until it is over", async () => {
    const { clock, site, join, leave } = await createFederation();
    await join();
    await leave();
    expect(await join()).toMatchObject(stillCleaning);
    expect(await site.request("POST", "/v1/fed/promote")).toMatchObject(stillCleaning);
    await clock.advance(2_000);
    expect(await site.request("POST", "/v1/fed/promote")).toMatchObject({ status: 401 });
    expect(await join()).toMatchObject({ status: 200 });
  });

  it("is given up after 5 minutes however long it takes", async () => {
    const { clock, site, join, leave } = await createFederation({ timings: { cleanupMs: 60 * minuteMs } });
    await join();
    await leave();
    await clock.advance(5 * minuteMs - 1);
    expect(await site.request("POST", "/v1/fed/join")).toMatchObject(stillCleaning);
    await clock.advance(1);
    expect(await site.request("POST", "/v1/fed/join")).toMatchObject({ status: 401 });
  });
});

describe("a slow master", () => {
  test("takes a second for a leave, in which the site says joint", async () => {
    const { clock, site, join, leave } = await createFederation({ timings: slowTimings });
    await join();
    const left = leave();
    await clock.advance(900);
    expect(site.role).toBe("joint");
    await clock.advance(100);
    expect(await left).toMatchObject({ status: 200 });
    expect(site.role).toBe("");
  });

  test("that kicks a silent member is held for 11 s: another site's leave is 500/39, and works all the same", async () => {
    const { clock, network, master, sites, join, leave, names } = await createFederation({
      sites: 2,
      timings: slowTimings,
    });
    const [silent, other] = [at(sites, 0), at(sites, 1)];
    await join();
    await join({ name: "edge-2" }, other);
    network.setConnectivity(silent.rest, "silent");
    const kicked = master.kick("edge-1");
    await clock.advance(0);
    expect(await clock.advanceUntil(leave(false, other))).toMatchObject({ status: 500, body: { code: 39 } });
    expect(names()).toEqual(["edge-1", "edge-2"]);
    await clock.advanceUntil(kicked);
    await clock.advance(1_000);
    expect([names(), other.role]).toEqual([[], "joint"]);
  });

  test("that is frozen makes a forced leave take 10 s, and keeps no entry once it goes on", async () => {
    const { clock, master, join, leave, names } = await createFederation({ timings: slowTimings });
    await join();
    master.freeze();
    const startMs = clock.now();
    expect(await clock.advanceUntil(leave(true))).toMatchObject({ status: 200 });
    expect(clock.now() - startMs).toBe(10_000);
    master.resume();
    await clock.advance(1_000);
    expect(names()).toEqual([]);
  });
});

describe("the end of a membership", () => {
  it.each([
    ["an API key", "ops:s3cret"],
    ["a kick without telling the member", undefined],
  ])("by %s does not reach the member, which finds out at its next poll and leaves by force", async (_, apiKey) => {
    const apiKeys = [{ name: "ops", secret: "s3cret", role: "fedAdmin" as const }];
    const { master, site, join, leave, names } = await createFederation({ masterOptions: { apiKeys } });
    await join();
    if (apiKey === undefined) await master.kick("edge-1", { tell: false });
    else await master.request("DELETE", `/v1/fed/cluster/${site.membership?.id ?? ""}`, { apiKey });
    expect([names(), site.role]).toEqual([[], "joint"]);
    await site.pollNow();
    expect([site.role, site.membership?.status]).toEqual(["joint", "kicked"]);
    expect(await leave()).toMatchObject({ status: 500, body: { code: 39, message: "404 Not Found" } });
    expect((await leave(true)).status).toBe(200);
    expect(site.role).toBe("");
  });

  it("by demotion dismisses the members it can reach, ends federal roles and their sessions, and keeps the address", async () => {
    const { network, master, sites, join } = await createFederation({ sites: 2 });
    const away = at(sites, 1);
    await join();
    await join({ name: "edge-2" }, away);
    network.setConnectivity(away.rest, "refused");
    const token = await master.logIn();
    expect((await master.request("POST", "/v1/fed/demote", { token })).status).toBe(200);
    expect([master.role, master.federation, ...sites.map(({ role }) => role)]).toEqual(["", undefined, "", "joint"]);
    expect((await master.request("GET", "/v1/fed/member", { token })).status).toBe(401);
    expect(master.state.localRest).toEqual(master.federationAddress);
    expect(master.users.get("admin")?.role).toBe("admin");
  });
});

test("promotion makes admin and the caller fedAdmin and ends their sessions alone", async () => {
  const { network } = await createFederation();
  const accounts = (["admin", "ops", "reader"] as const).map((username) => ({
    username,
    password: "admin",
    role: username === "reader" ? ("reader" as const) : ("admin" as const),
  }));
  const controller = network.addController({ users: accounts });
  const tokens: string[] = [];
  for (const account of accounts) tokens.push(await controller.logIn(account));
  const body = { name: "primary", master_rest_info: controller.federationAddress };
  await controller.request("POST", "/v1/fed/promote", { token: at(tokens, 1), body });
  expect([...controller.users.values()].map(({ role }) => role)).toEqual(["fedAdmin", "fedAdmin", "reader"]);
  const statuses: number[] = [];
  for (const token of tokens) statuses.push((await controller.request("GET", "/v1/fed/member", { token })).status);
  expect(statuses).toEqual([401, 401, 200]);
});
