import { afterAll, beforeAll, expect, test } from "vitest";
import { isFedJoin, quickRetry, quietFlags, sharedCaConfig, storedResources, type Testbed } from "@fedjoin/testbed";
import { startSharedTestbed } from "../support/sharedTestbed";
import { memberNames, at, requestsOf } from "../support/federation";

const timings = { cleanupMs: 50, probePauseMs: 10, intervalMinuteMs: 500 };
const password = "Aa1-for-all";

let estate: Testbed;
let joinToken: string;

beforeAll(async () => {
  estate = await startSharedTestbed("joined", { sites: 2, selfSigned: false, timings, password });
  joinToken = estate.federation.master.joinToken();
});

afterAll(() => estate.stop());

/** Deploys with these keys of the first and of the second site. */
async function up(ofFirst: object, ofSecond: object): Promise<void> {
  const { master, defaults, places } = sharedCaConfig(estate);
  const [first, second] = places;
  const config = {
    "fedjoin:master": master,
    "fedjoin:defaults": { ...defaults, retry: quickRetry },
    "fedjoin:members": [
      { storeId: "first", namespace: "joined-first", ...first, ...ofFirst },
      { storeId: "second", namespace: "joined-second", ...second, ...ofSecond },
    ],
  };
  const secrets = new Map([
    ["fedjoin:master.joinToken", joinToken],
    ["fedjoin:master.credentials.password", password],
    ["fedjoin:defaults.controller.credentials.password", password],
  ]);
  await estate.project.configure({ plain: { config }, secrets });
  await estate.project.pulumi.run(["up", ...quietFlags]);
}

const pulumiJoins = { joinedBy: "pulumi" };
const exporterJoins = { joinedBy: "exporter" };
const nobodyJoins = { joinedBy: "none" };

const memberships = () =>
  estate.federation.master
    .members()
    .map(({ name, id }) => ({ name, id }))
    .toSorted((left, right) => left.name.localeCompare(right.name));
const owned = async () => {
  const resources = await storedResources(estate.project.backendDir, "fedjoin", "demo");
  return resources.filter(isFedJoin).map(({ id }) => id);
};
const sent = (path: string) => estate.federation.sites.map((site) => requestsOf(site, "POST", path).length);

async function expectStill(members: readonly object[], ids: readonly string[]): Promise<void> {
  await estate.project.pulumi.run(["up", ...quietFlags, "--expect-no-changes"]);
  expect((await owned()).toSorted()).toEqual(ids);
  expect(memberships()).toEqual(members);
  expect([sent("/v1/fed/join"), sent("/v1/fed/leave")]).toEqual([
    [1, 1],
    [0, 0],
  ]);
}

// One story: each test goes on where the one before ended.
test("a site that its exporter joined, and one that was joined by hand, are members of no FedJoin", async () => {
  const site = at(estate.federation.sites, 1);
  const token = await site.logIn();
  const body = { name: "by-hand", join_token: joinToken, joint_rest_info: site.rest };
  expect((await site.request("POST", "/v1/fed/join", { token, body })).status).toBe(200);
  await up(exporterJoins, nobodyJoins);
  await expect
    .poll(() => memberNames(estate.federation.master).toSorted(), { timeout: 30_000 })
    .toEqual(["by-hand", expect.stringMatching(/^first-/)]);
  await expectStill(memberships(), []);
});

test("joinedBy: pulumi adopts both under the names that they have, and no join is sent", async () => {
  const before = memberships();
  await up(pulumiJoins, { ...pulumiJoins, ifAbsent: "fail" });
  await expectStill(before, [
    "by-hand",
    at(
      memberNames(estate.federation.master).filter((name) => name !== "by-hand"),
      0,
    ),
  ]);
});

test("with retainOnDelete before, they go back to the exporter and to nobody, and no leave is sent", async () => {
  const before = memberships();
  await up({ ...pulumiJoins, retainOnDelete: true }, { ...pulumiJoins, retainOnDelete: true });
  await up(exporterJoins, nobodyJoins);
  await expectStill(before, []);
});

test("without retainOnDelete they leave", async () => {
  await up(pulumiJoins, pulumiJoins);
  await up(exporterJoins, nobodyJoins);
  expect(sent("/v1/fed/leave")).toEqual([1, 1]);
  expect(memberNames(estate.federation.master)).not.toContain("by-hand");
});
