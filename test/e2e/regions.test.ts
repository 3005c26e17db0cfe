import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import * as z from "zod";
import { membershipConfig, type Project } from "@fedjoin/testbed";
import { federationOfFile, projectOfFile, up } from "../support/deployments";
import { runFedjoin } from "../support/fedjoinProcess";
import { memberNames, at, requestsOf } from "../support/federation";

const regions = ["north", "south"];
const written = z.object({ config: z.looseObject({ "fedjoin:members": z.array(z.looseObject({})) }) });

/** Its stack is `demo`. */
const north = projectOfFile();
const federation = federationOfFile({ sites: 6 });

/** Deploys a stack that takes members from the common file: those of its region, or all. */
async function deploy(project: Project, region: string | undefined, defaults = {}): Promise<void> {
  const { plain, secrets } = membershipConfig(federation, { defaults });
  const config = {
    ...written.parse(plain).config,
    "fedjoin:members": undefined,
    "fedjoin:membersFile": "stores.yaml",
    "fedjoin:shard": region && { label: "region", value: region, values: regions },
  };
  await project.configure({ plain: { config }, secrets });
  await up(project);
}

const members = async (...args: readonly string[]) => {
  const all = ["members", "--all", ...args, "--cwd", north.dir];
  const { code, stdout } = await runFedjoin(all, { env: north.env });
  return { code, stdout, last: stdout.trimEnd().split("\n").at(-1) };
};
const memberships = () => federation.master.members().map(({ id, name }) => `${id} ${name}`);

beforeAll(async () => {
  const { config } = written.parse(membershipConfig(federation).plain);
  const labelled = config["fedjoin:members"].map((member, index) => ({
    ...member,
    labels: { region: regions[index % 2] },
  }));
  await writeFile(join(north.dir, "stores.yaml"), stringify(labelled));
});

// One story: each test goes on where the one before ended.
describe("a stack for each region, from one members file", () => {
  test("a deployed stack is split without a leave or a join: it forgets a part, and the new stack adopts it", async () => {
    const retained = { retainOnDelete: true };
    await deploy(north, undefined, retained);
    const before = memberships();
    expect(before).toHaveLength(6);
    await deploy(north, "north", retained);
    await deploy(await north.addStack("south", "test"), "south");
    expect(memberships()).toEqual(before);
    for (const site of federation.sites) {
      expect(requestsOf(site, "POST", "/v1/fed/join")).toHaveLength(1);
      expect(requestsOf(site, "POST", "/v1/fed/leave")).toHaveLength(0);
    }
    expect(JSON.parse((await members("--json")).stdout)).toMatchObject({
      stacks: ["demo", "south"].map((stack) => ({ stack, members: 3, none: 3 })),
      undeclared: [],
    });
  });

  test("--check finds the member that somebody removed; up --refresh brings it back", async () => {
    const removed = memberNames(federation.master).filter((name) => name.startsWith("u2204a-"));
    await federation.master.kick(at(removed, 0));
    const inPlace = (count: number) =>
      `6 members in 2 stacks: ${count} in place, ${6 - count} not, 0 undeclared entries`;
    expect(await members("--check")).toMatchObject({ code: 2, last: inPlace(5) });
    await up(north, "--refresh");
    expect(await members("--check")).toMatchObject({ code: 0, last: inPlace(6) });
  });
});
