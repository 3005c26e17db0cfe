import { clusterNameFromUid } from "../../../../provider/src/federation/clusterName";
import { NeuVectorError } from "@fedjoin/provider/internal/neuvector";
import { expect, test } from "vitest";
import { isPlanProblem, planMember, describePlan } from "../../../../provider/src/cli/decisions/plannedAction";
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
const left = entryOf({ status: "left" });
const stale = [left, entryOf({ id: "id-2", name: "u2204a-AAAAAA", status: "disconnected" })];
const absent = { site: standalone, master: masterWith() };
const member = { site: jointAs(own), master: masterWith(own) };
const kicked = { site: jointAs(entryOf({ status: "kicked" })), master: masterWith() };
const taken = { site: standalone, master: masterWith(entryOf({ name: "eu-1", rest_info: other })) };
const busy = { state: "failed", error: new NeuVectorError("cleanup_ongoing", "still ongoing") } as const;
const uidName = clusterNameFromUid("u2204a", "5b0d");
const unreadToken = { master: {}, joinTokenUrl: "https://tokens.example/" };
const tokenAndMaster = { ...unreadToken, master: { federation: { server: "primary.example" } } };
const toAdopt = RegExp(`^is a member as ${own.name}: to adopt, unless the state has it$`);
const fails = (kind: string) => ({ action: "fail", kind });

test.each<[string, Sides, object, RegExp]>([
  ["no trace on either side", absent, {}, /^will join as u2204a-######$/],
  ["a declared name", absent, { name: "eu-1" }, /^will join as eu-1$/],
  ["a name from the UID", absent, { clusterUid: "5b0d", nameSuffix: "uid" }, RegExp(`^will join as ${uidName}$`)],
  ["a member as declared", member, { name: own.name }, RegExp(`^is a member as ${own.name}: nothing to do$`)],
  ["a member under a drawn name", member, {}, toAdopt],
  ["a member to adopt only", member, { ifAbsent: "fail" }, toAdopt],
  ["a kick", kicked, {}, /^was kicked as u2204a-Xy9K2m: .*wait for the clean-up, rejoin as u2204a-######$/],
  [
    "stale entries",
    { ...absent, master: masterWith(...stale) },
    {},
    /^will remove 2 stale entries \(u2204a-Xy9K2m, u2204a-AAAAAA\), then join as u2204a-######$/,
  ],
  ["a taken name", taken, { name: "eu-1" }, /^will fail: .*held by the member at 10\.9\.9\.9:10443/],
  ["a silent site", { ...absent, site: failure }, {}, /^cannot tell: the site cannot be read: .*ECONNREFUSED/],
  ["a silent master", { ...absent, master: failure }, {}, /^cannot tell: the master cannot be read: .*ECONNREFUSED/],
])("%s", (_what, sides, over, text) => {
  expect(describePlan(planMember(inputsOf({ ...over }), observed(sides)))).toMatch(text);
});

test.each<[string, Sides, object, object, boolean?]>([
  ["nothing to adopt", absent, { ifAbsent: "fail" }, fails("not_a_member")],
  ["only a stale entry", { ...absent, master: masterWith(left) }, { ifAbsent: "fail" }, fails("not_a_member")],
  ["a kick, adopting only", kicked, { ifAbsent: "fail" }, fails("kicked")],
  ["a taken name", taken, { name: "eu-1" }, fails("name_taken")],
  ["a member under another name", member, { name: "eu-1" }, fails("membership_differs")],
  ["a member at another address", member, { jointRest: other }, fails("membership_differs")],
  ["another master's member", { ...kicked, site: jointAs(own, "x") }, {}, fails("member_elsewhere")],
  ["a site that is a master", { ...kicked, site: masterWith() }, {}, fails("member_elsewhere")],
  ["a master that is none", { ...absent, master: standalone }, {}, fails("wrong_role")],
  ["a silent side", { ...absent, site: failure }, {}, { action: "unknown" }],
  ["an unread token, which alone names the master", { site: jointAs(own, "x") }, unreadToken, { action: "unknown" }],
  ["an unread token, a declared master", { site: jointAs(own) }, tokenAndMaster, { action: "adopt" }, false],
  ["a side that says that it is busy", { ...absent, site: busy }, {}, { action: "wait" }, false],
])("%s: %#", (_what, sides, over, action, isProblem = true) => {
  const planned = planMember(inputsOf({ ...over }), observed(sides));
  expect(planned).toMatchObject(action);
  expect(isPlanProblem(planned)).toBe(isProblem);
});
