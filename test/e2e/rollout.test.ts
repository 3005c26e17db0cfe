import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { quietFlags, repositoryRoot, runCommand, storeIds, type Testbed } from "@fedjoin/testbed";
import { startSharedTestbed } from "../support/sharedTestbed";
import { type SimulatedFederation, startFederation } from "@fedjoin/simulator";
import { memberNames } from "../support/federation";

const written = z.object({ config: z.looseObject({}) });

let estate: Testbed;
let b: SimulatedFederation;

beforeAll(async () => {
  estate = await startSharedTestbed("rollout", { timings: { cleanupMs: 200 } });
  b = await startFederation({ sites: 0, selfSigned: true });
});

afterAll(async () => {
  await b.close();
  await estate.stop();
});

const move = (...args: readonly string[]) =>
  runCommand(
    process.execPath,
    [
      join(repositoryRoot, "provider/dist/cli/main.js"),
      ...["rollout", "--stack", "demo", "--cwd", estate.project.dir, "--max-failures", "0", ...args],
    ],
    { env: estate.project.env },
  );
const storeIdsOn = ({ master }: SimulatedFederation) => memberNames(master).map((name) => name.slice(0, -7));
const podNames = () => estate.pods.pods().map(({ name }) => name);

// One story: each test goes on where the one before ended.
describe("fedjoin rollout of a stack with exporters", () => {
  test("joins the first sites before anything else of the stack is there, the up after it makes the rest", async () => {
    const { code, stdout } = await move("--wave", "1", "--waves", "1");
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: "1 done, 0 failed, 2 not tried, as --waves requires. Run the command again to continue.\n",
    });
    expect(storeIdsOn(estate.federation)).toEqual(storeIds.slice(0, 1));
    expect(podNames()).toEqual([]);
    await estate.project.pulumi.run(["up", ...quietFlags]);
    expect(storeIdsOn(estate.federation)).toEqual(storeIds);
    expect(podNames()).toHaveLength(3);
  });

  test("moves the members to another master, says how far it is, and leaves the exporters as they are", async () => {
    const pods = podNames();
    const { config } = written.parse(estate.config.plain);
    const { rest, admin, fingerprint256: fingerprint } = b.master;
    await estate.project.configure({
      plain: {
        config: {
          ...config,
          "fedjoin:master": { rest, credentials: { username: admin.username }, tls: { fingerprint } },
        },
      },
      secrets: new Map([...estate.config.secrets, ["fedjoin:master.credentials.password", admin.password]]),
    });
    const planned = await move("--wave", "2", "--plan");
    const leaves = storeIds.map((id): unknown =>
      expect.stringMatching(`^${id}-\\w{6} leaves the master at .*: master.rest changed`),
    );
    expect(planned.stdout.trimEnd().split("\n")).toEqual([
      ...["wave 1: u2204a u2205b", "wave 2: u2206c", ...leaves],
      "3 members in 2 waves. Nothing was changed.",
    ]);
    const { code, stdout, stderr } = await move("--wave", "2");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "3 done, 0 failed, 0 not tried.\n" });
    expect(stderr).toMatch(/^wave 1 of 2 ended: 2 done, 0 failed, 1 left\nwave 2 of 2: 1 member$/m);
    expect(stderr).not.toContain("Outputs:");
    expect(storeIdsOn(b)).toEqual(storeIds);
    expect(storeIdsOn(estate.federation)).toEqual([]);
    expect(podNames()).toEqual(pods);
    await estate.project.pulumi.run(["up", ...quietFlags, "--expect-no-changes"]);
  });
});
