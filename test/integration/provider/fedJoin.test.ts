import { encodeJoinToken, freePort, type Fault, type SimulatedFederation } from "@fedjoin/simulator";
import { fedJoinInputs } from "@fedjoin/testbed";
import { describe, expect } from "vitest";
import { at, memberNames, newLifecycle, requestsOf } from "../../support/federation";
import { quickTimings, test as base } from "../../support/fixtures";

// What only real connections and certificates show; test/unit has the rest in memory.
const test = base
  .extend("federationOptions", { selfSigned: true, timings: { ...quickTimings, intervalMinuteMs: 60_000 } })
  .extend("master", ({ federation }) => federation.master)
  .extend("site", ({ federation }) => at(federation.sites, 0))
  .extend("inputs", ({ master, site }) => fedJoinInputs(master, site, "u2204a"));

const failed = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

const faults: readonly Fault[] = [
  { what: "reset-after-effect" },
  { what: "truncated" },
  { what: "oversized", bytes: 9 * 1024 * 1024 },
  { what: "slow", bytes: 20, everyMs: 1 },
  { what: "redirect", to: "https://127.0.0.1:1" },
];

test.for(faults)(
  "over HTTPS, $what: one member after a join, none after a leave",
  async (fault, { master, site, inputs }) => {
    site.faults.add({ ...fault, match: { method: "POST", path: "/v1/fed/join" } });
    const first = await failed(newLifecycle().create(inputs));
    if (first instanceof Error) expect(first.message).toMatch(/docs\/\S+\.md#[\w-]+/);
    const { id, outs } = await newLifecycle().create(inputs);
    expect(memberNames(master)).toEqual([id]);
    site.faults.add({ ...fault, match: { method: "POST", path: "/v1/fed/leave" } });
    await failed(newLifecycle().delete(id, outs));
    await newLifecycle().delete(id, outs);
    expect(memberNames(master)).toEqual([]);
  },
);

describe("R15: a certificate that is refused", () => {
  test("in a create is told with what it takes to trust it", async ({ site, inputs }) => {
    const error = await failed(newLifecycle().create({ ...inputs, controller: { ...inputs.controller, tls: {} } }));
    expect(String(error)).toContain("CN=neuvector");
    expect(String(error)).toContain(site.fingerprint256);
  });

  test("while reading is an error, never gone", async ({ inputs }) => {
    const { id, outs } = await newLifecycle().create(inputs);
    const stored = { ...outs, controller: { ...inputs.controller, tls: {} } };
    await expect(newLifecycle().read(id, stored)).rejects.toThrow(/#the-certificate-is-refused/);
  });
});

describe("a move over HTTPS", () => {
  const moveTest = test.extend("other", ({ startController }) => startController({ role: "master" }));
  type Master = SimulatedFederation["master"];

  moveTest("to another master: proven, left, joined", async ({ master, site, inputs, other }) => {
    const { id, outs } = await newLifecycle().create(inputs);
    const { outs: moved } = await newLifecycle().update(id, outs, fedJoinInputs(other, site, "u2204a"));
    expect(moved).toMatchObject({ status: "joined", clusterName: id, clusterId: site.membership?.id });
    expect([memberNames(master), memberNames(other)]).toEqual([[], [id]]);
    expect(other.requests.map(({ path }) => path).indexOf("/v1/fed/join_token")).toBeGreaterThan(0);
  });

  moveTest("a certificate that is not the pinned one changes nothing", async ({ master, site, inputs, other }) => {
    const { id, outs } = await newLifecycle().create(inputs);
    const { master: destination, ...rest } = fedJoinInputs(other, site, "u2204a");
    const wrongPin = { ...rest, master: { ...destination, tls: { fingerprint: site.fingerprint256 } } };
    await expect(newLifecycle().update(id, outs, wrongPin)).rejects.toThrow(
      /^nothing was changed.*#the-certificate-is-refused/,
    );
    expect(memberNames(master)).toEqual([id]);
    expect(requestsOf(site, "POST", "/v1/fed/leave")).toEqual([]);
  });

  moveTest("by a token alone, to a federation port that answers", async ({ master, inputs, other }) => {
    const withToken = ({ federationAddress: federation, joinToken }: Master, over: object = {}) => ({
      ...{ ...inputs, master: { federation }, joinToken: joinToken(), ...over },
    });
    const { id, outs } = await newLifecycle().create(withToken(master));
    const nowhere = { server: "127.0.0.1", port: await freePort("127.0.0.1") };
    const { t: ticket } = JSON.parse(Buffer.from(other.joinToken(), "base64").toString()) as { t: string };
    const lost = { master: { federation: nowhere }, joinToken: encodeJoinToken({ ...nowhere, ticket }) };
    const moved = newLifecycle().update(id, outs, withToken(other, lost));
    await expect(moved).rejects.toThrow(/^nothing was changed.*ECONNREFUSED/);
    expect(memberNames(master)).toEqual([id]);
    await newLifecycle().update(id, outs, withToken(other));
    expect([memberNames(master), memberNames(other)]).toEqual([[], [id]]);
  });
});
