import { createVirtualFederation, createSeededRandom } from "@fedjoin/simulator";
import { expect, test } from "vitest";
import { fedJoinInputs } from "../../../../testbed/src/project/fedJoinInputs";
import { memberNames, requestsOf, joinedStoreIds } from "../../../../support/federation";
import { startProcess } from "../../../../support/virtualProcess";

test("50 sites that join at once are all members, none twice, with one join each and one login at the master", async () => {
  const { network, master, sites } = await createVirtualFederation({ sites: 50 });
  const { joins } = startProcess(network);
  const created = await Promise.all(
    sites.map((site, index) => joins.create({ ...fedJoinInputs(master, site, `s${index}`), timeoutSeconds: 600 })),
  );
  expect(created.map(({ outs }) => outs["status"])).toEqual(sites.map(() => "joined"));
  expect(memberNames(master).toSorted()).toEqual(created.map(({ id }) => id).toSorted());
  for (const site of sites) expect(requestsOf(site, "POST", "/v1/fed/join")).toHaveLength(1);
  expect(requestsOf(master, "POST", "/v1/auth")).toHaveLength(1);
});

test("deployments that do not know of each other leave no orphan, although the master's queue makes sites give up", async () => {
  const { network, master, sites } = await createVirtualFederation({ sites: 12 });
  for (const site of sites) {
    site.faults.add({ match: { method: "POST", path: "/v1/fed/joint_test_internal" }, what: "delay", ms: 2_000 });
  }
  const random = createSeededRandom(1);
  const retry = { maxRetries: 30, initialDelaySeconds: 10, maxDelaySeconds: 60, jitter: "full" };
  const created = await Promise.all(
    sites.map((site, index) =>
      startProcess(network, { random }).joins.create({
        ...{ ...fedJoinInputs(master, site, `s${index}`), retry, timeoutSeconds: 3_600 },
      }),
    ),
  );
  expect(created.map(({ outs }) => outs["status"])).toEqual(sites.map(() => "joined"));
  expect(joinedStoreIds(master)).toEqual(sites.map((_, index) => `s${index}`).toSorted());
  const ids = master.members().map(({ id }) => id);
  expect(sites.map(({ membership }) => membership?.id).toSorted()).toEqual(ids.toSorted());
  const sent = sites.flatMap((site) => requestsOf(site, "POST", "/v1/fed/join"));
  expect(sent.some(({ status }) => status === 500)).toBe(true);
});
