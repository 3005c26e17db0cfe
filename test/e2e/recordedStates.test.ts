import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { createJoinProject, fedJoinInputs, type JoinProject, quietFlags, repositoryRoot } from "@fedjoin/testbed";
import { type SimulatedFederation, startFederation } from "@fedjoin/simulator";
import { openSecret } from "../support/exportedState";
import { memberNames, newLifecycle, at as nth } from "../support/federation";
import { z } from "zod";

const password = "Aa1-recorded-canary";
const properties = z.record(z.string(), z.unknown());
const recordedState = z.object({ id: z.string(), inputs: properties, outs: properties });

let dir: string;
let project: JoinProject;
let federation: SimulatedFederation;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "fedjoin-recorded-"));
  project = await createJoinProject(inject("tools"), dir);
  federation = await startFederation({
    sites: 1,
    selfSigned: true,
    password,
    timings: { cleanupMs: 50, probePauseMs: 10 },
  });
});

afterEach(async () => {
  await federation.close();
  await rm(dir, { recursive: true, force: true });
});

async function readState(name: string) {
  return recordedState.parse(
    JSON.parse(await readFile(join(repositoryRoot, "test/fixtures/states/0.1.0", `${name}.json`), "utf8")),
  );
}

const secretSide = (side: { readonly credentials: object }) => ({
  ...side,
  credentials: { ...side.credentials, password: openSecret(password) },
});

/** A resource of a deployment, as the version that recorded the state wrote it. */
function resource(type: string, name: string, id: string, provider: string, inputs: object, outputs: object): object {
  const __provider = `exports.handler = () => require("@fedjoin/provider").${provider};`;
  const fullType = `pulumi-nodejs:dynamic/neuvector:${type}`;
  const urn = `urn:pulumi:test::joins::${fullType}::${name}`;
  return {
    ...{ urn, type: fullType, custom: true, id, parent: "urn:pulumi:test::joins::pulumi:pulumi:Stack::joins-test" },
    inputs: { ...inputs, __provider },
    outputs: { ...outputs, __provider },
  };
}

test("D3: the CLI refreshes and destroys the recorded states of both resources, with the provider text in them", async () => {
  const { master, sites } = federation;
  const { pulumi } = project;
  const [joinState, userState] = [await readState("join-small"), await readState("user-small")];
  const declared = fedJoinInputs(master, nth(sites, 0), "u2204a");
  const joined = await newLifecycle().create({ ...declared, name: joinState.id });
  expect(memberNames(master)).toEqual([joinState.id]);

  const inputs = { ...declared, master: secretSide(declared.master), controller: secretSide(declared.controller) };
  const { clusterId, masterId } = joined.outs;
  const outputs = { ...joinState.outs, ...inputs, clusterId, masterId };
  const user = { ...userState.inputs, password: openSecret("Reader-canary-1"), controller: inputs.controller };
  const { stdout } = await pulumi.run(["stack", "export"]);
  const empty = z.looseObject({ deployment: z.looseObject({}) }).parse(JSON.parse(stdout));
  const stack = { urn: "urn:pulumi:test::joins::pulumi:pulumi:Stack::joins-test", type: "pulumi:pulumi:Stack" };
  const resources = [
    stack,
    resource("FedJoin", "u2204a", joinState.id, "lifecycle", inputs, outputs),
    resource("NeuVectorUser", "metrics", userState.id, "userLifecycle", user, { ...userState.outs, ...user }),
  ];
  const file = join(dir, "state.json");
  await writeFile(file, JSON.stringify({ ...empty, deployment: { ...empty.deployment, resources } }), { mode: 0o600 });
  await pulumi.run(["stack", "import", "--file", file]);

  await pulumi.run(["refresh", ...quietFlags]);
  const refreshed = await pulumi.run(["stack", "export"]);
  const names = z
    .object({ deployment: z.object({ resources: z.array(z.looseObject({ outputs: properties.optional() })) }) })
    .parse(JSON.parse(refreshed.stdout))
    .deployment.resources.flatMap(({ outputs: found }) => found?.["clusterName"] ?? []);
  expect(names).toEqual([joinState.id]);
  // Nobody created the user, and its own provider text found that.
  expect(refreshed.stdout).not.toContain("NeuVectorUser");

  await pulumi.run(["destroy", ...quietFlags]);
  expect(memberNames(master)).toEqual([]);
});
