import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  conditionTypes,
  wellStatus,
  type ConditionStatus,
  type ConditionType,
} from "../../../../provider/src/federation/condition";
import { conditionReasons } from "../../../../provider/src/federation/conditionReasons";
import {
  determineConditions,
  listEvidence,
  ownEvidence,
  type MembershipEvidence,
} from "../../../../provider/src/federation/conditions";
import { dateConditions } from "../../../../provider/src/federation/conditionTimes";
import { statuses } from "../../../../exporter/src/collectors/federationMetrics";
import { ofMember } from "../../../support/fedReplies";

/** Each condition as `Status Reason`. */
function shortForm(evidence: MembershipEvidence): Record<ConditionType, string> {
  const found = determineConditions(evidence);
  const entries = conditionTypes.map((type) => [type, `${found[type].status} ${found[type].reason}`] as const);
  return Object.fromEntries(entries) as Record<ConditionType, string>;
}

const joint = (status: string, masterStatus: string) => ({ isJoint: true, status, masterStatus });
const standalone = { isJoint: false, status: "", masterStatus: "" };

const listed = { Joined: "True Member", Accepted: "True Listed", Kicked: "False Listed" };
const answering = { ...listed, Reachable: "True Answers", Stale: "False Member" };
const links = (Reachable: string, Synced = Reachable, VersionCompatible = Reachable) => ({
  ...{ Reachable, Synced, VersionCompatible },
});
const kicked = { Joined: "False Kicked", Accepted: "False Kicked", Kicked: "True Kicked" };
const firstPoll = "Unknown FirstPollPending";
const offline = "Unknown Disconnected";
const tooOld = "False MemberTooOld";
const gone = links("Unknown NotAMember", "False NotAMember");

describe("the conditions that a master's list shows", () => {
  test.each<[string, Record<ConditionType, string>]>([
    ["synced", { ...answering, Synced: "True RulesCurrent", VersionCompatible: "True VersionsMatch" }],
    ["out_of_sync", { ...answering, Synced: "False RulesOutdated", VersionCompatible: "True VersionsMatch" }],
    ["notified", { ...answering, Synced: "False RulesAnnounced", VersionCompatible: "True VersionsMatch" }],
    ["syncing", { ...answering, Synced: "False ApplyingRules", VersionCompatible: "True VersionsMatch" }],
    ["connected", { ...answering, Synced: "Unknown PollPending", VersionCompatible: "Unknown PollPending" }],
    ["req_error", { ...answering, Synced: "False RequestRejected", VersionCompatible: "Unknown RequestRejected" }],
    ["joint_upgrade_required", { ...answering, Synced: "False MemberTooOld", VersionCompatible: "False MemberTooOld" }],
    ["joint_version_too_new", { ...answering, Synced: "False MasterTooOld", VersionCompatible: "False MasterTooOld" }],
    ["cluster_upgrade_ongoing", { ...answering, Synced: "Unknown Upgrading", VersionCompatible: "Unknown Upgrading" }],
    ["pending", { ...listed, Stale: firstPoll, ...links(firstPoll, "False FirstPollPending") }],
    ["disconnected", { ...listed, Stale: offline, ...links("False Disconnected", offline, offline) }],
    ["", { ...listed, Stale: "Unknown NoStatus", ...links("Unknown NoStatus") }],
    ["a new word", { ...listed, Stale: "Unknown UnknownStatus", ...links("Unknown UnknownStatus") }],
    ["left", { Joined: "False Left", Accepted: "True Listed", ...gone, Stale: "True Left", Kicked: "False Listed" }],
    ["kicked", { ...kicked, ...gone, Stale: "True Kicked" }],
  ])("for the status '%s'", (status, expected) => {
    expect(shortForm(listEvidence(status))).toEqual(expected);
  });

  test("know every status of a member, but for the two that no master has for one", () => {
    const unknown = statuses.filter((status) => shortForm(listEvidence(status)).Synced.endsWith("UnknownStatus"));
    expect(unknown).toEqual(["active", "other"]);
  });
});

describe("the conditions that a member shows of itself", () => {
  test.each<[string, string, Partial<Record<ConditionType, string>>]>([
    [
      "joined",
      "connected",
      {
        ...{ Joined: "True Member", Accepted: "True Answers", Reachable: "True Answers" },
        ...{ Synced: "Unknown MasterNotAsked", Stale: "Unknown MasterNotAsked", Kicked: "False Answers" },
      },
    ],
    ["syncing", "connected", { Synced: "False ApplyingRules", VersionCompatible: "True VersionsMatch" }],
    ["joined", "disconnected", { Accepted: "Unknown MasterNotAsked", Reachable: "False Disconnected" }],
    ["joint_upgrade_required", "disconnected", links("Unknown MemberTooOld", tooOld, tooOld)],
    ["kicked", "disconnected", { ...kicked, ...gone }],
    ["", "", { Joined: "True Member", ...links("Unknown NoStatus") }],
    ["joined", "a new word", links("Unknown UnknownStatus")],
  ])("for its status '%s' and its master's '%s'", (status, masterStatus, expected) => {
    expect(shortForm(ownEvidence(ofMember(status, masterStatus)))).toMatchObject(expected);
  });
});

describe("the conditions that both sides show", () => {
  const absent = { state: "absent", entryStatus: null } as const;
  test.each<[string, MembershipEvidence, Partial<Record<ConditionType, string>>]>([
    [
      "a member that fills what the master leaves open",
      { state: "joined", entryStatus: "", site: joint("joined", "connected") },
      {
        Reachable: "True Answers",
        Synced: "Unknown NoStatus",
        VersionCompatible: "True VersionsMatch",
        Stale: "False Member",
      },
    ],
    [
      "a member whose master does not reach it, whatever it says itself",
      { state: "joined", entryStatus: "disconnected", site: joint("joined", "connected") },
      { Reachable: "False Disconnected" },
    ],
    [
      "a reinstalled site",
      { state: "left", entryStatus: "synced", site: standalone },
      { Joined: "False Left", Accepted: "True Listed", ...gone, Stale: "True Left", Kicked: "False Listed" },
    ],
    [
      "a site that was kicked untold",
      { state: "kicked", entryStatus: null, site: joint("joined", "disconnected") },
      { Joined: "False Kicked", Accepted: "False NotListed", Stale: "False NotListed", Kicked: "True Kicked" },
    ],
    [
      "a member of another master, which its own still lists",
      { state: "elsewhere", entryStatus: "left", site: joint("joined", "connected") },
      { Joined: "False Elsewhere", Stale: "True Elsewhere", Synced: "False NotAMember" },
    ],
    [
      "a site in no federation",
      { ...absent, site: standalone },
      { Joined: "False Absent", Accepted: "False NotListed", Stale: "False NotListed", Kicked: "False NotAMember" },
    ],
    ["a site not asked, not listed", { ...absent, site: undefined }, { Kicked: "Unknown SiteNotAsked" }],
    [
      "a cluster that is not a master",
      { state: "no_master", entryStatus: null, site: standalone },
      { Joined: "False NoMaster", Accepted: "False NoMaster" },
    ],
    [
      "a silent site: what the master shows is still told",
      { state: undefined, entryStatus: "synced", site: undefined },
      { Joined: "Unknown NoAnswer", Accepted: "True Listed", Synced: "True RulesCurrent", Stale: "False Member" },
    ],
    [
      "a silent master: nothing of the list is claimed",
      { state: undefined, entryStatus: undefined, site: joint("joined", "disconnected") },
      {
        Joined: "Unknown NoAnswer",
        Accepted: "Unknown NoAnswer",
        Stale: "Unknown NoAnswer",
        Kicked: "Unknown NoAnswer",
      },
    ],
  ])("of %s", (_, evidence, expected) => {
    expect(shortForm(evidence)).toMatchObject(expected);
  });

  test("say why a side is silent", () => {
    const problem = "the site cannot be read: refused";
    const { Joined } = determineConditions({ state: undefined, entryStatus: null, site: undefined, problem });
    expect(Joined).toEqual({ status: "Unknown", reason: "NoAnswer", message: problem });
  });
});

const status = fc.constantFrom(...statuses, "");
const evidence: fc.Arbitrary<MembershipEvidence> = fc.oneof(
  status.map(listEvidence),
  fc.tuple(status, status).map(([own, masters]) => ownEvidence(ofMember(own, masters))),
);

test("no member is synced that is not joined, and none is well and bad at the same time", () => {
  fc.assert(
    fc.property(evidence, (given) => {
      const { Joined, Synced, Stale, Kicked, Reachable } = determineConditions(given);
      if (Synced.status === "True")
        expect([Joined.status, Reachable.status, Stale.status]).toEqual(["True", "True", "False"]);
      if (Kicked.status === "True") expect(Joined.status).toBe("False");
    }),
  );
});

test("every reason is given for some evidence, and has a sentence", () => {
  const states = [
    ...(["joined", "absent", "kicked", "left", "renamed", "moved", "elsewhere", "master", "no_master"] as const),
    ...(["name_taken", undefined] as const),
  ];
  const words = [...statuses, ""];
  const sites = [
    undefined,
    standalone,
    ...words.map((word) => joint(word, "connected")),
    joint("joined", "disconnected"),
  ];
  const given = states.flatMap((state) =>
    [...words, null, undefined].flatMap((entryStatus) =>
      sites.flatMap((site) => Object.values(determineConditions({ state, entryStatus, site }))),
    ),
  );
  const reasons = new Set(given.map(({ reason }) => reason));
  expect([...reasons].toSorted()).toEqual(Object.keys(conditionReasons).toSorted());
  for (const { reason, message } of given) expect(message).toBe(conditionReasons[reason]);
  for (const message of Object.values(conditionReasons)) expect(message).toMatch(/^[A-Z].*\.$/);
});

test("a condition is well if it holds, unless it is a bad one", () => {
  expect(conditionTypes.filter((type) => wellStatus(type) === "False")).toEqual(["Stale", "Kicked"]);
});

describe("the times of conditions", () => {
  test("are those of the first observation of the status, whatever reasons follow", () => {
    const of = (word: string) => determineConditions(listEvidence(word));
    const first = dateConditions(undefined, of("synced"), 1);
    const second = dateConditions(first, of("out_of_sync"), 2);
    const third = dateConditions(second, of("notified"), 3);
    expect(
      [first, second, third].map(({ Synced, Joined }) => [Synced.lastTransitionMs, Joined.lastTransitionMs]),
    ).toEqual([
      [1, 1],
      [2, 1],
      [2, 1],
    ]);
    expect(third.Synced.reason).toBe("RulesAnnounced");
    expect(dateConditions(third, of("notified"), 4)).toBe(third);
  });

  test("are the starts of the runs of one status, in every course of events", () => {
    fc.assert(
      fc.property(fc.array(evidence, { minLength: 1, maxLength: 12 }), (course) => {
        const found = course.map(determineConditions);
        const last = found.reduce<ReturnType<typeof dateConditions> | undefined>(
          (before, each, index) => dateConditions(before, each, index),
          undefined,
        );
        for (const type of conditionTypes) {
          const words: ConditionStatus[] = found.map((each) => each[type].status);
          const start = words.findLastIndex((word) => word !== words.at(-1)) + 1;
          expect(last?.[type]).toEqual({ ...found.at(-1)?.[type], lastTransitionMs: start });
        }
      }),
    );
  });
});
