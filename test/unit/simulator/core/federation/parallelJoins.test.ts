import { expect, it } from "vitest";
import type { Timings } from "../../../../simulator/src/core/options";
import { createVirtualNetwork } from "../../../../simulator/src/virtualNetwork";

/** The product's proportions, a hundred times as fast. */
const timings: Partial<Timings> = { callTimeoutMs: 100, lockWaitMs: 200, probePauseMs: 20 };
const probeMs = 60;
const names = Array.from({ length: 10 }, (_, index) => `edge-${index}`);

/** Ten standalone sites, each of which takes its time to answer the master's probe. */
async function createSites() {
  const world = createVirtualNetwork();
  const master = world.addController({ name: "primary", timings });
  await master.promote({ rest: master.federationAddress });
  const sites = await Promise.all(
    names.map(async (name) => {
      const site = world.addController({ timings });
      const probe = { method: "POST", path: "/v1/fed/joint_test_internal" };
      site.faults.add({ match: probe, what: "delay", ms: probeMs, times: Number.POSITIVE_INFINITY });
      const token = await site.logIn();
      const join = () =>
        site.request("POST", "/v1/fed/join", {
          token,
          body: { name, join_token: master.joinToken(), joint_rest_info: site.rest },
        });
      return { name, site, join };
    }),
  );
  return { ...world, master, sites };
}

it("ten joins of one master at once leave orphans of sites that were told 500/39", async () => {
  const { clock, master, sites } = await createSites();
  const answers = sites.map(async ({ name, site, join }) => {
    const { status, body } = await join();
    return { name, status, body, role: site.state.federation.role };
  });
  await clock.advance(1_000);

  const [first, ...others] = await Promise.all(answers);
  expect(first).toEqual({ name: "edge-0", status: 200, body: undefined, role: "joint" });
  for (const { status, body, role } of others) {
    expect({ status, body, role }).toMatchObject({ status: 500, body: { code: 39 }, role: "" });
  }
  // Each probe takes 60 ms under the lock: three more joins get it in time (60, 120 and 180 ms) and are accepted when
  // their sites have given up (100 ms); the others have waited too long (200 ms).
  expect(master.members().map(({ name }) => name)).toEqual(["edge-0", "edge-1", "edge-2", "edge-3"]);
  const refused = master.requests.filter(({ path, status }) => path === "/v1/fed/join_internal" && status === 500);
  expect(refused).toHaveLength(6);

  await master.pingNow();
  expect(master.members().map(({ status }) => status)).toEqual(["synced", "left", "left", "left"]);
  expect(await sites[1]?.join()).toMatchObject({ status: 409, body: { code: 41 } });
});

it("the same ten one after the other all join", async () => {
  const { clock, master, sites } = await createSites();
  for (const { join } of sites) {
    const answer = join();
    await clock.advance(probeMs);
    expect(await answer).toMatchObject({ status: 200 });
  }
  expect(master.members().map(({ name }) => name)).toEqual(names);
});
