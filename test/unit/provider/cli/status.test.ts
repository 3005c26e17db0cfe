import { describe, expect, test } from "vitest";
import { buildMasterStatus } from "../../../../provider/src/cli/decisions/masterStatus";
import {
  entryOf,
  failure,
  inputsOf,
  jointAs,
  masterWith,
  observed,
  standalone,
} from "../../../support/membershipStates";

const stranger = entryOf({ id: "id-9", name: "by-hand", rest_info: { server: "10.9.9.9", port: 1 } });

describe("status", () => {
  test("a member with the master's word, and a stranger", () => {
    const observation = observed({ site: jointAs(entryOf()), master: masterWith(entryOf(), stranger) });
    const { members, undeclared, listRead } = buildMasterStatus([{ inputs: inputsOf(), observation }]);
    expect(members).toMatchObject([{ storeId: "u2204a", state: "joined", clusterId: "id-1", masterStatus: "synced" }]);
    expect(undeclared).toEqual([{ entry: stranger, storeId: undefined, verdict: undefined }]);
    expect(listRead).toBe(true);
  });

  test("an older entry of a declared site is a stale one of it", () => {
    const old = entryOf({ id: "id-0", name: "u2204a-AAAAAA", status: "left" });
    const observation = observed({ site: jointAs(entryOf()), master: masterWith(old, entryOf()) });
    const { undeclared } = buildMasterStatus([{ inputs: inputsOf(), observation }]);
    expect(undeclared).toEqual([{ entry: old, storeId: "u2204a", verdict: "stale" }]);
  });

  test("a silent site is unknown, and its entry is not called undeclared", () => {
    const observation = observed({ site: failure, master: masterWith(entryOf({ status: "disconnected" })) });
    const { members, undeclared } = buildMasterStatus([{ inputs: inputsOf(), observation }]);
    expect(members).toMatchObject([{ state: "unknown", name: "u2204a-Xy9K2m", masterStatus: "disconnected" }]);
    expect(undeclared).toEqual([]);
  });

  test("without the master's list nothing is called undeclared, and that is said", () => {
    const observation = observed({ site: standalone });
    expect(buildMasterStatus([{ inputs: inputsOf(), observation }])).toMatchObject({
      members: [{ state: "absent" }],
      undeclared: [],
      listRead: false,
    });
  });
});
