import { expect } from "vitest";
import { memberNames } from "../../../../support/federation";
import { test } from "../../../../support/joinScenario";

test("a reinstalled master is another federation: nothing is ended by itself, and after a forced leave at the site it joins again", async ({
  scenario,
}) => {
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
