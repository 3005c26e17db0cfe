import { unknownValue, type ResourceProps } from "../../../../../provider/src/resources/shared/props";
import type { MembershipState, ObservedMembership } from "@fedjoin/provider/internal/federation";
import { describe, expect, test } from "vitest";
import { nextMoveStep, type MoveFacts } from "../../../../../provider/src/resources/fedJoin/moveStep";
import { describeMove, plannedMove } from "../../../../../provider/src/resources/fedJoin/plannedMove";

const address = { server: "s", port: 1 };
const member: ObservedMembership = { name: "u1", clusterId: "id", jointRest: address, masterId: "m" };
const joined: MembershipState = { state: "joined", member };
const renamed: MembershipState = { state: "renamed", member };
const moved: MembershipState = { state: "moved", member };
const absent: MembershipState = { state: "absent" };
const elsewhere: MembershipState = { state: "elsewhere", master: "third", members: [] };

const store = { action: "store", member };
const join = { action: "join" };
const leave = (at: "previous" | "destination") => ({ action: "leave", at });
const refuse = (kind: string) => ({ action: "refuse", kind });
const atPrevious = { isAtPrevious: true };
const sameMaster = { isSameMaster: true };
const another = { otherMembershipName: "s1" };

const noFacts = {
  ...{ isSameMaster: false, isAtPrevious: false },
  ...{ nameHolder: undefined, otherMembershipName: undefined, addressHolder: undefined },
};

test.each<[string, MembershipState, Partial<MoveFacts>, object]>([
  ["a member there as wanted is stored", joined, {}, store],
  ["a member there as wanted, whoever else is listed", joined, { addressHolder: "s1" }, store],
  ["a member of the previous master leaves it", elsewhere, atPrevious, leave("previous")],
  ["a member of a third master is left alone", elsewhere, {}, refuse("member_elsewhere")],
  ["a standalone site joins", absent, {}, join],
  ["a site that nobody can read leaves first", absent, atPrevious, leave("previous")],
  ["an entry of an earlier attempt is left to the join", { state: "left", members: [member] }, {}, join],
  ["a kick is left to the join", { state: "kicked", member }, {}, join],
  ["another joint address leaves and joins the same master", moved, sameMaster, leave("destination")],
  ["another joint address at the new master too", moved, {}, leave("destination")],
  ["a joint address of another member", moved, { addressHolder: "s1" }, refuse("membership_differs")],
  ["another name at the same master leaves it", renamed, sameMaster, leave("destination")],
  ["another name at the new master is not ours", renamed, {}, refuse("membership_differs")],
  ["another's membership at the same master", renamed, { ...sameMaster, ...another }, refuse("membership_differs")],
  ["another's membership at the previous one", elsewhere, { ...atPrevious, ...another }, refuse("membership_differs")],
  ["no master", { state: "no_master" }, atPrevious, refuse("wrong_role")],
  ["a site that is a master", { state: "master" }, {}, refuse("member_elsewhere")],
  ["a taken name", { state: "name_taken", by: address }, {}, refuse("name_taken")],
  ["a taken name, found before the leave", elsewhere, { ...atPrevious, nameHolder: address }, refuse("name_taken")],
])("the next step of a move: %s", (_what, found, facts, step) => {
  expect(nextMoveStep({ ...noFacts, ...facts, found })).toMatchObject(step);
});

test("only a refusal for a joint address has advice of its own", () => {
  const hint = expect.stringContaining("Correct jointRest") as string;
  expect(nextMoveStep({ ...noFacts, found: moved, addressHolder: "s1" })).toMatchObject({ hint });
  expect(nextMoveStep({ ...noFacts, found: elsewhere })).not.toHaveProperty("hint");
});

describe("what a change of addresses means", () => {
  const rest = { server: "a.example", port: 10443 };
  const federation = { server: "a.example", port: 11443 };
  const jointRest = { server: "10.0.0.9", port: 10443 };
  const otherPort = { ...jointRest, port: 1 };
  const before = { master: { rest, federation }, jointRest };
  const ingress = (basePath: string) => ({ server: "i", port: 443, basePath });

  test.each<[string, ResourceProps, ResourceProps, string[]?]>([
    ["nothing", {}, {}],
    ["a letter's case", {}, { master: { rest: { ...rest, server: "A.example" } } }],
    ["a default port left out", {}, { master: { rest: { server: "a.example" } } }],
    ["one digit", {}, { master: { rest: { ...rest, port: 10444 }, federation } }, ["master.rest"]],
    ["the federation", {}, { master: { rest, federation: { ...federation, server: "b" } } }, ["master.federation"]],
    ["an address that was not declared", { master: { rest } }, {}],
    ["one kind of address in place of the other", { master: { rest } }, { master: { federation } }, ["master"]],
    ["none, before and after", { master: {} }, { master: {} }],
    ["the joint address", {}, { jointRest: otherPort }, ["jointRest"]],
    ["both", {}, { master: { rest: { server: "b" }, federation }, jointRest: otherPort }, ["master.rest", "jointRest"]],
    ["another path", { master: { rest: ingress("/hq") } }, { master: { rest: ingress("/hq2") } }, ["master.rest"]],
    ["a slash at the path's end", { master: { rest: ingress("/hq") } }, { master: { rest: ingress("/hq/") } }],
    ["not known yet", {}, { master: unknownValue, jointRest: { server: unknownValue, port: 1 } }],
  ])("%s", (_what, old, news, changed) => {
    expect(plannedMove({ ...before, ...old }, { ...before, ...news })?.changed).toEqual(changed);
  });

  test.each<[ResourceProps, string]>([
    [
      { master: { rest: { server: "b.example", port: 10443 } } },
      "u1 leaves the master at a.example:10443 and joins the master at b.example:10443: master.rest changed; if it is the same master at another address, the address is stored and nobody leaves",
    ],
    [
      { jointRest: { server: "10.0.0.10", port: 10443 } },
      "u1 leaves its master and joins it again with the joint address 10.0.0.10:10443 instead of 10.0.0.9:10443: jointRest changed",
    ],
  ])("a preview says who would leave, and why: %#", (news, text) => {
    const move = plannedMove(before, { ...before, ...news });
    expect(move && describeMove("u1", move)).toBe(text);
  });
});
