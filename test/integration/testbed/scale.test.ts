import { afterEach, expect, test } from "vitest";
import { type SimulatedFederation, startFederation } from "@fedjoin/simulator";
import { fedJoinInputs } from "../../testbed/src/project/fedJoinInputs";
import { memberNames, newLifecycle, at, requestsOf } from "../../support/federation";

let federation: SimulatedFederation;

afterEach(() => federation.close());

const storeOf = (name: string): string => name.slice(0, -7);

test("50 sites that join at once are all members, none twice, with one join each", async () => {
  federation = await startFederation({ sites: 50, selfSigned: true });
  const { master, sites } = federation;
  const lifecycle = newLifecycle();
  const created = await Promise.all(
    sites.map((site, index) => lifecycle.create(fedJoinInputs(master, site, `s${index}`))),
  );
  expect(created.map(({ outs }) => outs["status"])).toEqual(sites.map(() => "joined"));
  expect(memberNames(master).toSorted()).toEqual(created.map(({ id }) => id).toSorted());
  for (const site of sites) expect(requestsOf(site, "POST", "/v1/fed/join")).toHaveLength(1);
  expect(requestsOf(master, "POST", "/v1/auth")).toHaveLength(1);
}, 60_000);

test("deployments that do not know of each other leave no orphan, although the master's queue makes sites give up", async () => {
  const timings = { callTimeoutMs: 250, lockWaitMs: 500, probePauseMs: 5, cleanupMs: 10, intervalMinuteMs: 60_000 };
  federation = await startFederation({ sites: 12, selfSigned: true, timings });
  const { master, sites } = federation;
  for (const site of sites) {
    site.faults.add({ match: { method: "POST", path: "/v1/fed/joint_test_internal" }, what: "delay", ms: 60 });
  }
  const retry = { maxRetries: 30, initialDelaySeconds: 0.2, maxDelaySeconds: 0.5, jitter: "full" };
  const created = await Promise.all(
    sites.map((site, index) => newLifecycle().create({ ...fedJoinInputs(master, site, `s${index}`), retry })),
  );
  expect(created.map(({ outs }) => outs["status"])).toEqual(sites.map(() => "joined"));
  expect(memberNames(master).map(storeOf).toSorted()).toEqual(sites.map((_, index) => `s${index}`).toSorted());
  expect(sites.map(({ membership }) => membership?.id).toSorted()).toEqual(
    master
      .members()
      .map(({ id }) => id)
      .toSorted(),
  );
  const joins = sites.flatMap((site) => requestsOf(site, "POST", "/v1/fed/join"));
  expect(joins.some(({ status }) => status === 500)).toBe(true);
  expect(at(joins, 0).credential).toBe("session");
}, 60_000);
