import type { ClusterEntry, FederationResponse } from "@fedjoin/provider/neuvector";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { staleEntryCandidates } from "../../../../provider/src/cli/decisions/staleEntries";
import { address, entryOf, jointAs, masterWith, standalone } from "../../../support/membershipStates";

const verdicts = (site: FederationResponse | undefined, ...entries: ClusterEntry[]): string[] =>
  staleEntryCandidates({ storeId: "u2204a", jointRest: address, site }, entries).map(({ verdict }) => verdict);

describe("stale entries", () => {
  test.each(["left", "kicked", "disconnected", "synced", "out_of_sync", ""])(
    "row e: the site's word proves an entry stale, whatever the master shows (%j)",
    (status) => {
      expect(verdicts(standalone, entryOf({ status }))).toEqual(["stale"]);
      expect(verdicts(jointAs(entryOf({ id: "new" })), entryOf({ status }))).toEqual(["stale"]);
    },
  );

  test("row e: a site that was not read leaves every entry unproven that the master calls ended", () => {
    const entries = ["left", "kicked", "disconnected"].map((status) => entryOf({ status }));
    expect(verdicts(undefined, ...entries)).toEqual(["unproven", "unproven", "unproven"]);
  });

  test("a site that was not read is one member at most: one living entry is kept, of two each is unproven", () => {
    const other = entryOf({ id: "id-2", name: "u2204a-AAAAAA" });
    expect(verdicts(undefined, entryOf())).toEqual(["kept"]);
    expect(verdicts(undefined, entryOf(), other)).toEqual(["unproven", "unproven"]);
    expect(verdicts(undefined, entryOf({ status: "left" }), other)).toEqual(["unproven", "kept"]);
  });

  test("a site that says it is this member is alive, whatever the master shows", () => {
    expect(verdicts(jointAs(entryOf()), entryOf({ status: "left" }))).toEqual(["kept"]);
  });

  test("a site with another role is left to a person", () => {
    expect(verdicts(masterWith(), entryOf({ status: "left" }))).toEqual(["kept"]);
  });

  test("an entry of a fixed name, at its own address", () => {
    const declared = { storeId: "u2204a", name: "eu-1", jointRest: address, site: standalone };
    const dead = entryOf({ name: "eu-1", status: "left" });
    const elsewhere = { ...dead, rest_info: { server: "10.9.9.9", port: 1 } };
    expect(staleEntryCandidates(declared, [dead, elsewhere])).toMatchObject([{ entry: dead, verdict: "stale" }]);
  });

  const status = fc.constantFrom("", "joined", "synced", "out_of_sync", "left", "kicked", "disconnected", "notified");
  const entry = fc.record({
    name: fc.constantFrom("u2204a-Xy9K2m", "u2204a-AAAAAA", "u2204a-toolong", "u2204a", "u2204ab-Xy9K2m", "eu-1"),
    id: fc.constantFrom("id-1", "id-2", "id-3"),
    status,
    rest_version: fc.constant(""),
    rest_info: fc.record({ server: fc.constantFrom(address.server, "10.9.9.9"), port: fc.constantFrom(10443, 1) }),
  });
  const site = fc.oneof(
    fc.constantFrom(undefined, standalone, masterWith()),
    fc.constantFrom("id-1", "id-2", "id-3").map((id) => jointAs(entryOf({ id }))),
  );

  test("another's entry, a living entry and an undeclared address are never listed", () => {
    fc.assert(
      fc.property(site, fc.array(entry), (seen, entries) => {
        for (const { entry: listed, verdict } of staleEntryCandidates(
          { storeId: "u2204a", jointRest: address, site: seen },
          entries,
        )) {
          expect(listed.rest_info).toEqual(address);
          expect(listed.name).toMatch(/^u2204a-[A-Za-z0-9]{6}$/);
          if (verdict === "kept") continue;
          expect(seen?.joint_clusters?.[0]?.id).not.toBe(listed.id);
        }
      }),
    );
  });

  test("the master's word alone never makes a stale entry: a living member in an outage shows the same", () => {
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const candidates = staleEntryCandidates({ storeId: "u2204a", jointRest: address, site: undefined }, entries);
        expect(candidates.filter(({ verdict }) => verdict === "stale")).toEqual([]);
      }),
    );
  });
});
