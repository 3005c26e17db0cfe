import { describe, expect, it, test } from "vitest";
import type { PartialControllerOptions } from "../../../../simulator/src/core/options";
import { at } from "../../../../support/federation";
import { createFederation, minuteMs, timedOut } from "../../createFederation";

const nameIsTaken = { status: 409, body: { code: 41 } };
const badToken = { status: 417, body: { code: 39, message: "Federation operation failed" } };

describe("a joint address that swallows the probe", () => {
  it("is 500/39 after 10 s at the site, while the master goes on for 24 s and a second site times out behind it", async () => {
    const { clock, network, sites, join, names, statuses, master } = await createFederation({ sites: 2 });
    const hole = { server: "hole.test", port: 1 };
    network.setConnectivity(hole, "silent");
    expect(await clock.advanceUntil(join({ joint_rest_info: hole }))).toMatchObject(timedOut);
    const other = at(sites, 1);
    expect(await clock.advanceUntil(join({ name: "edge-2" }, other))).toMatchObject(timedOut);
    expect(names()).toEqual([]);
    await clock.advance(4_000);
    expect([names(), statuses(), other.role]).toEqual([["edge-2"], ["joined"], ""]);
    expect(await join({ name: "edge-2" }, other)).toMatchObject(nameIsTaken);
    await master.pingNow();
    expect(statuses()).toEqual(["left"]);
  });

  it("refuses calls that wait for the lock more than 20 s with 500/19, anonymous ones too", async () => {
    const { clock, network, master, site, join } = await createFederation({ timings: { callTimeoutMs: 30_000 } });
    network.setConnectivity(master.federationAddress, "silent");
    const first = join();
    await clock.advance(0);
    const anonymous = site.request("POST", "/v1/fed/leave", { body: {} });
    await clock.advance(20_000);
    const message = "Unable to acquire lock after 20s";
    expect(await anonymous).toMatchObject({ status: 500, body: { code: 19, message } });
    expect(await clock.advanceUntil(first)).toMatchObject(timedOut);
  });
});

describe("ten joins of one master", () => {
  const probeMs = 6_000;
  const atSites = Array.from({ length: 10 }, (_, index) => `edge-${index}`);

  /** Each site takes its time to answer the master's probe. */
  async function createSlowSites() {
    const federation = await createFederation({ sites: 10 });
    for (const { faults } of federation.sites) {
      faults.add({ match: { method: "POST", path: "/v1/fed/joint_test_internal" }, what: "delay", ms: probeMs });
    }
    return federation;
  }

  test("at once leave stale entries of sites that were told 500/39", async () => {
    const { clock, master, sites, join, names, statuses } = await createSlowSites();
    const joins = Promise.all(sites.map((site, index) => join({ name: at(atSites, index) }, site)));
    await clock.advance(minuteMs / 2);
    const [first, ...others] = await joins;
    expect(first).toMatchObject({ status: 200 });
    for (const other of others) expect(other).toMatchObject({ status: 500, body: { code: 39 } });
    expect(sites.map(({ role }) => role)).toEqual(["joint", ...others.map(() => "")]);
    // Each probe takes 6 s under the lock: three more joins get it in time (6, 12 and 18 s) and are accepted when their
    // sites have given up (10 s); the others have waited too long (20 s).
    expect(names()).toEqual(atSites.slice(0, 4));
    const refused = master.requests.filter(({ path, status }) => path === "/v1/fed/join_internal" && status === 500);
    expect(refused).toHaveLength(6);
    await master.pingNow();
    expect(statuses()).toEqual(["synced", "left", "left", "left"]);
  });

  test("one after the other all succeed", async () => {
    const { clock, sites, join, names } = await createSlowSites();
    for (const [index, site] of sites.entries()) {
      expect(await clock.advanceUntil(join({ name: at(atSites, index) }, site))).toMatchObject({ status: 200 });
    }
    expect(names()).toEqual(atSites);
  });
});

describe("a lost answer", () => {
  it("of join_internal leaves a stale entry, which blocks the retry until it is removed", async () => {
    const { master, site, join, statuses } = await createFederation();
    master.faults.add({ match: { method: "POST", path: "/v1/fed/join_internal" }, what: "reset-after-effect" });
    expect(await join()).toMatchObject({ status: 500, body: { code: 39, message: "EOF" } });
    expect(site.role).toBe("");
    expect(await join()).toMatchObject(nameIsTaken);
    await master.pingNow();
    expect(statuses()).toEqual(["left"]);
    await master.kick("edge-1");
    expect((await join()).status).toBe(200);
  });

  it("of the join itself leaves a good membership behind a broken connection", async () => {
    const { site, join, names } = await createFederation();
    site.faults.add({ match: { method: "POST", path: "/v1/fed/join" }, what: "reset-after-effect" });
    await expect(join()).rejects.toThrow("connection dropped");
    expect([site.role, names()]).toEqual(["joint", ["edge-1"]]);
  });
});

describe("a join token", () => {
  it("that has expired is 417/39", async () => {
    const { clock, master, join } = await createFederation();
    const token = master.joinToken(1);
    await clock.advance(minuteMs);
    expect(await join({ join_token: token })).toMatchObject(badToken);
  });
});

describe("a site of another version", () => {
  const tooOld = { status: 426, body: { code: 43, message: "Version of managed cluster is too old" } };
  const tooNew = { status: 426, body: { code: 42, message: "Version of primary cluster is too old" } };

  it.each<[PartialControllerOptions, PartialControllerOptions, object]>([
    [{}, { fedKvVersion: "94444768" }, tooOld],
    [{}, { fedKvVersion: "" }, tooOld],
    [{}, { fedKvVersion: "newer" }, tooNew],
    [{ productVersion: "5.6.0" }, { productVersion: "5.5.2" }, tooOld],
    [{ productVersion: "5.5.2" }, { productVersion: "5.6.0" }, tooNew],
  ])("at a master %j: %j is refused", async (masterOptions, siteOptions, answer) => {
    const { join, names } = await createFederation({ masterOptions, siteOptions });
    expect(await join()).toMatchObject(answer);
    expect(names()).toEqual([]);
  });
});
