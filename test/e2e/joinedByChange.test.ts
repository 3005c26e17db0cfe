import { expect, test } from "vitest";
import { quickRetry, sharedCaConfig } from "@fedjoin/testbed";
import { expectNoChanges, password, storedFedJoins, testbedOfFile, up } from "../support/deployments";
import { memberNames, at, requestsOf } from "../support/federation";

const testbed = testbedOfFile("joined", { sites: 2, selfSigned: false });
let joinToken: string;

/** Deploys with these keys of the first and of the second site. */
async function deploy(ofFirst: object, ofSecond: object): Promise<void> {
  const { master, defaults, places } = sharedCaConfig(testbed);
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
  await testbed.project.configure({ plain: { config }, secrets });
  await up(testbed.project);
}

const pulumiJoins = { joinedBy: "pulumi" };
const exporterJoins = { joinedBy: "exporter" };
const nobodyJoins = { joinedBy: "none" };

const memberships = () => testbed.federation.master.members().map(({ name, id }) => `${name} ${id}`);
const sent = (path: string) => testbed.federation.sites.map((site) => requestsOf(site, "POST", path).length);

/** The same members as before, none of which anybody joined again or left; the FedJoins own these names. */
async function expectStill(members: readonly string[], owned: readonly string[]): Promise<void> {
  const stored = await storedFedJoins(testbed.project.backendDir, "fedjoin", "demo");
  expect(stored.map(({ id }) => id).toSorted()).toEqual(owned.toSorted());
  expect(memberships()).toEqual(members);
  expect({ joins: sent("/v1/fed/join"), leaves: sent("/v1/fed/leave") }).toEqual({ joins: [1, 1], leaves: [0, 0] });
}

// One story: each test goes on where the one before ended.
test("a site that its exporter joined, and one that was joined by hand, are members of no FedJoin", async () => {
  joinToken = testbed.federation.master.joinToken();
  const site = at(testbed.federation.sites, 1);
  const body = { name: "by-hand", join_token: joinToken, joint_rest_info: site.rest };
  expect((await site.request("POST", "/v1/fed/join", { token: await site.logIn(), body })).status).toBe(200);
  await deploy(exporterJoins, nobodyJoins);
  await expect
    .poll(() => memberNames(testbed.federation.master).toSorted(), { timeout: 30_000 })
    .toEqual(["by-hand", expect.stringMatching(/^first-/)]);
  await expectStill(memberships(), []);
});

test("joinedBy: pulumi adopts both under the names that they have, and no join is sent", async () => {
  const before = memberships();
  await deploy(pulumiJoins, { ...pulumiJoins, ifAbsent: "fail" });
  await expectNoChanges(testbed.project);
  await expectStill(before, memberNames(testbed.federation.master));
});

test("with retainOnDelete before, they go back to the exporter and to nobody, and no leave is sent", async () => {
  const before = memberships();
  await deploy({ ...pulumiJoins, retainOnDelete: true }, { ...pulumiJoins, retainOnDelete: true });
  await deploy(exporterJoins, nobodyJoins);
  await expectStill(before, []);
});
