import fc from "fast-check";
import { expect, test } from "vitest";
import { createRaceHarness, idOf } from "../../../../support/raceHarness";

const look = { method: "GET", path: "/v1/fed/member" };
const joinCall = { method: "POST", path: "/v1/fed/join_internal" };
const moment = fc.integer({ min: 0, max: 15_000 });
const delay = fc.constantFrom(0, 0, 300, 5_000, 9_000);

/** What happens around some deployments of one site, at which moment. */
const course = fc.record({
  joins: fc.array(moment, { minLength: 1, maxLength: 3 }),
  destroyAt: fc.option(moment),
  kickAt: fc.option(moment),
  leaveUntoldAt: fc.option(moment),
  masterLook: delay,
  siteLook: delay,
  joinAnswer: delay,
});

test("whatever happens at once, no living member is removed, and nobody who is listed leaves by force", async () => {
  await fc.assert(
    fc.asyncProperty(course, async ({ joins, destroyAt, kickAt, leaveUntoldAt, ...delays }) => {
      const world = await createRaceHarness();
      const { master, sites } = world;
      const first = await world.join();
      const destroy = () => world.actor().joins.delete(first.id, first.outs);
      if (destroyAt === null) await destroy();
      const hits = { skip: 1, times: 2 };
      master.faults.add({ ...hits, match: look, what: "delay", ms: delays.masterLook });
      sites[0].faults.add({ ...hits, match: look, what: "delay", ms: delays.siteLook });
      master.faults.add({ match: joinCall, what: "delay", when: "after", ms: delays.joinAnswer, times: 2 });
      const others: readonly [number | null, () => Promise<unknown>][] = [
        [destroyAt, destroy],
        [kickAt, () => world.kick(master.members()[0]?.name ?? "")],
        [leaveUntoldAt, () => world.leaveUntold()],
      ];
      const events = [
        ...joins.map((ms) => world.join(undefined, ms)),
        ...others.flatMap(([ms, work]) => (ms === null ? [] : [world.after(ms, work)])),
      ];
      await world.advanceUntil(Promise.allSettled(events));
      expect(world.wrongs).toEqual([]);
      // One more up of somebody who remembers nothing ends as a member that both sides show. Beside it an entry may stay
      // that a leave left behind: fedjoin prune finds it.
      const last = await world.join();
      expect(master.members()).toContainEqual(expect.objectContaining({ id: idOf(sites[0]), name: last.id }));
      expect(world.wrongs).toEqual([]);
    }),
    { numRuns: 40 },
  );
}, 60_000);
