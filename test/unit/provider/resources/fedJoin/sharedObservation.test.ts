import { createVirtualFederation, type ControllerHandle } from "@fedjoin/simulator";
import { expect, test } from "vitest";
import { createFedJoinLifecycle } from "../../../../../provider/src/resources/fedJoin/lifecycle";
import { fedJoinInputs } from "../../../../testbed/src/project/fedJoinInputs";
import { at, requestsOf } from "../../../../support/federation";
import { startProcess } from "../../../../support/virtualProcess";

const listPath = "/v1/fed/member";
const lists = (controller: ControllerHandle): number => requestsOf(controller, "GET", listPath).length;

/** Joined sites. From then on the first site answers so late that its refresh keeps the master's session open meanwhile. */
async function startRefresh(sites: number, lateMs: number) {
  const federation = await createVirtualFederation({ sites });
  const { network, master } = federation;
  const { deps, joins } = startProcess(network);
  const created = await Promise.all(
    federation.sites.map((site, index) => joins.create(fedJoinInputs(master, site, `s${index}`))),
  );
  const before = lists(master);
  const lifecycle = createFedJoinLifecycle(deps);
  const refresh = (index: number) => {
    const { id, outs } = at(created, index);
    return lifecycle.read(id, outs);
  };
  at(federation.sites, 0).faults.add({ match: { method: "GET", path: listPath }, what: "delay", ms: lateMs });
  const first = refresh(0);
  return {
    ...{ ...federation, created, lifecycle, refresh, first, clock: network.clock },
    /** Requests of the master's list since the refresh began. */
    listsRead: () => lists(master) - before,
  };
}

test("sites that are refreshed together share one list of their master, and each is read once", async () => {
  const { sites, refresh, first, clock, listsRead } = await startRefresh(20, 1_000);
  const read = sites.map(lists);
  const others = sites.slice(1).map((_, index) => refresh(index + 1));
  const found = await clock.advanceUntil(Promise.all([first, ...others]));
  expect(found.map(({ props }) => props?.["status"])).toEqual(sites.map(() => "joined"));
  expect(listsRead()).toBe(1);
  expect(sites.slice(1).map(lists)).toEqual(read.slice(1).map((count) => count + 1));
});

test("a shared list is at most 10 s old", async () => {
  const { master, created, refresh, first, clock, listsRead } = await startRefresh(2, 15_000);
  await clock.advance(0);
  await master.kick(at(created, 1).id, { tell: false });
  await clock.advance(9_999);
  expect((await clock.advanceUntil(refresh(1))).props).toMatchObject({ status: "joined" });
  expect(listsRead()).toBe(1);
  await clock.advance(1);
  expect((await clock.advanceUntil(refresh(1))).props).toMatchObject({ status: "kicked" });
  await clock.advanceUntil(first);
});

test("a shared list only confirms: before a refresh reports anything else, it reads both sides again", async () => {
  const { master, created, refresh, first, clock, listsRead } = await startRefresh(2, 5_000);
  await clock.advance(0);
  await clock.advanceUntil(master.kick(at(created, 1).id));
  expect(await clock.advanceUntil(refresh(1))).toEqual({});
  expect(listsRead()).toBe(2);
  await clock.advanceUntil(first);
});

test("a delete never decides by a shared list", async () => {
  const { master, sites, created, lifecycle, first, clock, listsRead } = await startRefresh(2, 5_000);
  await clock.advance(0);
  const { id, outs } = at(created, 1);
  await master.kick(id, { tell: false });
  await clock.advanceUntil(lifecycle.delete(id, outs));
  expect(requestsOf(at(sites, 1), "POST", "/v1/fed/leave").map(({ body }) => body)).toEqual([{ force: true }]);
  expect(listsRead()).toBeGreaterThan(1);
  await clock.advanceUntil(first);
});

test("a list that could not be read is read again by the next site", async () => {
  const { master, sites, refresh, first, clock } = await startRefresh(2, 15_000);
  await clock.advance(11_000);
  master.faults.add({ match: { method: "GET", path: listPath }, what: "status", status: 500 });
  await expect(clock.advanceUntil(refresh(1))).rejects.toThrow("500");
  expect((await clock.advanceUntil(refresh(1))).props).toMatchObject({ status: "joined" });
  expect(sites.map(({ role }) => role)).toEqual(["joint", "joint"]);
  await clock.advanceUntil(first);
});
