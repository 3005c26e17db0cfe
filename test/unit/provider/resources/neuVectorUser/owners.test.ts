import { expect, test } from "vitest";
import { createRecordedFederation, recordedUsers } from "../../../../support/recordedStates";

test("a user that another resource of the run declares is handed over, and two resources for one user are refused", async () => {
  const world = await createRecordedFederation();
  const inputs = recordedUsers["user-small"];
  const [first, second] = ["urn::first", "urn::second"].map((urn) => ({ ...inputs, __urn: urn }));
  if (first === undefined || second === undefined) throw new Error("no inputs");
  expect((await world.users.check({}, second)).failures).toEqual([]);
  const { id, outs } = await world.advanceUntil(world.users.create(second));
  await world.advanceUntil(world.users.delete(id, outs));
  expect(await world.advanceUntil(world.users.read(id, outs))).toMatchObject({ id });
  expect((await world.users.check({}, first)).failures).toEqual([
    { property: "username", reason: "urn::second and urn::first both declare this user. Declare it once" },
  ]);
});
