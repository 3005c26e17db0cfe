import { describe, expect } from "vitest";
import { fedJoinInputs } from "@fedjoin/testbed";
import { memberNames, requestsOf } from "../../../support/federation";
import { test } from "../../../support/joinScenario";

const removal = { method: "DELETE", path: "/v1/fed/cluster/:id" };
const leave = { method: "POST", path: "/v1/fed/leave" };

describe("a join is refused", () => {
  test("at a site that is a master itself", async ({ joins, inputs, site }) => {
    await site.promote({ name: "other" });
    await expect(joins.create(inputs)).rejects.toThrow(/the site is a federation master itself/);
  });

  test("at a master that is not one", async ({ joins, inputs, neighbour, site }) => {
    const wrongMaster = { ...inputs, master: fedJoinInputs(neighbour, site, "u1").master };
    await expect(joins.create(wrongMaster)).rejects.toThrow(/named as master is not a federation master.*Promote it/s);
    expect(site.role).toBe("");
  });
});

describe("the removal of a stale entry", () => {
  const lost = { match: removal, what: "status", status: 500, code: 8 } as const;

  test.for([
    ["took effect is not repeated", true, 1],
    ["did not take effect is repeated", false, 2],
  ] as const)("that %s after a lost response", async ([, effect, removals], { scenario }) => {
    const { master, inputs, member, reinstall, start } = scenario;
    await member();
    await reinstall();
    master.faults.add({ ...lost, effect });
    const { id } = await start().joins.create(inputs);
    expect(memberNames(master)).toEqual([id]);
    const sent = master.requests.filter(
      ({ method, path }) => method === "DELETE" && path.startsWith("/v1/fed/cluster/"),
    );
    expect(sent).toHaveLength(removals);
  });
});

describe("a leave before a repair", () => {
  test("whose response was lost is decided by another observation", async ({ scenario }) => {
    const { master, site, inputs, member, start } = scenario;
    const { id, outs } = await member();
    await master.kick(id, { tell: false });
    const { joins } = start();
    const { props = {} } = await joins.read(id, outs);
    site.faults.add({ match: leave, what: "status", status: 500, code: 8, effect: true });
    expect((await joins.update(id, props, inputs)).outs).toMatchObject({ status: "joined" });
    expect(requestsOf(site, "POST", "/v1/fed/leave")).toHaveLength(1);
  });
});
