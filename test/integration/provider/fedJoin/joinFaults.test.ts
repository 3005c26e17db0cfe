import { startFederation, type Fault, type SimulatedFederation } from "@fedjoin/simulator";
import { fedJoinInputs } from "@fedjoin/testbed";
import { afterEach, beforeEach, expect, test } from "vitest";
import { at, memberNames, newLifecycle } from "../../../support/federation";

const timings = { cleanupMs: 10, probePauseMs: 5, intervalMinuteMs: 60_000 };

let federation: SimulatedFederation;

beforeEach(async () => {
  federation = await startFederation({ sites: 1, selfSigned: true, timings });
});

afterEach(() => federation.close());

// What only a real connection shows; test/unit has every fault in every request.
const faults: readonly Fault[] = [
  { what: "reset-after-effect" },
  { what: "truncated" },
  { what: "oversized", bytes: 9 * 1024 * 1024 },
  { what: "slow", bytes: 20, everyMs: 1 },
  { what: "redirect", to: "https://127.0.0.1:1" },
];

test.each(faults.map((fault) => [JSON.stringify(fault), fault] as const))(
  "over HTTPS, %s in the join and in the leave: one member in between, none in the end",
  async (_what, fault) => {
    const { master, sites } = federation;
    const site = at(sites, 0);
    const inputs = fedJoinInputs(master, site, "u2204a");
    site.faults.add({ ...fault, match: { method: "POST", path: "/v1/fed/join" } });
    const first = await newLifecycle()
      .create(inputs)
      .catch((error: unknown) => error);
    if (first instanceof Error) expect(first.message).toMatch(/errors\.md#\w+/);
    const { id, outs } = await newLifecycle().create(inputs);
    expect(memberNames(master)).toEqual([id]);
    site.faults.add({ ...fault, match: { method: "POST", path: "/v1/fed/leave" } });
    await newLifecycle()
      .delete(id, outs)
      .catch((error: unknown) => error);
    await newLifecycle().delete(id, outs);
    expect(memberNames(master)).toEqual([]);
  },
);
