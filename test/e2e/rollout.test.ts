import { describe, expect, test } from "vitest";
import * as z from "zod";
import { type SimulatedFederation } from "@fedjoin/simulator";
import { storeIds } from "@fedjoin/testbed";
import { federationOfFile, testbedOfFile, up } from "../support/deployments";
import { runFedjoin } from "../support/fedjoinProcess";
import { joinedStoreIds } from "../support/federation";

const written = z.object({ config: z.looseObject({}) });

const testbed = testbedOfFile("rollout", { sites: 3 });
const other = federationOfFile({ sites: 0 });

const rollout = (...args: readonly string[]) => {
  const { dir, env } = testbed.project;
  return runFedjoin(["rollout", "--stack", "demo", "--cwd", dir, "--max-failures", "0", ...args], { env });
};
const storeIdsOn = ({ master }: SimulatedFederation) => joinedStoreIds(master);
const podNames = () => testbed.pods.pods().map(({ name }) => name);

// One story: each test goes on where the one before ended.
describe("fedjoin rollout of a stack with exporters", () => {
  test("joins the first sites before anything else of the stack is there, the up after it makes the rest", async () => {
    expect(await rollout("--wave", "1", "--waves", "1")).toMatchObject({
      code: 0,
      stdout: "1 done, 0 failed, 2 not tried, as --waves requires. Run the command again to continue.\n",
    });
    expect(storeIdsOn(testbed.federation)).toEqual(storeIds.slice(0, 1));
    expect(podNames()).toEqual([]);
    await up(testbed.project);
    expect(storeIdsOn(testbed.federation)).toEqual(storeIds);
    expect(podNames()).toHaveLength(3);
  });

  test("moves the members to another master, says how far it is, and leaves the exporters as they are", async () => {
    const pods = podNames();
    const { plain, secrets } = testbed.config;
    const { rest, admin, fingerprint256: fingerprint } = other.master;
    const master = { rest, credentials: { username: admin.username }, tls: { fingerprint } };
    const config = { ...written.parse(plain).config, "fedjoin:master": master };
    await testbed.project.configure({ plain: { config }, secrets });
    const planned = await rollout("--wave", "2", "--plan");
    const leaves = storeIds.map((id): unknown =>
      expect.stringMatching(`^${id}-\\w{6} leaves the master at .*: master.rest changed`),
    );
    expect(planned.stdout.trimEnd().split("\n")).toEqual([
      ...["wave 1: u2204a u2205b", "wave 2: u2206c", ...leaves],
      "3 members in 2 waves. Nothing was changed.",
    ]);
    const { code, stdout, stderr } = await rollout("--wave", "2");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "3 done, 0 failed, 0 not tried.\n" });
    expect(stderr).toMatch(/^wave 1 of 2 ended: 2 done, 0 failed, 1 left\nwave 2 of 2: 1 member$/m);
    expect(stderr).not.toContain("Outputs:");
    expect([storeIdsOn(testbed.federation), storeIdsOn(other)]).toEqual([[], storeIds]);
    expect(podNames()).toEqual(pods);
  });
});
