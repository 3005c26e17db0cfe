import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import {
  changedConfig,
  createProject,
  isFedJoin,
  membershipConfig,
  quietFlags,
  scrape,
  storedResources,
  storeIds,
  type Testbed,
} from "@fedjoin/testbed";
import { startSharedTestbed } from "../support/sharedTestbed";
import { startFederation } from "@fedjoin/simulator";
import { memberNames, at, requestsOf } from "../support/federation";
import { styleProblems } from "../support/messageStyle";

const timings = { cleanupMs: 200, probePauseMs: 20, intervalMinuteMs: 500 };
const [first, second, third] = storeIds;

let estate: Testbed;

beforeAll(async () => {
  estate = await startSharedTestbed("continue", { timings });
  await estate.project.configure(changedConfig(estate.config, { defaults: { retry: { maxRetries: 0 } } }));
});

afterAll(() => estate.stop());

const storeIdsJoined = () => memberNames(estate.federation.master).map((name) => name.slice(0, -7));
const refused = () => at(estate.federation.sites, 1);
const joinsSent = () => estate.federation.sites.map((site) => requestsOf(site, "POST", "/v1/fed/join").length);

// One story: each test goes on where the one before ended.
describe("pulumi up --continue-on-error", () => {
  test("D4: a site that does not answer fails alone: the others are joined, all exporters run, and the error names the site", async () => {
    await refused().goOffline();
    const { code, stdout } = await estate.project.pulumi.tryRun(["up", ...quietFlags, "--continue-on-error"]);
    expect(code).not.toBe(0);
    expect(stdout).toMatch(/error: join of u2205b as u2205b-\w{6} failed: .*ECONNREFUSED.*#network/);
    // One failure is one message: the engine's summary has it once, in a form that says all.
    const summary = stdout.slice(stdout.indexOf("Diagnostics:"));
    const errors = [...summary.matchAll(/error: (join of .*)/g)].map(([, message = ""]) => message);
    expect(errors.map(styleProblems)).toEqual([[]]);
    expect(summary.match(/ECONNREFUSED/g)).toHaveLength(1);
    expect(storeIdsJoined().toSorted()).toEqual([first, third]);
    const resources = await storedResources(estate.project.backendDir, "fedjoin", "demo");
    expect(
      resources
        .filter(isFedJoin)
        .map(({ outputs }) => outputs?.["storeId"])
        .toSorted(),
    ).toEqual([first, third]);
    const pods = estate.pods.pods();
    expect(pods.map(({ namespace }) => namespace).toSorted()).toEqual(storeIds.map((id) => `continue-${id}`));
    for (const { namespace, address } of pods) {
      const samples = await scrape(`http://${address?.host ?? ""}:${address?.port ?? 0}`);
      expect(samples).toContain(namespace === `continue-${second ?? ""}` ? "nv_up 0" : "nv_up 1");
    }
  });

  test("the next up joins that site and sends nothing to the others", async () => {
    await refused().goOnline();
    const before = joinsSent();
    await estate.project.pulumi.run(["up", ...quietFlags]);
    expect(storeIdsJoined().toSorted()).toEqual(storeIds);
    expect(joinsSent().map((count, index) => count - at(before, index))).toEqual([0, 1, 0]);
    await estate.project.pulumi.run(["up", ...quietFlags, "--expect-no-changes"]);
  });
});

test("without the flag, what has begun is ended and nothing more is begun; the next up goes on", async () => {
  const dir = await mkdtemp(join(tmpdir(), "fedjoin-continue-"));
  const federation = await startFederation({ sites: 12, selfSigned: true, timings, password: "Aa1-for-all" });
  try {
    const project = await createProject(inject("tools"), dir, "test");
    await project.configure(membershipConfig(federation, { defaults: { retry: { maxRetries: 0 } } }));
    for (const site of federation.sites.slice(1)) await site.goOffline();
    const { code, stdout } = await project.pulumi.tryRun(["up", ...quietFlags, "--parallel", "1"]);
    expect(code).not.toBe(0);
    const failed = new Set([...stdout.matchAll(/error: join of (\S+) as/g)].map(([, storeId]) => storeId));
    expect([...failed]).toHaveLength(1);
    for (const site of federation.sites) await site.goOnline();
    await project.pulumi.run(["up", ...quietFlags]);
    expect(memberNames(federation.master)).toHaveLength(12);
  } finally {
    await federation.close();
    await rm(dir, { recursive: true, force: true });
  }
});
