import { clusterNameFromUid } from "../../../../../provider/src/federation/clusterName";
import type { ResourceLifecycle } from "../../../../../provider/src/resources/shared/lifecycle";
import type { ResourceProps } from "../../../../../provider/src/resources/shared/props";
import { beforeEach, describe, expect, test } from "vitest";
import { createVirtualFederation, type ControllerHandle, type VirtualFederation } from "@fedjoin/simulator";
import { fedJoinInputs } from "@fedjoin/testbed";
import { at, memberNames, requestsOf } from "../../../../support/federation";
import { virtualLifecycle } from "../../../../support/virtualLifecycle";

let federation: VirtualFederation;
let master: ControllerHandle;
let site: ControllerHandle;
let inputs: ReturnType<typeof fedJoinInputs>;
let lifecycle: ResourceLifecycle;

beforeEach(async () => {
  federation = await createVirtualFederation({ sites: 2, timings: { cleanupMs: 10 } });
  master = federation.master;
  site = at(federation.sites, 0);
  inputs = fedJoinInputs(master, site, "u2204a");
  lifecycle = newLifecycle();
});

const newLifecycle = () => virtualLifecycle(federation.network);

describe("who is this site", () => {
  test("a re-installed site replaces its stale entry, under the same name", async () => {
    const { id, outs } = await lifecycle.create(inputs);
    await loseMembership(site);
    const read = await lifecycle.read(id, outs);
    expect(read.props).toMatchObject({ status: "left" });
    const { outs: repaired } = await lifecycle.update(id, read.props ?? {}, inputs);
    expect(repaired).toMatchObject({ status: "joined", clusterName: id, formerIds: [outs["clusterId"]] });
    expect(memberNames(master)).toEqual([id]);
  });

  test("a re-installed site whose state is lost too piles up no dead entries", async () => {
    const names: string[] = [];
    for (let round = 0; round < 3; round++) {
      const { id } = await newLifecycle().create(inputs);
      names.push(id);
      expect(memberNames(master)).toEqual([id]);
      await loseMembership(site);
    }
    expect(new Set(names).size).toBe(3);
  });

  test("entries of other sites stay, also those that look alike", async () => {
    const second = at(federation.sites, 1);
    const other = await lifecycle.create({ ...fedJoinInputs(master, second, "u2204a"), name: "u2204a-AAAAAA" });
    await lifecycle.create(inputs);
    await loseMembership(site);
    const again = await newLifecycle().create(inputs);
    expect(memberNames(master).toSorted()).toEqual([again.id, other.id].toSorted());
    expect(second.role).toBe("joint");
  });

  test("another cluster under the same store id is refused with an explanation", async () => {
    const olds = { ...inputs, clusterUid: "uid-1" };
    const news = { ...inputs, clusterUid: "uid-2" };
    const { failures } = await lifecycle.check(olds, news);
    expect(failures.map(({ property }) => property)).toEqual(["clusterUid"]);
    expect(failures[0]?.reason).toMatch(/belongs to the cluster with UID uid-1/);
    await expect(lifecycle.check(olds, olds)).resolves.toMatchObject({ failures: [] });
    await expect(lifecycle.check(inputs, olds)).resolves.toMatchObject({ failures: [] });
    await expect(lifecycle.check(olds, { ...news, storeId: "u9" })).resolves.toMatchObject({ failures: [] });
  });

  test("R5: the suffix can be made from the cluster's UID, so that the same cluster has the same name", async () => {
    const wanted = { ...inputs, clusterUid: "5b0d9e1c", nameSuffix: "uid" };
    const { id, outs } = await lifecycle.create(wanted);
    expect(id).toBe(clusterNameFromUid("u2204a", "5b0d9e1c"));
    expect(id).toMatch(/^u2204a-[A-Za-z0-9]{6}$/);
    expect(outs).toMatchObject({ clusterUid: "5b0d9e1c" });
  });
});

describe("adopt or join", () => {
  test('ifAbsent "fail" adopts a membership that is there, whatever its name', async () => {
    await lifecycle.create({ ...inputs, name: "joined-by-hand" });
    const { id, outs } = await newLifecycle().create({ ...inputs, ifAbsent: "fail" });
    expect(id).toBe("joined-by-hand");
    expect(outs).toMatchObject({ status: "joined", clusterId: site.membership?.id });
  });

  test('ifAbsent "fail" never joins', async () => {
    await expect(lifecycle.create({ ...inputs, ifAbsent: "fail" })).rejects.toThrow(/not_a_member/);
    expect(requestsOf(site, "POST", "/v1/fed/join")).toHaveLength(0);
    expect(site.clusterName).toBe("cluster.local");
  });

  test("a declared name held by another member is a check failure", async () => {
    await lifecycle.create({ ...fedJoinInputs(master, at(federation.sites, 1), "u9"), name: "taken" });
    const { failures } = await lifecycle.check({}, { ...inputs, name: "taken" });
    expect(failures.map(({ property }) => property)).toEqual(["name"]);
    expect(failures[0]?.reason).toMatch(/^taken belongs to the member at c\d\.test:/);
  });

  test("a master that cannot be read is no check failure", async () => {
    await master.goOffline();
    await expect(lifecycle.check({}, { ...inputs, name: "x" })).resolves.toMatchObject({ failures: [] });
    await master.goOnline();
  });

  test("a membership under another name or address is not taken over by a create", async () => {
    await lifecycle.create(inputs);
    const renamed = newLifecycle().create({ ...inputs, name: "other-name" });
    await expect(renamed).rejects.toThrow(/membership_differs/);
    federation.network.alias({ ...site.rest, server: "localhost" }, site.rest);
    const moved = newLifecycle().create({ ...inputs, jointRest: { server: "localhost", port: site.rest.port } });
    await expect(moved).rejects.toThrow(/membership_differs/);
    expect(requestsOf(site, "POST", "/v1/fed/leave")).toHaveLength(0);
  });
});

describe("drift", () => {
  let id: string;
  let outs: ResourceProps;

  beforeEach(async () => {
    ({ id, outs } = await lifecycle.create(inputs));
  });

  test("a site that left by hand and joined elsewhere is said to be elsewhere, and is left alone", async () => {
    const other = federation.network.addController({ name: "other" });
    await other.promote();
    await lifecycle.delete(id, outs);
    await newLifecycle().create(fedJoinInputs(other, site, "u2204a"));
    const read = await lifecycle.read(id, outs);
    expect(read.props).toMatchObject({ status: "elsewhere" });
    await expect(lifecycle.update(id, read.props ?? {}, inputs)).rejects.toThrow(/member_elsewhere/);
    await lifecycle.delete(id, read.props ?? {});
    expect(other.members()).toHaveLength(1);
  });

  test("a site that was rejoined by hand under another name is renamed, and update brings the declared name back", async () => {
    await lifecycle.delete(id, outs);
    await newLifecycle().create({ ...inputs, name: "by-hand" });
    const read = await lifecycle.read(id, outs);
    expect(read.props).toMatchObject({ status: "renamed" });
    const { outs: repaired } = await lifecycle.update(id, read.props ?? {}, inputs);
    expect(repaired).toMatchObject({ status: "joined", clusterName: id });
    expect(memberNames(master)).toEqual([id]);
  });

  test("a site that was rejoined with another address is moved, and update brings the declared address back", async () => {
    await lifecycle.delete(id, outs);
    federation.network.alias({ ...site.rest, server: "localhost" }, site.rest);
    await newLifecycle().create({ ...inputs, name: id, jointRest: { server: "localhost", port: site.rest.port } });
    const read = await lifecycle.read(id, outs);
    expect(read.props).toMatchObject({ status: "moved" });
    await lifecycle.update(id, read.props ?? {}, inputs);
    expect(master.members().map(({ rest }) => rest)).toEqual([site.rest]);
  });

  test("a login that is refused while reading is an error, never gone", async () => {
    const credentials = { username: "admin", password: "wrong" };
    const stored = { ...outs, controller: { ...inputs.controller, credentials } };
    await expect(newLifecycle().read(id, stored)).rejects.toThrow(/login_rejected/);
  });

  test("a master that was demoted is an error, never gone", async () => {
    await asAdmin(master, "/v1/fed/demote", {});
    await expect(newLifecycle().read(id, outs)).rejects.toThrow(/not a federation master/);
  });
});

/** As a fresh installation of the site: it forgets its membership and tells nobody. */
async function loseMembership(controller: ControllerHandle): Promise<void> {
  await master.goOffline();
  await asAdmin(controller, "/v1/fed/leave", { force: true });
  await master.goOnline();
}

async function asAdmin(controller: ControllerHandle, path: string, body: object): Promise<void> {
  const token = await controller.logIn();
  const { status } = await federation.network.clock.advanceUntil(controller.request("POST", path, { token, body }));
  expect(status).toBe(200);
}
