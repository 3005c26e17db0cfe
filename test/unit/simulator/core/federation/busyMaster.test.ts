import { expect, test } from "vitest";
import { slowTimings } from "../../../../simulator/src/core/options";
import { createVirtualNetwork } from "../../../../simulator/src/virtualNetwork";
import type { ControllerHandle } from "../../../../simulator/src/controllerHandle";

async function createFederation() {
  const world = createVirtualNetwork();
  const options = { timings: slowTimings };
  const master = world.addController({ name: "primary", ...options });
  const sites = [world.addController(options), world.addController(options)] as const;
  await master.promote({ rest: master.federationAddress });
  for (const [index, site] of sites.entries()) {
    const body = { name: `edge-${index}`, join_token: master.joinToken(), joint_rest_info: site.rest };
    await site.request("POST", "/v1/fed/join", { token: await site.logIn(), body });
  }
  await world.clock.advance(0);
  return { ...world, master, sites };
}

const leave = async (site: ControllerHandle, force = false) =>
  site.request("POST", "/v1/fed/leave", { token: await site.logIn(), body: { force } });

test("a leave takes a second, in which the site says joint", async () => {
  const { clock, sites } = await createFederation();
  const left = leave(sites[0]);
  await clock.advance(900);
  const member = await sites[0].request("GET", "/v1/fed/member", { token: await sites[0].logIn() });
  expect(member.body).toMatchObject({ fed_role: "joint" });
  await clock.advance(100);
  expect(await left).toMatchObject({ status: 200 });
  expect(sites[0].state.federation.role).toBe("");
});

test("a kick of a member that does not answer holds the master for 11 s: another site's leave is 500/39, and works all the same", async () => {
  const { clock, master, sites, setConnectivity } = await createFederation();
  setConnectivity(sites[0].rest, "silent");
  const token = await master.logIn();
  const id = master.members()[0]?.id ?? "";
  const kicked = master.request("DELETE", `/v1/fed/cluster/${id}`, { token });
  await clock.advance(0);
  const left = leave(sites[1]);
  await clock.advance(10_500);
  expect(await left).toMatchObject({ status: 500, body: { code: 39 } });
  expect(master.members()).toHaveLength(2);
  await clock.advance(500);
  expect(await kicked).toMatchObject({ status: 200 });
  await clock.advance(1_000);
  expect(master.members()).toEqual([]);
  expect(sites[1].state.federation.role).toBe("joint");
});

test("a forced leave while the master is frozen takes 10 s and leaves no entry once the master goes on", async () => {
  const { clock, master, sites } = await createFederation();
  master.freeze();
  const left = leave(sites[0], true);
  await clock.advance(10_000);
  expect(await left).toMatchObject({ status: 200 });
  master.resume();
  await clock.advance(1_000);
  expect(master.members()).toMatchObject([{ name: "edge-1" }]);
});

test("an entry without a member shows as synced, and as left once somebody looked", async () => {
  const { clock, master, sites, setConnectivity } = await createFederation();
  setConnectivity(master.federationAddress, "refused");
  expect(await leave(sites[0], true)).toMatchObject({ status: 200 });
  const token = await master.logIn();
  const look = async () => (await master.request("GET", "/v1/fed/member", { token })).body;
  expect(await look()).toMatchObject({ joint_clusters: [{ status: "synced" }, { status: "synced" }] });
  await clock.advance(1_000);
  expect(await look()).toMatchObject({ joint_clusters: [{ status: "left" }, { status: "synced" }] });
});

test("a login that finds all 32 sessions taken is no failed login", async () => {
  const { sites } = await createFederation();
  const credentials = { username: "admin", password: "admin" };
  const answers: number[] = [];
  for (let login = 0; login < 40; login++) {
    answers.push((await sites[0].request("POST", "/v1/auth", { body: { password: credentials } })).status);
  }
  expect(answers.slice(-8)).toEqual(Array.from({ length: 8 }, () => 401));
  expect(sites[0].state.users.get("admin")).toMatchObject({ failedLogins: 0, blockedUntil: 0 });
});
