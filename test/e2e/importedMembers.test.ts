import {
  findLeaks,
  joinByHand,
  membershipConfig,
  type Project,
  quietFlags,
  runImport,
  storeIds,
} from "@fedjoin/testbed";
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { expectNoChanges, federationOfFile, password, projectOfFile, storedFedJoins } from "../support/deployments";
import { runFedjoin } from "../support/fedjoinProcess";
import { at, membershipChanges } from "../support/federation";

test("members are adopted by fedjoin import and pulumi import, by reads alone; those that do not fit are left out with their reason", async () => {
  const result = await runImport({ members: 3, say: () => undefined, tools: inject("tools") });
  expect(result).toMatchObject({
    imported: ["store0", "store1", "store2"],
    leftOut: {
      renamed: "is a member under another name, store3-Xy9K2m",
      moved: expect.stringMatching(/^is a member with another joint address, /) as unknown,
      elsewhere: "is a member of another master, primary",
      silent: expect.stringMatching(/^the site cannot be read: .*ECONNREFUSED/) as unknown,
      absent: "is not a member",
    },
    ...{ isUnchanged: true, leaks: [] },
  });
  expect(Object.keys(result.requests).toSorted()).toEqual(["DELETE /v1/auth", "GET /v1/fed/member", "POST /v1/auth"]);
});

describe("the members of a stack", () => {
  const north = projectOfFile();
  const federation = federationOfFile({ sites: 2, selfSigned: false });
  const members = storeIds.slice(0, 2);
  const importFile = () => join(north.dir, "import.json");

  /** Declares these members, their passwords by reference. */
  const configure = (project: Project, declared: readonly string[]): Promise<void> =>
    project.configure(
      membershipConfig(federation, {
        members: Object.fromEntries(members.map((id) => [id, declared.includes(id) ? {} : undefined])),
        passwordFrom: { file: join(north.dir, "password") },
      }),
    );

  const pulumiImport = ({ pulumi }: Project) =>
    pulumi.run(["import", "--file", importFile(), "--generate-code=false", "--protect=false", ...quietFlags]);
  /** By their ids, since the engine stores them in the order in which they finished. */
  const storedById = async () => {
    const stored = await storedFedJoins(north.backendDir, "fedjoin", "demo");
    return new Map(stored.map((resource) => [resource.id, resource]));
  };
  const ownersIn = async (stack: string) =>
    (await storedFedJoins(north.backendDir, "fedjoin", stack)).map(({ outputs }) => outputs?.["storeId"]).toSorted();

  beforeAll(async () => {
    for (const [index, site] of federation.sites.entries())
      await joinByHand(federation.master, site, `${at(members, index)}-Xy9K2m`);
    await writeFile(join(north.dir, "password"), password);
    await configure(north, members);
  });

  // One story: each test goes on where the one before ended.
  test("are imported by its configuration, and again without effect; up and refresh leave the state as it is", async () => {
    const args = ["import", "--stack", "demo", "--cwd", north.dir, "--out", importFile()];
    expect(await runFedjoin(args, { env: north.env })).toMatchObject({ code: 0, stderr: "" });
    expect((await stat(importFile())).mode & 0o777).toBe(0o600);
    await pulumiImport(north);
    const imported = await storedById();
    await expectNoChanges(north);
    expect(await storedById()).toEqual(imported);
    await pulumiImport(north);
    expect(await ownersIn("demo")).toEqual(members);
    expect(await findLeaks(north.backendDir, new Map([["password", password]]))).toEqual([]);
  });

  test("move to another stack with the same file", async () => {
    const south = await north.addStack("south", "south's");
    await configure(south, members);
    await pulumiImport(south);
    for (const id of members) {
      const urn = `urn:pulumi:demo::fedjoin::pulumi-nodejs:dynamic/neuvector:FedJoin::${id}`;
      await north.pulumi.run(["state", "delete", "--stack", "demo", "--yes", urn]);
    }
    await configure(north, []);
    await expectNoChanges(north);
    await expectNoChanges(south);
    expect([await ownersIn("demo"), await ownersIn("south")]).toEqual([[], members]);
    const sent = membershipChanges([federation.master, ...federation.sites]);
    expect(sent).toEqual(["POST /v1/fed/join", "POST /v1/fed/join"]);
  });

  test("are taken from the master's list, into the members file of a new stack", async () => {
    const west = await north.addStack("west", "west's");
    const access = {
      credentials: { username: "admin", passwordFrom: { file: join(north.dir, "password") } },
      tls: { ca: federation.ca },
    };
    const master = { rest: federation.master.rest, ...access };
    const settings = join(north.dir, "master.json");
    await writeFile(settings, JSON.stringify({ master, defaults: { controller: access } }));
    const out = ["--out", importFile(), "--force"];
    const args = ["import", "--master", settings, "--members", join(north.dir, "stores.yaml"), ...out];
    expect(await runFedjoin(args, { env: north.env })).toMatchObject({ code: 0, stderr: "" });
    const config = {
      "fedjoin:master": master,
      "fedjoin:defaults": { controller: access, exporter: { enabled: false } },
      "fedjoin:membersFile": "stores.yaml",
    };
    await west.configure({ plain: { config }, secrets: new Map() });
    const again = ["import", "--stack", "west", "--cwd", north.dir, ...out];
    expect(await runFedjoin(again, { env: west.env })).toMatchObject({ code: 0, stderr: "" });
    await pulumiImport(west);
    await expectNoChanges(west);
    expect(await ownersIn("west")).toEqual(members);
  });
});
