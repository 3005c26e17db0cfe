import { expect, test } from "vitest";
import { pruneCandidates } from "../../../../provider/src/cli/decisions/pruneCandidates";
import { entryOf, failure, inputsOf, masterWith, observed, standalone } from "../../../support/membershipStates";

test("prune considers the entries of a declared member, or says why there is no list", () => {
  const inputs = inputsOf();
  const left = entryOf({ status: "left" });
  expect(pruneCandidates(inputs, observed({ site: standalone, master: masterWith(left) }))).toEqual({
    candidates: [{ entry: left, verdict: "stale", reason: "the site is standalone", inputs }],
    unread: [],
  });
  const unlisted = { ...masterWith(), joint_clusters: null };
  const none = { candidates: [], unread: [] };
  expect(pruneCandidates(inputs, observed({ site: standalone, master: unlisted }))).toEqual(none);
  const reason = expect.stringContaining("ECONNREFUSED") as string;
  expect(pruneCandidates(inputs, observed({ site: standalone, master: failure }))).toEqual({
    candidates: [],
    unread: [{ storeId: "u2204a", reason }],
  });
});
