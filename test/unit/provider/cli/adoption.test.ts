import { expect, test } from "vitest";
import { classifyAdoption } from "../../../../provider/src/cli/decisions/adoption";
import {
  entryOf,
  failure,
  inputsOf,
  jointAs,
  masterWith,
  observed,
  standalone,
  type Sides,
} from "../../../support/membershipStates";

const own = entryOf();
const other = { server: "10.9.9.9", port: 10443 };
const member = { site: jointAs(own), master: masterWith(own) };
const left = entryOf({ status: "left" });
const taken = { site: standalone, master: masterWith(entryOf({ name: "eu-1", rest_info: other })) };
const byToken = { master: { rest: { server: "primary.example", port: 11443 } }, joinTokenFrom: { env: "TOKEN" } };

const judge = (sides: Sides, over: object = {}) => classifyAdoption(inputsOf({ ...over }), observed(sides));

test.each<[string, Sides, object?]>([
  ["both sides show it", member],
  ["both sides show it under the declared name", member, { name: own.name }],
  ["only the master is asked", { master: masterWith(own) }],
  ["only the site is asked", { site: jointAs(own) }, byToken],
])("a membership as declared fits: %s", (_what, sides, over) => {
  expect(judge(sides, over)).toEqual({
    fits: true,
    member: { name: own.name, clusterId: own.id, jointRest: own.rest_info, masterId: "id of primary" },
  });
});

test.each<[string, Sides, object, RegExp]>([
  ["absent", { site: standalone, master: masterWith() }, {}, /^is not a member$/],
  ["kicked", { site: jointAs(own), master: masterWith() }, {}, /^the master removed u2204a-Xy9K2m$/],
  ["left", { site: standalone, master: masterWith(own) }, {}, /^has left, and the master still lists u2204a-Xy9K2m$/],
  ["left", { master: masterWith(left) }, {}, /^has left/],
  ["renamed", member, { name: "eu-1" }, /^is a member under another name, u2204a-Xy9K2m$/],
  ["moved", member, { jointRest: other }, /^is a member with another joint address, 192\.168\.8\.209:10443$/],
  ["elsewhere", { site: jointAs(own, "x"), master: masterWith() }, {}, /^is a member of another master, x$/],
  ["master", { site: masterWith(), master: masterWith() }, {}, /^is a federation master itself$/],
  ["no_master", { ...taken, master: standalone }, {}, /^the cluster named as master is not a federation master$/],
  ["name_taken", taken, { name: "eu-1" }, /^is not a member, and its name belongs to the member at 10\.9\.9\.9:10443$/],
  ["unknown", { site: failure, master: masterWith(own) }, {}, /^the site cannot be read: .*ECONNREFUSED/],
  ["unknown", { site: jointAs(own), master: failure }, {}, /^the master cannot be read: .*ECONNREFUSED/],
])("%s is left out with its reason", (state, sides, over, reason) => {
  expect(judge(sides, over)).toEqual({ fits: false, state, reason: expect.stringMatching(reason) as unknown });
});
