import type { ResourceProps } from "../../../../../provider/src/resources/shared/props";
import type { MembershipState, ObservedMembership } from "@fedjoin/provider/federation";
import { describe, expect, test } from "vitest";
import { unknownValue } from "../../../../../provider/src/resources/shared/props";
import { nextMoveStep, type MoveFacts, type MoveStep } from "../../../../../provider/src/resources/fedJoin/moveStep";
import { describeMove, plannedMove } from "../../../../../provider/src/resources/fedJoin/plannedMove";

const member: ObservedMembership = { name: "u1", clusterId: "id", jointRest: { server: "s", port: 1 }, masterId: "m" };
const address = { server: "s", port: 1 };
const joined: MembershipState = { state: "joined", member };
const renamed: MembershipState = { state: "renamed", member };
const moved: MembershipState = { state: "moved", member };
const absent: MembershipState = { state: "absent" };
const elsewhere: MembershipState = { state: "elsewhere", master: "third" };

describe("the next step of a move", () => {
  test.each<[string, MembershipState, Partial<MoveFacts>, object]>([
    ["a member there as wanted is stored", joined, {}, { action: "store", member }],
    [
      "a member of the previous master leaves it",
      elsewhere,
      { isAtPrevious: true },
      { action: "leave", at: "previous" },
    ],
    ["a member of a third master is left alone", elsewhere, {}, { action: "refuse", kind: "member_elsewhere" }],
    ["a standalone site joins", absent, {}, { action: "join" }],
    ["a site that nobody can read leaves first", absent, { isAtPrevious: true }, { action: "leave", at: "previous" }],
    [
      "an entry of an earlier attempt is left to the join",
      { state: "left", members: [member] },
      {},
      { action: "join" },
    ],
    ["a kick is left to the join", { state: "kicked", member }, {}, { action: "join" }],
    ["another joint address leaves and joins the same master", moved, { isSameMaster: true }, destinationLeave()],
    ["another joint address at the new master too", moved, {}, destinationLeave()],
    ["another name at the same master leaves it", renamed, { isSameMaster: true }, destinationLeave()],
    ["another name at the new master is not ours", renamed, {}, { action: "refuse", kind: "membership_differs" }],
    [
      "another's membership at the same master is not ours",
      renamed,
      { isSameMaster: true, otherMembershipName: "s1" },
      { action: "refuse", kind: "membership_differs" },
    ],
    [
      "another's membership at the previous master is not ours",
      elsewhere,
      { isAtPrevious: true, otherMembershipName: "s1" },
      { action: "refuse", kind: "membership_differs" },
    ],
    ["no master", { state: "no_master" }, { isAtPrevious: true }, { action: "refuse", kind: "wrong_role" }],
    ["a site that is a master", { state: "master" }, {}, { action: "refuse", kind: "member_elsewhere" }],
    ["a taken name", { state: "name_taken", by: address }, {}, { action: "refuse", kind: "name_taken" }],
    [
      "a name that another cluster holds, found before the leave",
      elsewhere,
      { isAtPrevious: true, nameHolder: address },
      { action: "refuse", kind: "name_taken" },
    ],
    [
      "a joint address of another member",
      moved,
      { addressHolder: "s1" },
      { action: "refuse", kind: "membership_differs" },
    ],
    ["a member there as wanted, whoever else is listed", joined, { addressHolder: "s1" }, { action: "store", member }],
  ])("%s", (_what, found, facts, step) => {
    const complete = {
      isSameMaster: false,
      isAtPrevious: false,
      nameHolder: undefined,
      otherMembershipName: undefined,
      addressHolder: undefined,
      ...facts,
      found,
    };
    expect(nextMoveStep(complete)).toMatchObject(step);
  });

  function destinationLeave(): MoveStep {
    return { action: "leave", at: "destination" };
  }
});

describe("what a change of addresses means", () => {
  const rest = { server: "a.example", port: 10443 };
  const federation = { server: "a.example", port: 11443 };
  const jointRest = { server: "10.0.0.9", port: 10443 };
  const before: ResourceProps = { master: { rest, federation }, jointRest };

  test.each<[string, ResourceProps, ResourceProps, readonly string[] | undefined]>([
    ["nothing", before, before, undefined],
    ["a letter's case", before, { ...before, master: { rest: { ...rest, server: "A.example" } } }, undefined],
    ["a default port left out", before, { ...before, master: { rest: { server: "a.example" } } }, undefined],
    ["one digit", before, { ...before, master: { rest: { ...rest, port: 10444 }, federation } }, ["master.rest"]],
    [
      "the federation address",
      before,
      { ...before, master: { rest, federation: { ...federation, server: "b" } } },
      ["master.federation"],
    ],
    ["an address that was not declared", { ...before, master: { rest } }, before, undefined],
    [
      "one kind of address in place of the other",
      { ...before, master: { rest } },
      { ...before, master: { federation } },
      ["master"],
    ],
    ["none, before and after", { ...before, master: {} }, { ...before, master: {} }, undefined],
    ["the joint address", before, { ...before, jointRest: { ...jointRest, port: 1 } }, ["jointRest"]],
    [
      "both",
      before,
      { master: { rest: { server: "b" }, federation }, jointRest: { ...jointRest, port: 1 } },
      ["master.rest", "jointRest"],
    ],
    [
      "another master behind the same ingress",
      { ...before, master: { rest: { server: "i", port: 443, basePath: "/hq" }, federation } },
      { ...before, master: { rest: { server: "i", port: 443, basePath: "/hq2" }, federation } },
      ["master.rest"],
    ],
    [
      "a base path with a slash at its end",
      { ...before, master: { rest: { server: "i", port: 443, basePath: "/hq" }, federation } },
      { ...before, master: { rest: { server: "i", port: 443, basePath: "/hq/" }, federation } },
      undefined,
    ],
    [
      "a value not known yet",
      before,
      { master: unknownValue, jointRest: { server: unknownValue, port: 1 } },
      undefined,
    ],
  ])("%s", (_what, old, news, changed) => {
    expect(plannedMove(old, news)?.changed).toEqual(changed);
  });

  test("a preview says who would leave, and why", () => {
    const say = (news: ResourceProps) => {
      const move = plannedMove(before, news);
      return move && describeMove("u2204a-Xy9K2m", move);
    };
    expect(say({ ...before, master: { rest: { server: "b.example", port: 10443 } } })).toBe(
      "u2204a-Xy9K2m leaves the master at a.example:10443 and joins the master at b.example:10443: master.rest changed; if it is the same master at another address, the address is stored and nobody leaves",
    );
    expect(say({ ...before, jointRest: { server: "10.0.0.10", port: 10443 } })).toBe(
      "u2204a-Xy9K2m leaves its master and joins it again with the joint address 10.0.0.10:10443 instead of 10.0.0.9:10443: jointRest changed",
    );
  });
});
