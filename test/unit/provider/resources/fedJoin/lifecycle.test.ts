import { describe, expect } from "vitest";
import { encodeJoinToken, type ControllerHandle } from "@fedjoin/simulator";
import { fedJoinInputs } from "@fedjoin/testbed";
import { memberNames, requestsOf } from "../../../../support/federation";
import { createJoinScenario, test, type JoinScenario } from "../../../../support/joinScenario";

const joinCall = { method: "POST", path: "/v1/fed/join_internal", listener: "federation" } as const;
const wrong = { username: "admin", password: "canary-wrong" };
const joinsAt = (controller: ControllerHandle) => requestsOf(controller, "POST", "/v1/fed/join");

describe("D3: create", () => {
  test("R5: joins through the site's controller with a minted token under storeId-suffix", async ({ scenario }) => {
    const { member, site, master } = scenario;
    const { id, outs } = await member();
    expect(id).toMatch(/^u2204a-[A-Za-z0-9]{6}$/);
    expect([memberNames(master), site.role]).toEqual([[id], "joint"]);
    const clusterId = site.membership?.id;
    expect(outs).toMatchObject({ clusterName: id, clusterId, role: "joint", status: "joined", formerIds: [] });
    expect(outs["joinTokenFingerprint"]).toMatch(/^[0-9a-f]{12}$/);
    for (const controller of [master, site]) {
      expect(requestsOf(controller, "POST", "/v1/auth")).toHaveLength(1);
      expect(requestsOf(controller, "DELETE", "/v1/auth")).toHaveLength(1);
    }
  });

  test("R6: sends name, join_token and joint_rest_info, and a set address of the master", async ({ scenario }) => {
    const { joins, site, neighbour, master, member } = scenario;
    await member();
    const sentBy = (controller: ControllerHandle) => joinsAt(controller)[0]?.body as object;
    expect(Object.keys(sentBy(site)).toSorted()).toEqual(["join_token", "joint_rest_info", "name"]);
    const explicit = fedJoinInputs(master, neighbour, "u2204b");
    await joins.create({ ...explicit, master: { ...explicit.master, federation: master.federation } });
    expect(sentBy(neighbour)).toMatchObject(master.federationAddress);
  });

  test("a name that another member holds stops a declared name", async ({ joins, inputs, master, site, neighbour }) => {
    await joins.create({ ...fedJoinInputs(master, neighbour, "u1"), name: "taken" });
    await expect(joins.create({ ...inputs, name: "taken" })).rejects.toThrow(/taken belongs to the member at/);
    expect(site.clusterName).toBe("cluster.local");
  });

  test("R7: a wrong password is tried once, by all FedJoins of the process together", async ({ scenario }) => {
    const { joins, inputs, site } = scenario;
    const refused = { ...inputs, controller: { ...inputs.controller, credentials: wrong } };
    for (let round = 0; round < 6; round++)
      await expect(joins.create(refused)).rejects.toThrow(/Authentication failed/);
    expect(requestsOf(site, "POST", "/v1/auth")).toHaveLength(1);
  });

  test("joins on one master take turns, each with a token that is minted in its turn", async ({ scenario }) => {
    const { joins, master, sites } = scenario;
    const created = await Promise.all(
      sites.map((each, index) => joins.create(fedJoinInputs(master, each, `s${index}`))),
    );
    expect(memberNames(master).toSorted()).toEqual(created.map(({ id }) => id).toSorted());
    for (const each of sites) expect(joinsAt(each)).toHaveLength(1);
    const steps = master.requests.filter(({ path }) => /join_token$|join_internal$/.test(path));
    const paths = steps.map(({ path }) => path.slice("/v1/fed/".length));
    expect(paths).toEqual(["join_token", "join_internal", "join_token", "join_internal"]);
    expect(steps[0]?.query).toContain("token_duration=5");
  });

  test("a rejected token is minted again, at most twice", async ({ joins, inputs, master }) => {
    master.faults.add({ match: joinCall, what: "status", status: 417, code: 39, times: 2 });
    expect(await joins.create(inputs)).toMatchObject({ outs: { status: "joined" } });
    expect(requestsOf(master, "GET", "/v1/fed/join_token")).toHaveLength(3);
  });

  test("a token that names another master than the declared one is used with a warning", async ({ scenario }) => {
    const { start, inputs, master, site } = scenario;
    const { t: ticket } = JSON.parse(Buffer.from(master.joinToken(), "base64").toString()) as { t: string };
    const joinToken = encodeJoinToken({ server: "elsewhere.example", port: 11443, ticket });
    const { joins, logged } = start();
    await joins.create({ ...inputs, joinToken, master: { ...inputs.master, federation: master.federation } });
    expect(site.role).toBe("joint");
    expect(logged).toContainEqual(expect.stringMatching(/^warn .*elsewhere\.example:11443/));
  });

  test("a stock master's refusal names the other route", async ({ joins, inputs }) => {
    const refused = joins.create({ ...inputs, joinVia: "master" });
    await expect(refused).rejects.toThrow(/joinVia "controller" \(JOIN_VIA=controller\)/);
  });
});

describe("D3: route master", () => {
  const routeTest = test.extend("scenario", () => createJoinScenario({ acceptDirectJoin: true }));
  const direct = ({ inputs }: JoinScenario) => ({ ...inputs, controller: undefined, joinVia: "master" });

  routeTest("R6: joins by a request to the master alone, and leaves by removing the entry", async ({ scenario }) => {
    const { joins, master, site } = scenario;
    const { id, outs } = await joins.create(direct(scenario));
    expect([memberNames(master), site.role]).toEqual([[id], "joint"]);
    expect(requestsOf(site, "POST", "/v1/auth")).toEqual([]);
    await joins.delete(id, outs);
    expect([memberNames(master), site.role]).toEqual([[], ""]);
  });

  routeTest("R3: sends a given token to a master without an account there", async ({ inputs, joins, master }) => {
    const given = { ...inputs, joinVia: "master", master: { rest: master.rest }, joinToken: master.joinToken() };
    expect((await joins.create(given)).outs).toMatchObject({ status: "joined" });
    expect(joinsAt(master)[0]?.credential).toBe("none");
  });

  routeTest("R7: an expired given token stops", async ({ scenario }) => {
    const joinToken = encodeJoinToken({ server: "c1.test", port: 1, ticket: "expired" });
    await expect(scenario.joins.create({ ...direct(scenario), joinToken })).rejects.toThrow(/token_rejected/);
  });
});

describe("D3: read", () => {
  test("a living member is unchanged, whatever the status words say", async ({ joins, site, network, member }) => {
    const { id, outs } = await member();
    expect(await joins.read(id, outs)).toEqual({ id, props: outs });
    await network.clock.advanceUntil(site.pollNow());
    expect(await joins.read(id, outs)).toEqual({ id, props: outs });
  });

  test("a member removed while reachable is gone", async ({ joins, master, member }) => {
    const { id, outs } = await member();
    await master.kick(id);
    expect(await joins.read(id, outs)).toEqual({});
  });

  test("a member removed untold is kicked, and an update repairs it under the same name", async ({ scenario }) => {
    const { joins, inputs, master, member } = scenario;
    const { id, outs } = await member();
    await master.kick(id, { tell: false });
    const { props = {} } = await joins.read(id, outs);
    expect(props).toMatchObject({ status: "kicked" });
    expect(await joins.diff(id, props, inputs)).toMatchObject({ changes: true, replaces: [] });
    const updated = await joins.update(id, props, inputs);
    expect(updated.outs).toMatchObject({ status: "joined", clusterName: id, formerIds: [outs["clusterId"]] });
    expect(memberNames(master)).toEqual([id]);
  });
});

describe("D3: delete", () => {
  test("leaves on both sides and is idempotent", async ({ joins, master, site, member }) => {
    const { id, outs } = await member();
    for (let round = 0; round < 2; round++) {
      await joins.delete(id, outs);
      expect([memberNames(master), site.role]).toEqual([[], ""]);
    }
  });

  test("a kicked member leaves by force", async ({ joins, master, site, member }) => {
    const { id, outs } = await member();
    await master.kick(id, { tell: false });
    await joins.delete(id, outs);
    expect(site.role).toBe("");
  });

  test("an unreachable site is an error, and with forceLeave its entry goes from the master", async ({ scenario }) => {
    const { joins, master, site, member } = scenario;
    const { id, outs } = await member();
    await site.goOffline();
    await expect(joins.delete(id, outs)).rejects.toThrow(/set forceLeave .*#network/);
    expect(memberNames(master)).toEqual([id]);
    await joins.delete(id, { ...outs, forceLeave: true });
    expect(memberNames(master)).toEqual([]);
  });

  const slowTest = test.extend("scenario", () => createJoinScenario({ timings: { cleanupMs: 150 } }));
  slowTest("a join right after a leave waits out the clean-up", async ({ member, joins, inputs, master }) => {
    const { id, outs } = await member();
    await joins.delete(id, outs);
    const again = await joins.create(inputs);
    expect(memberNames(master)).toEqual([again.id]);
    expect(again.id).not.toBe(id);
  });
});
