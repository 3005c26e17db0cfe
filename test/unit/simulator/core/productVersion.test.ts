import { describe, expect, it } from "vitest";
import type { PartialControllerOptions } from "../../../simulator/src/core/options";
import { traitsOf } from "../../../simulator/src/core/productVersion";
import { createVirtualNetwork } from "../../../simulator/src/virtualNetwork";

const minuteMs = 60_000;

async function createFederation(
  masterOptions: PartialControllerOptions,
  siteOptions: PartialControllerOptions = masterOptions,
) {
  const world = createVirtualNetwork();
  const master = world.addController({ name: "primary", ...masterOptions });
  const site = world.addController(siteOptions);
  await master.promote({ rest: master.federationAddress });
  const token = await site.logIn();
  const join = () =>
    site.request("POST", "/v1/fed/join", {
      token,
      body: { name: "edge-1", join_token: master.joinToken(), joint_rest_info: site.rest },
    });
  return { ...world, master, site, token, join };
}

describe("versions", () => {
  it.each([
    ["5.3", "28ea479c", "449EC339"],
    ["5.4.2", "28ea479c", "D6AD17D4"],
    ["5.4.4", "G7B5S135", "G7B5S135"],
    ["5.4.5", "94444768", "G7B5S135"],
    ["5.4.6", "94444768", "94444768"],
    ["5.5.9", "94444768", "94444768"],
    ["5.6.0", "BB38FD65", "BB38FD65"],
    ["5.10.1", "BB38FD65", "BB38FD65"],
  ])("%s speak %s and %s", (version, fedKvVersion, restVersion) => {
    expect(traitsOf(version)).toMatchObject({ fedKvVersion, restVersion });
  });

  it.each(["", "5", "v5.6.0", "5.6.0-rc1"])("%j is refused", (version) => {
    expect(() => traitsOf(version)).toThrow(`must look like 5.4.1, not "${version}"`);
  });

  it.each([
    ["5.6.0", "5.5.2", 43, "Version of managed cluster is too old"],
    ["5.5.2", "5.6.0", 42, "Version of primary cluster is too old"],
  ])("a master of %s refuses a site of %s with 426/%i", async (masters, sites, code, message) => {
    const { master, join } = await createFederation({ productVersion: masters }, { productVersion: sites });
    expect(await join()).toMatchObject({ status: 426, body: { code, message } });
    expect(master.members()).toEqual([]);
  });

  it("show in the summary", async () => {
    const { site, token } = await createFederation({ productVersion: "5.5.1" });
    const { body } = await site.request("GET", "/v1/system/summary", { token });
    expect(body).toMatchObject({ summary: { component_versions: ["v5.5.1"] } });
  });
});

describe("a new member of a master before 5.6", () => {
  const old = { productVersion: "5.5.9" };

  it("is pending until its first poll", async () => {
    const { clock, master, site, join } = await createFederation(old);
    await join();
    expect(master.members()).toMatchObject([{ status: "pending" }]);
    expect(site.requests.filter(({ path }) => path === "/v1/fed/ping_internal")).toMatchObject([{ status: 410 }]);
    await clock.advance(0);
    expect(master.members()).toMatchObject([{ status: "synced" }]);
  });

  it("stays pending while it cannot poll, whatever becomes of the pings", async () => {
    const { clock, master, site, join, setConnectivity } = await createFederation(old);
    await join();
    setConnectivity(master.federationAddress, "refused");
    setConnectivity(site.rest, "refused");
    await clock.advance(5 * minuteMs);
    setConnectivity(site.rest, "open");
    site.faults.add({ match: { method: "POST", path: "/v1/fed/ping_internal" }, what: "status", status: 410 });
    await clock.advance(minuteMs);
    expect(master.members()).toMatchObject([{ status: "pending" }]);
    setConnectivity(master.federationAddress, "open");
    await site.pollNow();
    expect(master.members()).toMatchObject([{ status: "synced" }]);
  });

  it("is joined from 5.6 on", async () => {
    const { master, site, join } = await createFederation({ productVersion: "5.6.0" });
    await join();
    expect(master.members()).toMatchObject([{ status: "joined" }]);
    expect(site.requests.filter(({ path }) => path === "/v1/fed/ping_internal")).toEqual([]);
  });
});

describe("a session that is over", () => {
  it.each([
    ["5.4.0", 408],
    ["5.4.1", 401],
  ])("is in %s %i/3, by idling as well as by age", async (productVersion, status) => {
    const { clock, site, token } = await createFederation({ productVersion, timings: { sessionLifeMs: 4 * minuteMs } });
    const member = async (session: string) => site.request("GET", "/v1/fed/member", { token: session });
    const expired = { status, body: { code: 3, message: "Authentication failed" } };
    const young = await site.logIn();
    await clock.advance(3 * minuteMs);
    expect(await member(young)).toMatchObject({ status: 200 });
    await clock.advance(2 * minuteMs);
    expect(await member(token)).toMatchObject(expired);
    expect(await member(young)).toMatchObject(expired);
  });

  it("by logout, like one that never was, is 401/3 in 5.4.0 too", async () => {
    const { site, token } = await createFederation({ productVersion: "5.4.0" });
    await site.request("DELETE", "/v1/auth", { token });
    for (const session of [token, "unknown"]) {
      expect(await site.request("GET", "/v1/fed/member", { token: session })).toMatchObject({ status: 401 });
    }
  });
});
