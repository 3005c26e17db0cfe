import { describe, expect, test } from "vitest";
import { findDuplicateMemberships } from "../../../../stacks/src/config/duplicateMemberships";

const controller = { server: "Neuvector.example.com", port: 10443 };
const member = (storeId: string, keys: object = {}) => ({
  storeId,
  jointRest: { server: storeId, port: 10443 },
  ...keys,
});

const pathsOf = (...members: readonly unknown[]) => findDuplicateMemberships(members).map(({ path }) => path.join("."));

describe("a membership with two owners", () => {
  test("is found by store id, name, controller or joint address, without regard to case", () => {
    expect(pathsOf(member("u1"), member("U1", { jointRest: undefined }))).toEqual(["storeId"]);
    expect(pathsOf(member("u1", { name: "x" }), member("u2", { name: "x" }))).toEqual(["name"]);
    expect(
      pathsOf(member("u1", { controller }), member("u2", { controller: { server: "neuvector.EXAMPLE.com" } })),
    ).toEqual(["controller"]);
    expect(pathsOf(member("u1"), member("u2", { jointRest: { server: "u1", port: 10443 } }))).toEqual(["jointRest"]);
  });

  test("is found where the address is spelled in another way", () => {
    const at = (server: string) => ({ controller: { server, port: 10443 }, jointRest: { server, port: 10443 } });
    for (const [first, second] of [
      ["[fd00::1]", "FD00:0::1"],
      ["c1.example.com.", "C1.example.com"],
    ] as const) {
      expect(pathsOf(member("u1", at(first)), member("u2", at(second)))).toEqual(["controller", "jointRest"]);
    }
  });

  test("is told at each one but the first, with the first's place", () => {
    expect(
      findDuplicateMemberships([member("u0"), member("u1"), member("u1", { jointRest: controller }), member("u1")]),
    ).toEqual([
      { member: 2, path: ["storeId"], first: 1, message: "a membership has one owner" },
      { member: 3, path: ["storeId"], first: 1, message: "a membership has one owner" },
      { member: 3, path: ["jointRest"], first: 1, message: "a membership has one owner" },
    ]);
  });

  test("is found where a member has the address of the master", () => {
    const hq = { server: "hq.example.com", port: 10443 };
    const master = { rest: { server: "HQ.example.com" } };
    const found = (keys: object) => findDuplicateMemberships([member("u1"), member("u2", keys)], master);
    expect(found({ controller: hq })).toEqual([
      { member: 1, path: ["controller"], message: "is also master.rest: a master does not join itself" },
    ]);
    expect(found({ jointRest: hq }).map(({ path }) => path)).toEqual([["jointRest"]]);
    expect(found({ jointRest: { ...hq, port: 443 } })).toEqual([]);
    expect(found({ jointRest: hq, controller: hq, joinedBy: "none" })).toEqual([]);
  });

  test("is not one where nobody joins, or where each exporter has a controller of that name in its own cluster", () => {
    const shared = { jointRest: controller, name: "x", joinedBy: "none" };
    expect(pathsOf(member("u1", shared), member("u2", shared))).toEqual([]);
    const inside = { controller, joinedBy: "exporter" };
    expect(pathsOf(member("u1", inside), member("u2", inside))).toEqual([]);
  });

  test("is looked for among malformed members too", () => {
    expect(pathsOf(null, 7, { storeId: 7 }, { storeId: 7 }, { storeId: "u1", port: "x" }, { storeId: "u1" })).toEqual([
      "storeId",
    ]);
  });
});
