import type { ClusterEntry, FederationResponse } from "@fedjoin/provider/internal/neuvector";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { staleEntryCandidates } from "../../../../provider/src/federation/staleEntries";
import { address, entryOf, jointAs, masterWith, standalone } from "../../../support/membershipStates";

const candidates = (site: FederationResponse | undefined, entries: readonly ClusterEntry[]) =>
  staleEntryCandidates({ storeId: "u2204a", jointRest: address, site }, entries);

const left = entryOf({ status: "left" });
const other = entryOf({ id: "id-2", name: "u2204a-AAAAAA" });
const withStatus = (status: string) => entryOf({ status });

describe("stale entries", () => {
  test.each<[string, FederationResponse | undefined, ClusterEntry[], string[]]>([
    ...["left", "kicked", "disconnected", "synced", "out_of_sync", ""].flatMap(
      (status): [string, FederationResponse, ClusterEntry[], string[]][] => [
        [`row e: a standalone site proves an entry stale ("${status}")`, standalone, [withStatus(status)], ["stale"]],
        [`row e: another membership ("${status}")`, jointAs(entryOf({ id: "new" })), [withStatus(status)], ["stale"]],
      ],
    ),
    [
      "row e: a site that was not read leaves each unproven that the master calls ended",
      undefined,
      ["left", "kicked", "disconnected"].map(withStatus),
      ["unproven", "unproven", "unproven"],
    ],
    ["a site that was not read keeps its one living entry", undefined, [entryOf()], ["kept"]],
    ["of two, each is unproven", undefined, [entryOf(), other], ["unproven", "unproven"]],
    ["of one that ended and a living one, the living one is kept", undefined, [left, other], ["unproven", "kept"]],
    ["a site that says it is this member is alive, whatever the master shows", jointAs(entryOf()), [left], ["kept"]],
    ["a site with another role is left to a person", masterWith(), [left], ["kept"]],
    ["a site that is a master of members", masterWith(entryOf({ id: "id-9" })), [left], ["kept"]],
    ["a site that does not name its membership", { fed_role: "joint", joint_clusters: null }, [left], ["kept"]],
  ])("%s", (_what, site, entries, verdicts) => {
    expect(candidates(site, entries).map(({ verdict }) => verdict)).toEqual(verdicts);
  });

  test("an entry of a fixed name, at its own address", () => {
    const declared = { storeId: "u2204a", name: "eu-1", jointRest: address, site: standalone };
    const dead = entryOf({ name: "eu-1", status: "left" });
    const elsewhere = { ...dead, rest_info: { server: "10.9.9.9", port: 1 } };
    expect(staleEntryCandidates(declared, [dead, elsewhere])).toMatchObject([{ entry: dead, verdict: "stale" }]);
  });

  const ids = fc.constantFrom("id-1", "id-2", "id-3");
  const entry = fc.record({
    name: fc.constantFrom("u2204a-Xy9K2m", "u2204a-AAAAAA", "u2204a-toolong", "u2204a", "u2204ab-Xy9K2m", "eu-1"),
    id: ids,
    status: fc.constantFrom("", "joined", "synced", "out_of_sync", "left", "kicked", "disconnected", "notified"),
    rest_version: fc.constant(""),
    rest_info: fc.record({ server: fc.constantFrom(address.server, "10.9.9.9"), port: fc.constantFrom(10443, 1) }),
  });
  const site = fc.oneof(
    fc.constantFrom(undefined, standalone, masterWith()),
    ids.map((id) => jointAs(entryOf({ id }))),
  );

  test("another's entry, a living entry and an undeclared address are never listed, and a master's word proves nothing", () => {
    fc.assert(
      fc.property(site, fc.array(entry), (seen, entries) => {
        for (const { entry: listed, verdict } of candidates(seen, entries)) {
          expect(listed.rest_info).toEqual(address);
          expect(listed.name).toMatch(/^u2204a-[A-Za-z0-9]{6}$/);
          if (verdict !== "kept") expect(seen?.joint_clusters?.[0]?.id).not.toBe(listed.id);
          // A living member in an outage shows the same.
          if (seen === undefined) expect(verdict).not.toBe("stale");
        }
      }),
    );
  });
});
