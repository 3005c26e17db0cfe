import { expect } from "vitest";
import { memberNames } from "../../../support/federation";
import { test } from "../../../support/joinScenario";

test("a leave by force is refused if neither side answers", async ({ master, site, inputs, joins }) => {
  const { id, outs } = await joins.create({ ...inputs, forceLeave: true });
  await Promise.all([master.goOffline(), site.goOffline()]);
  await expect(joins.delete(id, outs)).rejects.toThrow(/neither the site nor the master answers/);
});

test("a leave that fails on both sides points to both controllers' logs", async ({ master, site, inputs, joins }) => {
  const { id, outs } = await joins.create(inputs);
  const match = { method: "POST", path: "/v1/fed/leave" };
  site.faults.add({ match, what: "status", status: 500, code: 8, times: Infinity });
  await expect(joins.delete(id, outs)).rejects.toThrow(/Check the logs of both controllers/);
  expect(memberNames(master)).toEqual([id]);
});
