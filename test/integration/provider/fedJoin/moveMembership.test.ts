import type { ResourceLifecycle } from "../../../../provider/src/resources/shared/lifecycle";
import type { ResourceProps } from "../../../../provider/src/resources/shared/props";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { freePort, type SimulatedController, type SimulatedFederation, startFederation } from "@fedjoin/simulator";
import { fedJoinInputs } from "@fedjoin/testbed";
import { memberNames, newLifecycle, at, requestsOf } from "../../../support/federation";

const timings = { cleanupMs: 20, probePauseMs: 5, intervalMinuteMs: 200 };

let a: SimulatedFederation;
let b: SimulatedFederation;
let site: SimulatedController;

beforeEach(async () => {
  a = await startFederation({ sites: 1, selfSigned: true, timings });
  b = await startFederation({ sites: 0, selfSigned: true, timings });
  site = at(a.sites, 0);
});

afterEach(async () => {
  await a.close();
  await b.close();
});

const inputsFor = ({ master }: SimulatedFederation) => fedJoinInputs(master, site, "u2204a");

async function joined(
  inputs: ResourceProps,
): Promise<{ lifecycle: ResourceLifecycle; id: string; outs: ResourceProps }> {
  const { id, outs } = await newLifecycle().create(inputs);
  expect(memberNames(a.master)).toEqual([id]);
  return { lifecycle: newLifecycle(), id, outs };
}

describe("a move over HTTPS", () => {
  test("to another master: proven, left, joined under the same name", async () => {
    const { lifecycle, id, outs } = await joined(inputsFor(a));
    const { outs: moved } = await lifecycle.update(id, outs, inputsFor(b));
    expect(moved).toMatchObject({ status: "joined", clusterName: id, clusterId: site.membership?.id });
    expect([memberNames(a.master), memberNames(b.master)]).toEqual([[], [id]]);
    expect(b.master.requests.map(({ path }) => path).indexOf("/v1/fed/join_token")).toBeGreaterThan(0);
  });

  test("a certificate that is not the pinned one changes nothing", async () => {
    const { lifecycle, id, outs } = await joined(inputsFor(a));
    const { master, ...rest } = inputsFor(b);
    const wrongPin = { ...rest, master: { ...master, tls: { fingerprint: a.master.fingerprint256 } } };
    await expect(lifecycle.update(id, outs, wrongPin)).rejects.toThrow(/^nothing was changed.*#tls/);
    expect(memberNames(a.master)).toEqual([id]);
    expect(requestsOf(site, "POST", "/v1/fed/leave")).toEqual([]);
  });

  test("by a token alone: the federation port's own certificate will do, a port where nothing listens will not", async () => {
    const tokenOnly = ({ master }: SimulatedFederation, joinToken = master.joinToken()) => ({
      ...inputsFor(a),
      master: {},
      joinToken,
    });
    const withAddress = (federation: SimulatedFederation, over: object = {}) => ({
      ...tokenOnly(federation),
      master: { federation: federation.master.federationAddress },
      ...over,
    });
    const { lifecycle, id, outs } = await joined(withAddress(a));
    const nowhere = { server: "127.0.0.1", port: await freePort("127.0.0.1") };
    const { t } = JSON.parse(Buffer.from(b.master.joinToken(), "base64").toString("utf8")) as { t: string };
    const joinToken = Buffer.from(JSON.stringify({ s: nowhere.server, p: nowhere.port, t })).toString("base64");
    const lost = withAddress(b, { master: { federation: nowhere }, joinToken });
    await expect(lifecycle.update(id, outs, lost)).rejects.toThrow(/^nothing was changed.*ECONNREFUSED/);
    expect(memberNames(a.master)).toEqual([id]);
    await lifecycle.update(id, outs, withAddress(b));
    expect([memberNames(a.master), memberNames(b.master)]).toEqual([[], [id]]);
  });
});
