import { errorKinds, type ErrorKind } from "../../../../provider/src/errors/errorKinds";
import { removeEntriesBeside, resolveObstacle } from "../../../../provider/src/federation/joinObstacles";
import type { JoinRequest } from "../../../../provider/src/federation/joinRequest";
import { toMember } from "../../../../provider/src/federation/membership";
import type { ClusterEntry } from "@fedjoin/provider/internal/neuvector";
import { NeuVectorError } from "@fedjoin/provider/internal/neuvector";
import { describe, expect, test as pure } from "vitest";
import { fedJoinInputs } from "@fedjoin/testbed";
import { memberNames, requestsOf } from "../../../support/federation";
import { test } from "../../../support/joinScenario";
import { entryOf, jointAs, masterWith, standalone } from "../../../support/membershipStates";
import { handleObstacle, membership, startMs, type Look, type ObstacleWorld } from "../../../support/obstacleHarness";

const removal = { method: "DELETE", path: "/v1/fed/cluster/:id" };
const leave = { method: "POST", path: "/v1/fed/leave" };

describe("a join is refused", () => {
  test("at a site that is a master itself", async ({ joins, inputs, site }) => {
    await site.promote({ name: "other" });
    await expect(joins.create(inputs)).rejects.toThrow(/the site is a federation master itself/);
  });

  test("at a master that is not one", async ({ joins, inputs, neighbour, site }) => {
    const wrongMaster = { ...inputs, master: fedJoinInputs(neighbour, site, "u1").master };
    await expect(joins.create(wrongMaster)).rejects.toThrow(/named as master is not a federation master.*Promote it/s);
    expect(site.role).toBe("");
  });
});

describe("the removal of a stale entry", () => {
  const lost = { match: removal, what: "status", status: 500, code: 8 } as const;

  test.for([
    ["took effect is not repeated", true, 1],
    ["did not take effect is repeated", false, 2],
  ] as const)("that %s after a lost response", async ([, effect, removals], { scenario }) => {
    const { master, inputs, member, reinstall, start } = scenario;
    await member();
    await reinstall();
    master.faults.add({ ...lost, effect });
    const { id } = await start().joins.create(inputs);
    expect(memberNames(master)).toEqual([id]);
    const sent = master.requests.filter(
      ({ method, path }) => method === "DELETE" && path.startsWith("/v1/fed/cluster/"),
    );
    expect(sent).toHaveLength(removals);
  });
});

describe("a leave before a repair", () => {
  test("whose response was lost is decided by another observation", async ({ scenario }) => {
    const { master, site, inputs, member, start } = scenario;
    const { id, outs } = await member();
    await master.kick(id, { tell: false });
    const { joins } = start();
    const { props = {} } = await joins.read(id, outs);
    site.faults.add({ match: leave, what: "status", status: 500, code: 8, effect: true });
    expect((await joins.update(id, props, inputs)).outs).toMatchObject({ status: "joined" });
    expect(requestsOf(site, "POST", "/v1/fed/leave")).toHaveLength(1);
  });
});

type Found = Parameters<typeof resolveObstacle>[1];

const own = entryOf();
const unrecorded = entryOf({ id: "id-9", name: "u2204a-Zz9Zz9" });
const rejoined = entryOf({ id: "id-2" });
const byHand = entryOf({ name: "by-hand" });
const others = entryOf({ id: "id-7", name: "other", rest_info: { server: "10.9.9.9", port: 10443 } });

const left = (...entries: ClusterEntry[]): Look => ({ site: standalone, master: masterWith(...entries) });
const joined = (self: ClusterEntry, ...listed: ClusterEntry[]): Look => ({
  site: jointAs(self),
  master: masterWith(self, ...listed),
});
const kicked = (self = own): Look => ({ site: jointAs(self), master: masterWith() });

const foundLeft = (...entries: ClusterEntry[]): Found => ({
  state: "left",
  members: entries.map((entry) => toMember(entry, masterWith())),
});
const foundMember = (state: "kicked" | "renamed" | "moved", entry = own): Found => ({
  state,
  member: toMember(entry, masterWith()),
});

const nameTaken: Found = { state: "name_taken", by: others.rest_info };

const fails = (kind: ErrorKind): { readonly failure: Error } => ({ failure: new NeuVectorError(kind, "it failed") });
const asked = (request: Partial<JoinRequest>) => ({ request });
const removesOwn = "DELETE /v1/fed/cluster/id-1";
const leaves = 'POST /v1/fed/leave {"force":false}';
const leavesByForce = 'POST /v1/fed/leave {"force":true}';
const clear = { state: "clear" };
const again = { state: "observe_again" };
const graceEnd = startMs + 11_000;
const waits = { state: "wait", untilMs: graceEnd };

describe("what a join does about an obstacle", () => {
  const resolve = (found: Found, world: ObstacleWorld) => handleObstacle((run) => resolveObstacle(run, found), world);

  pure.for<[what: string, Found, ObstacleWorld, expected: object, changes?: string]>([
    ["no entry", { state: "absent" }, { now: left() }, clear],
    ["an entry, and no account at the master", foundLeft(own), { now: left(own), without: "master" }, clear],
    ["an entry of its own", foundLeft(own), { now: left(own), then: left() }, clear, removesOwn],
    ["an entry that becomes a member", foundLeft(own), { now: joined(own) }, again],
    ["an entry that is gone", foundLeft(own), { now: left() }, again],
    ["an entry beside a newer one", foundLeft(own), { now: left(own, unrecorded) }, again],
    ["an unrecorded entry", foundLeft(unrecorded), { now: left(unrecorded) }, waits],
    ["both kinds", foundLeft(own, unrecorded), { now: left(own, unrecorded) }, waits],
    ["time to wait", foundLeft(unrecorded), { now: left(unrecorded), ...asked({ deadlineMs: graceEnd + 1 }) }, waits],
    ["a kick", foundMember("kicked"), { now: kicked() }, clear, leavesByForce],
    ["a kick of another id by now", foundMember("kicked"), { now: kicked(unrecorded) }, again],
    ["a kick that is undone", foundMember("kicked"), { now: joined(own) }, again],
    ["another name", foundMember("renamed", byHand), { now: joined(byHand) }, clear, leaves],
    ["another name, then left", foundMember("renamed", byHand), { now: left(), ...fails("wrong_role") }, again, leaves],
  ])("%s", async ([, found, world, expected, change]) => {
    const { result, changes } = await resolve(found, world);
    expect(result).toEqual(expected);
    expect(changes).toEqual(change === undefined ? [] : [change]);
  });

  const unwanted = { repair: { kicked: false, changed: false } };
  const adopting = asked({ ifAbsent: "fail" });
  pure.for<[kind: ErrorKind, what: string, Found, ObstacleWorld, changes?: string]>([
    ["not_a_member", "nothing to adopt", { state: "absent" }, { now: left(), ...adopting }],
    ["not_a_member", "only an entry of its own, not to adopt", foundLeft(own), { now: left(own), ...adopting }],
    ["kicked", "a kick that it may not repair", foundMember("kicked"), { now: kicked(), ...asked(unwanted) }],
    ["membership_differs", "a name it may not", foundMember("renamed"), { now: joined(byHand), ...asked(unwanted) }],
    ["name_taken", "a declared name of another's", nameTaken, { now: left(others) }],
    ["membership_differs", "another site", foundMember("moved", others), { now: joined(others) }],
    ["invalid_input", "no account at the site", foundMember("moved"), { now: joined(own), without: "site" }],
    ["busy", "no time to wait", foundLeft(unrecorded), { now: left(unrecorded), ...asked({ deadlineMs: graceEnd }) }],
    ["network", "a leave without an answer", foundMember("moved"), { now: joined(own), ...fails("network") }, leaves],
    ["forbidden", "a leave that it may not", foundMember("moved"), { now: joined(own), ...fails("forbidden") }, leaves],
  ])("%s: %s", async ([kind, , found, world, change]) => {
    const { result, changes } = await resolve(found, world);
    expect(result).toMatchObject({ kind });
    expect(changes).toEqual(change === undefined ? [] : [change]);
  });

  pure("refuses, and names the master that the site belongs to", async () => {
    const elsewhere = { state: "elsewhere", master: "primary-2", members: [] } as const;
    const { result, changes } = await resolve(elsewhere, { now: joined(own) });
    const summary = "the site is a member of another master, primary-2";
    expect([result, changes]).toMatchObject([{ kind: "member_elsewhere", summary }, []]);
  });

  pure("takes another name of its store for a generated one that another member has", async () => {
    const generated = { membership: { ...membership, nameIsFixed: false } };
    const { result } = await handleObstacle(async (run) => [await resolveObstacle(run, nameTaken), run.name], {
      now: left(others),
      ...asked(generated),
    });
    expect(result).toEqual([clear, expect.stringMatching(/^u2204a-(?!Xy9K2m)\w{6}$/)]);
  });

  pure("tells people that it waits and what it removes", async () => {
    const waits = await resolve(foundLeft(unrecorded), { now: left(unrecorded) });
    expect(waits.logged).toEqual([expect.stringMatching(/^info u2204a: .*checking again in 11 s$/)]);
    const removes = await resolve(foundLeft(own), { now: left(own) });
    expect(removes.logged).toEqual([expect.stringMatching(/^info Removing .* u2204a-Xy9K2m \(id-1\)/)]);
  });
});

describe("a removal that failed", () => {
  const remove = (world: ObstacleWorld) => handleObstacle((run) => resolveObstacle(run, foundLeft(own)), world);
  const mayHaveHappened: readonly string[] = [
    ...["network", "timeout", "unexpected_reply", "server_error"],
    ...["wrong_role", "not_found", "name_taken", "busy", "remote_failed"],
  ];

  pure.for(Object.keys(errorKinds) as ErrorKind[])("with %s, and the entry is gone", async (kind) => {
    const { result } = await remove({ now: left(own), then: left(), ...fails(kind) });
    expect(result).toMatchObject(mayHaveHappened.includes(kind) ? clear : { kind });
  });

  pure.for<[what: string, Look, expected: object]>([
    ["the entry stays", left(own), { kind: "timeout" }],
    ["the entry stays beside another", left(own, unrecorded), { kind: "timeout" }],
    ["only another one stays", left(unrecorded), clear],
    ["the site is a member without it", joined(rejoined), clear],
    ["the site is a member beside it", joined(rejoined, own), { kind: "timeout" }],
  ])("without an answer: %s", async ([, then, expected]) => {
    const { result } = await remove({ now: left(own), then, ...fails("timeout") });
    expect(result).toMatchObject(expected);
  });

  pure.for<[kind: ErrorKind, regenerateTakenName: boolean, expected: object, warned: boolean]>([
    ["forbidden", true, clear, true],
    ["forbidden", false, { kind: "forbidden" }, false],
    ["unauthorized", true, { kind: "unauthorized" }, false],
  ])("with %s, another name acceptable: %s", async ([kind, regenerateTakenName, expected, warned]) => {
    const { result, logged } = await remove({ now: left(own), ...fails(kind), ...asked({ regenerateTakenName }) });
    expect(result).toMatchObject(expected);
    expect(logged.some((line) => /^warn .*u2204a-Xy9K2m stays/.test(line))).toBe(warned);
  });

  pure("by a fault of the program is not taken for one of the controller", async () => {
    const failure = Object.assign(new Error("a fault"), { kind: "forbidden" });
    const { result } = await remove({ now: left(own), failure, ...asked({ regenerateTakenName: true }) });
    expect(result).toBe(failure);
  });
});

describe("entries beside a membership", () => {
  const member = toMember(own, masterWith());
  const beside = [toMember(unrecorded, masterWith())];
  const removes = ["DELETE /v1/fed/cluster/id-9"];
  const remove = (world: ObstacleWorld, listed = beside) =>
    handleObstacle((run) => removeEntriesBeside(run, { state: "joined", member, beside: listed }), world);

  pure.for<[what: string, ObstacleWorld, changes: readonly string[]]>([
    ["are removed", { now: joined(own, unrecorded) }, removes],
    ["stay where none is listed any more", { now: joined(own) }, []],
    ["stay where the membership is another by now", { now: joined(rejoined, own) }, []],
    ["stay where the site has left", { now: left(unrecorded) }, []],
    ["stay where nothing is to be changed", { now: joined(own, unrecorded), ...asked({ ifAbsent: "fail" }) }, []],
    ["stay without an account at the master", { now: joined(own, unrecorded), without: "master" }, []],
  ])("%s", async ([, world, changes]) => {
    expect(await remove(world)).toMatchObject({ result: undefined, changes });
  });

  pure("that were not seen are not looked for", async () => {
    const joinedAlone = { state: "joined", member } as const;
    for (const found of [joinedAlone, { ...joinedAlone, beside: [] }])
      expect(
        await handleObstacle((run) => removeEntriesBeside(run, found), { now: joined(own, unrecorded) }),
      ).toMatchObject({ result: undefined, changes: [] });
  });

  pure("stay with a warning if they cannot be removed", async () => {
    const { result, logged } = await remove({ now: joined(own, unrecorded), ...fails("forbidden") });
    expect(result).toBeUndefined();
    expect(logged.at(-1)).toMatch(/^warn u2204a-Xy9K2m: the master lists the site as u2204a-Zz9Zz9 too/);
  });

  pure.for([
    ["a stop", new NeuVectorError("cancelled", "stopped")],
    ["a fault of the program", new Error("a fault")],
  ] as const)("%s ends the join", async ([, failure]) => {
    const { result } = await remove({ now: joined(own, unrecorded), failure });
    expect(result).toMatchObject({ message: failure.message });
  });
});
