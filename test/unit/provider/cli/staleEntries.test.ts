import { parseFedJoinInputs } from "../../../../provider/src/resources/fedJoin/inputs";
import { describe, expect, test } from "vitest";
import { doctor } from "../../../../provider/src/cli/commands/doctor";
import type { ServerProbe } from "../../../../provider/src/cli/doctor/serverProbe";
import type { Report } from "../../../../provider/src/cli/report";
import type { DeclaredMember } from "../../../../provider/src/cli/settings";
import { status } from "../../../../provider/src/cli/commands/status";
import { prune, type PruneOptions } from "../../../../provider/src/cli/commands/prune";
import { createRaceHarness, type RaceHarness } from "../../../support/raceHarness";

const options: PruneOptions = { apply: false, ids: [], siteIsGone: false };

function declare(world: RaceHarness): DeclaredMember[] {
  return world.sites.map((site) => {
    const written = world.inputs(site);
    const parsed = parseFedJoinInputs(written);
    if ("problems" in parsed) throw new Error(JSON.stringify(parsed.problems));
    return { inputs: parsed.inputs, rawInputs: written };
  });
}

const look = { method: "GET", path: "/v1/fed/member" };
const textOf = ({ text }: Report): string => text.join("\n");

/** The first site has left untold, the second is a member. */
async function withStaleEntry(): Promise<RaceHarness & { readonly stale: string }> {
  const world = await createRaceHarness();
  const { lifecycle } = world.actor();
  for (const site of world.sites) await world.advanceUntil(lifecycle.create(world.inputs(site)));
  // Once the master calls them synced.
  await world.advanceUntil(world.after(2_000, () => world.leaveUntold()));
  return { ...world, stale: world.master.members().find(({ name }) => name.startsWith("u1-"))?.id ?? "" };
}

describe("row e: one judgement of stale entries for status and prune", () => {
  test("an entry that the master still calls synced is stale for both, as its site is standalone, and prune removes it", async () => {
    const world = await withStaleEntry();
    const { parts, said } = world.actor();
    const shown = textOf(await world.advanceUntil(status(declare(world), parts)));
    expect(shown).toMatch(/u1 +left/);
    expect(shown).toMatch(
      /undeclared +u1-\w+ .*the master says (?:joined|synced); a stale entry of u1, see fedjoin prune/,
    );
    const listed = await world.advanceUntil(prune(declare(world), options, parts));
    expect(listed.json).toMatchObject({
      staleEntries: [{ id: world.stale, reason: "the site is standalone" }],
      unproven: [],
    });
    const order = { ...options, apply: true, ids: [world.stale] };
    const pruned = await world.advanceUntil(prune(declare(world), order, parts));
    expect(pruned.json).toMatchObject({ results: [{ id: world.stale, result: "deleted" }] });
    expect(world.master.members()).toMatchObject([{ name: world.sites[1].state.clusterName }]);
    expect(said).toEqual(["warn u1: waiting 11 s, since its join may be in progress"]);
  });

  test("a site that cannot be read proves nothing: unproven, and not pruned", async () => {
    const world = await withStaleEntry();
    await world.master.pingNow();
    world.sites[0].faults.add({ match: look, what: "reset-before-effect", times: 9 });
    const { parts } = world.actor();
    const listed = await world.advanceUntil(prune(declare(world), options, parts));
    expect(listed.json).toMatchObject({ staleEntries: [], unproven: [{ id: world.stale }] });
    const order = { ...options, apply: true, ids: [world.stale] };
    const pruned = await world.advanceUntil(prune(declare(world), order, parts));
    expect(pruned.json).toMatchObject({ results: [{ result: "refused" }] });
    expect(world.master.members()).toHaveLength(2);
  });
});

describe("prune beside others", () => {
  test("row a: a join under way, which the master lists and the site does not know yet, is not pruned", async () => {
    const world = await createRaceHarness();
    const call = { method: "POST", path: "/v1/fed/join_internal" };
    world.master.faults.add({ match: call, what: "delay", when: "after", ms: 8_000 });
    const joined = world.actor().lifecycle.create(world.inputs());
    const pruned = world.after(1_000, () => {
      const ids = world.master.members().map(({ id }) => id);
      return prune(declare(world), { ...options, apply: true, ids }, world.actor().parts);
    });
    const [, report] = await world.advanceUntil(Promise.all([joined, pruned]));
    expect(report.json).toMatchObject({ results: [{ result: "refused" }] });
    expect(world.master.members()).toMatchObject([{ name: world.sites[0].state.clusterName }]);
  });

  test("row c: two who prune one entry at once both succeed", async () => {
    const world = await withStaleEntry();
    const order = { ...options, apply: true, ids: [world.stale] };
    const reports = [0, 1].map(() => prune(declare(world), order, world.actor().parts));
    for (const { json } of await world.advanceUntil(Promise.all(reports))) {
      expect(json).toMatchObject({ results: [{ result: "deleted" }] });
    }
  });
});

test("row a: status of a site that joins while it is asked is joined, and of one that joined since the list was read too", async () => {
  const world = await createRaceHarness();
  world.sites[0].faults.add({ match: look, what: "delay", ms: 5_000 });
  const shown = status(declare(world), world.actor().parts);
  const joined = world.after(1_000, () => world.actor().lifecycle.create(world.inputs()));
  const [report] = await world.advanceUntil(Promise.all([shown, joined]));
  expect(textOf(report)).toMatch(/u1 +joined +u1-\w+/);
});

test("row f: the doctor warns of the default password by the login's answer, since selfuser says false", async () => {
  const world = await createRaceHarness();
  const validity = { validFrom: "Jan 1 00:00:00 2026 GMT", validTo: "Jan 1 00:00:00 2027 GMT" };
  const certificate = { subject: "CN=neuvector", issuer: "CN=ca", names: "", fingerprint: "AB:CD", ...validity };
  const probe: ServerProbe = () => Promise.resolve({ state: "tls", by: "127.0.0.1, directly", certificate });
  const warned = async (): Promise<string[]> => {
    const { text } = await world.advanceUntil(doctor(declare(world).slice(0, 1), world.actor().parts, probe));
    return text.filter((line) => line.includes("default password"));
  };
  expect(await warned()).toHaveLength(2);
  world.changePassword("Changed-1");
  expect(await warned()).toEqual([]);
});
