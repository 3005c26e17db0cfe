import { createSession } from "@fedjoin/provider/neuvector";
import { Secret } from "@fedjoin/provider/values";
import { describe, expect, test } from "vitest";
import { createMemoryBackoffStore } from "../../../../provider/src/neuvector/session/loginGuard";
import { runFederationJoin } from "../../../../exporter/src/join/federationJoin";
import { createJoinRecorder } from "../../../../exporter/src/join/joinRecorder";
import { readJoinConfig } from "../../../../exporter/src/settings/joinConfig";
import { createRaceHarness, type RaceHarness } from "../../../support/raceHarness";

interface Ended {
  /** The last state that the metric showed. */
  readonly state: string;
  readonly lines: readonly string[];
}

/** An exporter of the first site, which joins at its own controller and ends then. */
async function exporterJoins(world: RaceHarness): Promise<Ended> {
  const { master, sites } = world;
  const [site] = sites;
  const { ports } = world.actor().parts;
  const said: string[] = [];
  const password = new Secret("admin");
  const credentials = { kind: "user", username: "admin", password } as const;
  const env = {
    ENABLE_FED_JOIN: "true",
    PAAS_STORE_ID: "u1",
    JOIN_VIA: "controller",
    JOINT_REST_SERVER: site.rest.server,
    JOINT_REST_PORT: String(site.rest.port),
    JOIN_TOKEN: master.joinToken(),
  };
  const readFile = (): string => {
    throw new Error("no files here");
  };
  let state = "";
  const record = createJoinRecorder(ports.clock, {
    update: (facts) => (state = facts.state),
    countRequest: () => undefined,
    countRejoin: () => undefined,
  });
  await runFederationJoin(
    {
      intent: readJoinConfig({ flags: new Map(), env, readFile }),
      ports: { ...ports, log: (_level, message) => void said.push(message) },
      controller: createSession(ports, { protocol: "https", ...site.rest, tls: {} }, credentials),
      backoffs: createMemoryBackoffStore(),
      files: { names: () => [], read: () => undefined, write: () => undefined, remove: () => undefined },
      record,
    },
    new AbortController().signal,
  );
  return { state, lines: said };
}

describe("row d: an exporter's join beside another actor's", () => {
  test.each([0, 10, 100])(
    "a FedJoin %i ms before: the exporter ends as joined, and there is one member",
    async (ms) => {
      const world = await createRaceHarness();
      const deployed = world.actor().lifecycle.create(world.inputs());
      const joined = world.after(ms, () => exporterJoins(world));
      const [{ id }, { state, lines }] = await world.advanceUntil(Promise.all([deployed, joined]));
      expect(world.master.members()).toMatchObject([{ name: id }]);
      expect(state).toBe("joined");
      expect(lines.join("\n")).not.toContain("Federation join failed");
    },
  );

  test("a FedJoin just after: it adopts what the exporter joined", async () => {
    const world = await createRaceHarness();
    const joined = exporterJoins(world);
    const deployed = world.after(5, () => world.actor().lifecycle.create(world.inputs()));
    const [{ state }, { id }] = await world.advanceUntil(Promise.all([joined, deployed]));
    expect(world.master.members()).toMatchObject([{ name: id }]);
    expect(state).toBe("joined");
  });

  test("a site that is a member of another store's name stays so: two owners are said, and nobody leaves", async () => {
    const world = await createRaceHarness();
    const deployed = world.actor().lifecycle.create(world.inputs(world.sites[0], { name: "by-hand" }));
    const joined = world.after(5, () => exporterJoins(world));
    const [, { state }] = await world.advanceUntil(Promise.all([deployed, joined]));
    expect(world.master.members()).toMatchObject([{ name: "by-hand" }]);
    expect(["joined", "conflict"]).toContain(state);
    expect(world.count(world.sites[0], "POST", /^\/v1\/fed\/leave$/)).toBe(0);
  });
});
