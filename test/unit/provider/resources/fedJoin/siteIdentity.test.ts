import { clusterNameFromUid } from "../../../../../provider/src/federation/clusterName";
import { describe, expect } from "vitest";
import { fedJoinInputs } from "@fedjoin/testbed";
import { memberNames, requestsOf } from "../../../../support/federation";
import { test } from "../../../../support/joinScenario";

describe("who is this site", () => {
  test("a re-installed site replaces its stale entry, under the same name", async ({ scenario }) => {
    const { joins, inputs, master, reinstall, member } = scenario;
    const { id, outs } = await member();
    await reinstall();
    const { props = {} } = await joins.read(id, outs);
    expect(props).toMatchObject({ status: "left" });
    const { outs: repaired } = await joins.update(id, props, inputs);
    expect(repaired).toMatchObject({ status: "joined", clusterName: id, formerIds: [outs["clusterId"]] });
    expect(memberNames(master)).toEqual([id]);
  });

  test("a re-installed site whose state is lost too piles up no dead entries", async ({ scenario }) => {
    const { start, inputs, master, reinstall } = scenario;
    const names = new Set<string>();
    for (let round = 0; round < 3; round++) {
      const { id } = await start().joins.create(inputs);
      names.add(id);
      expect(memberNames(master)).toEqual([id]);
      await reinstall();
    }
    expect(names.size).toBe(3);
  });

  test("entries of other sites stay, also those that look alike", async ({ scenario }) => {
    const { joins, inputs, master, neighbour, reinstall } = scenario;
    const other = await joins.create({ ...fedJoinInputs(master, neighbour, "u2204a"), name: "u2204a-AAAAAA" });
    await joins.create(inputs);
    await reinstall();
    const again = await joins.create(inputs);
    expect(memberNames(master).toSorted()).toEqual([again.id, other.id].toSorted());
    expect(neighbour.role).toBe("joint");
  });

  test("another cluster under the same store id is refused with an explanation", async ({ joins, inputs }) => {
    const [first, second] = ["uid-1", "uid-2"].map((clusterUid) => ({ ...inputs, clusterUid }));
    const failures = async (olds: object = {}, news: object = {}) =>
      (await joins.check({ ...olds }, { ...news })).failures;
    expect(await failures(first, second)).toEqual([
      { property: "clusterUid", reason: expect.stringMatching(/belongs to the cluster with UID uid-1/) as unknown },
    ]);
    expect(await failures(first, first)).toEqual([]);
    expect(await failures(inputs, first)).toEqual([]);
    expect(await failures(first, { ...second, storeId: "u9" })).toEqual([]);
  });

  test("R5: the suffix can be made from the cluster's UID, for a name that stays", async ({ scenario }) => {
    const { joins, inputs } = scenario;
    const { id, outs } = await joins.create({ ...inputs, clusterUid: "5b0d9e1c", nameSuffix: "uid" });
    expect(id).toBe(clusterNameFromUid("u2204a", "5b0d9e1c"));
    expect(id).toMatch(/^u2204a-[A-Za-z0-9]{6}$/);
    expect(outs).toMatchObject({ clusterUid: "5b0d9e1c" });
  });
});

describe("adopt or join", () => {
  test('ifAbsent "fail" adopts a membership that is there, whatever its name', async ({ joins, inputs, site }) => {
    await joins.create({ ...inputs, name: "joined-by-hand" });
    expect(await joins.create({ ...inputs, ifAbsent: "fail" })).toMatchObject({
      id: "joined-by-hand",
      outs: { status: "joined", clusterId: site.membership?.id },
    });
  });

  test('ifAbsent "fail" never joins', async ({ joins, inputs, site }) => {
    await expect(joins.create({ ...inputs, ifAbsent: "fail" })).rejects.toThrow(/not_a_member/);
    expect(requestsOf(site, "POST", "/v1/fed/join")).toEqual([]);
    expect(site.clusterName).toBe("cluster.local");
  });

  test("a declared name of another member is a check failure, unless the master is away", async ({ scenario }) => {
    const { joins, inputs, master, neighbour } = scenario;
    await joins.create({ ...fedJoinInputs(master, neighbour, "u9"), name: "taken" });
    const failures = async () => (await joins.check({}, { ...inputs, name: "taken" })).failures;
    expect(await failures()).toEqual([
      { property: "name", reason: expect.stringMatching(/^taken belongs to the member at c\d\.test:/) as unknown },
    ]);
    await master.goOffline();
    expect(await failures()).toEqual([]);
  });

  test.for([
    ["name", { name: "other-name" }],
    ["address", { jointRest: { server: "localhost", port: 10443 } }],
  ] as const)("a membership under another %s is not taken over by a create", async ([, over], { scenario }) => {
    const { member, joins, inputs, site, network } = scenario;
    await member();
    network.alias({ server: "localhost", port: 10443 }, site.rest);
    await expect(joins.create({ ...inputs, ...over })).rejects.toThrow(/membership_differs/);
    expect(requestsOf(site, "POST", "/v1/fed/leave")).toEqual([]);
  });
});

describe("drift", () => {
  test("a site that left by hand and joined elsewhere is elsewhere, and is left alone", async ({ scenario }) => {
    const { joins, start, inputs, network, site, member } = scenario;
    const { id, outs } = await member();
    const other = network.addController({ name: "other" });
    await other.promote();
    await joins.delete(id, outs);
    await start().joins.create(fedJoinInputs(other, site, "u2204a"));
    const joinsSent = requestsOf(site, "POST", "/v1/fed/join");
    const { props = {} } = await joins.read(id, outs);
    expect(props).toMatchObject({ status: "elsewhere" });
    await expect(joins.create(inputs)).rejects.toThrow(/member of another master/);
    await expect(joins.update(id, props, inputs)).rejects.toThrow(/member_elsewhere/);
    await joins.delete(id, props);
    expect(other.members()).toHaveLength(1);
    expect(requestsOf(site, "POST", "/v1/fed/join")).toEqual(joinsSent);
  });

  const localhost = { server: "localhost", port: 10443 };
  test.for([
    ["renamed", "another name", { name: "by-hand" }],
    ["moved", "another address", { jointRest: localhost }],
  ] as const)(
    "%s: a site rejoined with %s, until an update",
    async ([status, , over], { member, joins, start, inputs, network, site, master }) => {
      const { id, outs } = await member();
      await joins.delete(id, outs);
      network.alias(localhost, site.rest);
      await start().joins.create({ ...inputs, name: id, ...over });
      const { props = {} } = await joins.read(id, outs);
      expect(props).toMatchObject({ status });
      const { outs: repaired } = await joins.update(id, props, inputs);
      expect(repaired).toMatchObject({ status: "joined", clusterName: id });
      expect(master.members()).toMatchObject([{ name: id, rest: site.rest }]);
    },
  );

  test("a reinstalled master is another federation: the site joins it after a forced leave", async ({ scenario }) => {
    const { joins, inputs, master, site, member, asAdmin } = scenario;
    const { id, outs } = await member();
    await site.goOffline();
    await asAdmin(master, "POST", "/v1/fed/demote", {});
    await master.promote();
    await site.goOnline();

    const { props = {} } = await joins.read(id, outs);
    expect(props).toMatchObject({ status: "elsewhere" });
    await expect(joins.update(id, props, inputs)).rejects.toMatchObject({ kind: "member_elsewhere" });
    expect(site.role).toBe("joint");

    await asAdmin(site, "POST", "/v1/fed/leave", { force: true });
    expect(await joins.read(id, props)).toEqual({});
    const again = await joins.create(inputs);
    expect(again.outs).toMatchObject({ status: "joined" });
    expect(memberNames(master)).toEqual([again.id]);
  });
});
