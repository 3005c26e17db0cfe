import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { createRecordedFederation, recordedJoins, recordedUsers } from "../../../support/recordedStates";
import { repositoryRoot } from "@fedjoin/testbed";

const folder = join(repositoryRoot, "test/fixtures/states");
const properties = z.record(z.string(), z.unknown());
const recorded = z.object({ id: z.string(), inputs: properties, outs: properties });
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(repositoryRoot, "provider/package.json"), "utf8")));

const written = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".json"))
  .toSorted();
const load = (file: string) => recorded.parse(JSON.parse(readFileSync(join(folder, file), "utf8")));
const joins = written.filter((file) => file.includes("/join-"));
const users = written.filter((file) => file.includes("/user-"));

describe("the states that this version writes are recorded", () => {
  const matches = (name: string, state: object) =>
    expect(`${JSON.stringify(state, undefined, 2)}\n`).toMatchFileSnapshot(join(folder, version, `${name}.json`));

  test.for(Object.entries(recordedJoins))("%s", async ([name, inputs]) => {
    const world = await createRecordedFederation();
    const { id, outs } = await world.joins.create(inputs);
    await matches(name, { id, inputs, outs });
  });

  test.for(Object.entries(recordedUsers))("%s", async ([name, inputs]) => {
    const world = await createRecordedFederation();
    const { id, outs } = await world.users.create(inputs);
    await matches(name, { id, inputs, outs });
  });
});

describe("D3: a state that a released version wrote is as good as one of today", () => {
  test.for(joins)("%s: no change, a refresh, an update and a leave", async (file) => {
    const { id, inputs, outs } = load(file);
    const world = await createRecordedFederation();
    expect((await world.joins.check(inputs, inputs)).failures).toEqual([]);
    expect(await world.joins.diff(id, outs, inputs)).toMatchObject({ changes: false, replaces: [] });
    await world.joins.create({ ...inputs, name: id });
    const read = await world.joins.read(id, outs);
    expect(read).toMatchObject({ id, props: { status: "joined", clusterName: id, joinedAt: outs["joinedAt"] } });
    const changed = { ...inputs, timeoutSeconds: 77 };
    expect(await world.joins.diff(id, outs, changed)).toMatchObject({ changes: true, replaces: [] });
    const updated = await world.joins.update(id, outs, changed);
    expect(updated.outs).toMatchObject({ timeoutSeconds: 77, status: "joined", clusterName: id });
    await world.joins.delete(id, outs);
    expect(world.master.members()).toEqual([]);
  });

  test.for(users)("%s: no change, a refresh and a deletion", async (file) => {
    const { id, inputs, outs } = load(file);
    const world = await createRecordedFederation();
    expect((await world.users.check(inputs, inputs)).failures).toEqual([]);
    expect(await world.users.diff(id, outs, inputs)).toMatchObject({ changes: false, replaces: [] });
    await world.users.create(inputs);
    expect(await world.users.read(id, outs)).toMatchObject({
      id,
      props: { status: "ready", role: outs["role"] },
    });
    await world.users.delete(id, outs);
    expect(await world.users.read(id, outs)).toEqual({});
  });
});
