import { beforeAll, describe, expect, test } from "vitest";
import { changedConfig, scrape, storeIds } from "@fedjoin/testbed";
import { podUrl, refusedUp, storedFedJoins, testbedOfFile, up } from "../support/deployments";
import { at, requestsOf, joinedStoreIds } from "../support/federation";
import { styleProblems } from "../support/messageStyle";

const [first, second = "", third] = storeIds;
const once = { defaults: { retry: { maxRetries: 0 } } };

const testbed = testbedOfFile("continue", { sites: 3 });

beforeAll(() => testbed.project.configure(changedConfig(testbed.config, once)));

const storeIdsJoined = () => joinedStoreIds(testbed.federation.master);
const joinsSent = () => testbed.federation.sites.map((site) => requestsOf(site, "POST", "/v1/fed/join").length);

// One story: each test goes on where the one before ended.
describe("pulumi up --continue-on-error", () => {
  test("D4: a site that does not answer fails alone: the others are joined, all exporters run, and the error names the site", async () => {
    await at(testbed.federation.sites, 1).goOffline();
    const said = await refusedUp(testbed.project, "--continue-on-error");
    expect(said).toMatch(/error: join of u2205b as u2205b-\w{6} failed: .*ECONNREFUSED.*#network/);
    expect(said).toMatch(/Running program .* failed with an unhandled exception:[^]*failed to register/);
    // One failure is one message: the engine's summary has it once, in a form that says all.
    const summary = said.slice(said.indexOf("Diagnostics:"));
    const errors = [...summary.matchAll(/error: (join of .*)/g)].map(([, message = ""]) => message);
    expect(errors.map(styleProblems)).toEqual([[]]);
    expect(summary.match(/ECONNREFUSED/g)).toHaveLength(1);
    expect(storeIdsJoined()).toEqual([first, third]);
    const stored = await storedFedJoins(testbed.project.backendDir, "fedjoin", "demo");
    expect(stored.map(({ outputs }) => outputs?.["storeId"]).toSorted()).toEqual([first, third]);
    const pods = testbed.pods.pods();
    expect(pods.map(({ namespace }) => namespace).toSorted()).toEqual(storeIds.map((id) => `continue-${id}`));
    for (const pod of pods) {
      expect(await scrape(podUrl(pod))).toContain(pod.namespace === `continue-${second}` ? "nv_up 0" : "nv_up 1");
    }
  });

  test("the next up joins that site and sends nothing to the others", async () => {
    await at(testbed.federation.sites, 1).goOnline();
    const before = joinsSent();
    await up(testbed.project);
    expect(storeIdsJoined()).toEqual(storeIds);
    expect(joinsSent().map((count, index) => count - at(before, index))).toEqual([0, 1, 0]);
  });
});
