import type { ResourceProps } from "../../../../../provider/src/resources/shared/props";
import { describe, expect } from "vitest";
import { messageOf, moveCredentials, test, type MoveScenario } from "../../../../support/moveScenario";

type Side = "controller" | "master";

const logins = ({ sent }: MoveScenario) => sent.filter((line) => line.startsWith("POST") && line.endsWith("/v1/auth"));

/** The program with another password at one side. */
const withPassword = ({ a, declare }: MoveScenario, side: Side, password: string, over: ResourceProps = {}) => {
  const news = declare(a, over);
  return { ...news, [side]: { ...(news[side] as object), credentials: { username: "admin", password } } };
};

test.for(["controller", "master"] as const)("a wrong password at the %s is tried once", async (side, { move }) => {
  const { a, declare, member, up, refresh, forget } = move;
  const wrong = withPassword(move, side, "canary-wrong");
  const refused = await up(wrong);
  expect(messageOf(refused)).toMatch(RegExp(`^${side}\\.credentials: .*Nothing was changed\\..*#a-login-is-refused`));
  expect(logins(move)).toHaveLength(1);
  expect(refused.kept?.outs).toMatchObject({ status: "joined", [side]: { credentials: moveCredentials } });
  expect(JSON.stringify(refused.kept) + messageOf(refused)).not.toContain("canary");

  forget();
  const again = await up(wrong, refused.kept);
  expect(messageOf(again)).toMatch(/refused them before, and they are not tried again until they change/);
  const read = await refresh(again.kept);
  forget();
  expect(messageOf(await up(wrong, read.kept))).toContain("refused them before");
  expect(logins(move)).toEqual([]);

  const other = await up(withPassword(move, side, "canary-other"), read.kept);
  expect(messageOf(other)).toMatch(/#a-login-is-refused/);
  expect(logins(move)).toHaveLength(1);
  const back = await up(declare(a), other.kept);
  expect(back).toEqual({ kept: member });
  expect(await up(declare(a), back.kept)).toEqual({ kept: member });
});

test("a right one is proven by one login and stored", async ({ move }) => {
  const { a, declare, member, up } = move;
  const { controller } = withPassword(move, "controller", "older") as ResourceProps;
  const stored = await up(declare(a), { id: member.id, outs: { ...member.outs, controller } });
  expect(stored).toEqual({ kept: member });
  expect(logins(move)).toHaveLength(1);
});

test("a side that does not answer is a warning, and the settings are stored", async ({ move }) => {
  move.silent.add(move.site.rest.server);
  const news = withPassword(move, "controller", "new", { forceLeave: true, onMasterLost: "force" });
  const { kept, error } = await move.up(news);
  expect(error).toBeUndefined();
  expect(kept?.outs).toMatchObject({ forceLeave: true, controller: { credentials: { password: "new" } } });
  expect(move.logged).toContainEqual(expect.stringMatching(/^warn controller\.credentials: stored without/));
});

describe("nothing is sent", () => {
  test("by check and diff", async ({ move }) => {
    const { joins } = move.start();
    const news = withPassword(move, "controller", "canary-wrong");
    await joins.check(move.member.outs, news);
    await joins.diff(move.member.id, move.member.outs, news);
    expect(move.sent).toEqual([]);
  });

  test("by an update that leaves the credentials as they are", async ({ move }) => {
    expect((await move.up(move.declare(move.a, { forceLeave: true }))).error).toBeUndefined();
    expect(move.sent).toEqual([]);
  });
});

test("an account that many use is proven once in a process", async ({ move }) => {
  const { joins } = move.start();
  const news = withPassword(move, "master", "canary-wrong");
  for (let round = 0; round < 3; round++) {
    await expect(joins.update(move.member.id, move.member.outs, news)).rejects.toThrow(/^master\.credentials: /);
  }
  expect(logins(move)).toHaveLength(1);
});

test("a refused change that takes a password out of the program leaves the state as it was", async ({ move }) => {
  const { a, declare, member, site, up } = move;
  const refused = await up(declare(a, { controller: { ...site.rest, credentials: { apiKey: "admin:none" } } }));
  expect(messageOf(refused)).toMatch(/^controller\.credentials: /);
  expect(refused.kept).toBe(member);
});

test("a refresh with an older password says that the state holds it, and what to do", async ({ move }) => {
  const { member, refresh } = move;
  const { controller } = withPassword(move, "controller", "older") as ResourceProps;
  const { error } = await refresh({ id: member.id, outs: { ...member.outs, controller } });
  expect(String(error)).toMatch(/use the password in the state.*run a plain pulumi up.*passwordFrom/);
});
