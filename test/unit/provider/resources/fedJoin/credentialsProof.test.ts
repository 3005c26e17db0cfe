import type { ResourceProps } from "../../../../../provider/src/resources/shared/props";
import { beforeEach, expect, test } from "vitest";
import { refresh, up, type Deployed, type StoredResource } from "../../../../support/memoryEngine";
import { createMoveHarness, moveCredentials, type MoveHarness } from "../../../../support/moveHarness";

let world: MoveHarness;
let member: StoredResource;

beforeEach(async () => {
  world = await createMoveHarness();
  const { kept } = await world.run((lifecycle) => up(lifecycle, undefined, world.declare(world.a)));
  if (kept === undefined) throw new Error("no member");
  member = kept;
  world.forget();
});

const upTo = (news: ResourceProps, kept = member) => world.run((lifecycle) => up(lifecycle, kept, news));
const messageOf = ({ error }: Deployed) => (error instanceof Error ? error.message : "");
const logins = () => world.sent.filter((line) => line.startsWith("POST") && line.endsWith("/v1/auth"));

/** The program with another password at the site, or at the master. */
const withPassword = (side: "controller" | "master", password: string, over: ResourceProps = {}) => {
  const news = world.declare(world.a, over);
  return { ...news, [side]: { ...(news[side] as object), credentials: { username: "admin", password } } };
};

test.each(["controller", "master"] as const)(
  "a wrong password in %s.credentials is refused with the field's path, tried once, and not again until it changes",
  async (side) => {
    const refused = await upTo(withPassword(side, "canary-wrong"));
    expect(messageOf(refused)).toMatch(new RegExp(`^${side}\\.credentials: .*Nothing was changed\\..*#login_rejected`));
    expect(logins()).toHaveLength(1);
    expect(refused.kept?.outs).toMatchObject({ status: "joined", [side]: { credentials: moveCredentials } });
    expect(JSON.stringify(refused.kept) + messageOf(refused)).not.toContain("canary");

    world.forget();
    const again = await upTo(withPassword(side, "canary-wrong"), refused.kept);
    expect(messageOf(again)).toMatch(/refused them before, and they are not tried again until they change/);
    const read = await world.run((lifecycle) => refresh(lifecycle, again.kept ?? member));
    world.forget();
    expect(messageOf(await upTo(withPassword(side, "canary-wrong"), read.kept))).toContain("refused them before");
    expect(logins()).toEqual([]);

    const other = await upTo(withPassword(side, "canary-other"), read.kept);
    expect(messageOf(other)).toMatch(/#login_rejected/);
    expect(logins()).toHaveLength(1);
    const back = await upTo(world.declare(world.a), other.kept);
    expect(back).toEqual({ kept: member });
    expect(await upTo(world.declare(world.a), back.kept)).toEqual({ kept: member });
  },
);

test("a right one is proven by one login and stored", async () => {
  const state = withPassword("controller", "older");
  const outs = { ...member.outs, controller: state["controller"] };
  const stored = await upTo(world.declare(world.a), { id: member.id, outs });
  expect(stored.error).toBeUndefined();
  expect(logins()).toHaveLength(1);
  expect(stored.kept).toEqual(member);
});

test("a side that does not answer is a warning, and the settings are stored", async () => {
  world.silent.add(world.site.rest.server);
  const { kept, error } = await upTo(withPassword("controller", "new", { forceLeave: true, onMasterLost: "force" }));
  expect(error).toBeUndefined();
  expect(kept?.outs).toMatchObject({ forceLeave: true, controller: { credentials: { password: "new" } } });
  expect(world.logged).toContainEqual(
    expect.stringMatching(/^warn controller\.credentials: stored without verification/),
  );
});

test("nothing is sent by check and diff, nor by an update that leaves the credentials as they are", async () => {
  const news = withPassword("controller", "canary-wrong");
  await world.run(async (lifecycle) => {
    await lifecycle.check(member.outs, news);
    await lifecycle.diff(member.id, member.outs, news);
  });
  expect((await upTo(world.declare(world.a, { forceLeave: true }))).error).toBeUndefined();
  expect(world.sent).toEqual([]);
});

test("an account that many use is proven once in a process", async () => {
  const news = withPassword("master", "canary-wrong");
  await world.run(async (lifecycle) => {
    for (let round = 0; round < 3; round++) {
      await expect(lifecycle.update(member.id, member.outs, news)).rejects.toThrow(/^master\.credentials: /);
    }
  });
  expect(logins()).toHaveLength(1);
});

test("a refused change that takes a password out of the program leaves the state as it was, where it is marked secret", async () => {
  const news = world.declare(world.a);
  const byReference = {
    ...news,
    controller: { ...(news["controller"] as object), credentials: { apiKey: "admin:none" } },
  };
  const refused = await upTo(byReference);
  expect(messageOf(refused)).toMatch(/^controller\.credentials: /);
  expect(refused.kept).toBe(member);
});

test("a refresh with an older password says that the state holds it, and what to do", async () => {
  const outs = { ...member.outs, controller: withPassword("controller", "older")["controller"] };
  const { error } = await world.run((lifecycle) => refresh(lifecycle, { id: member.id, outs }));
  expect(String(error)).toMatch(/use the password in the state.*run a plain pulumi up.*passwordFrom/);
});
