import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { fedJoinInputs, quietFlags, repositoryRoot, storedResources } from "@fedjoin/testbed";
import { destroy, federationOfFile, joinProjectOfFile, password } from "../support/deployments";
import { openSecret } from "../support/exportedState";
import { memberNames, newLifecycle, at } from "../support/federation";

const properties = z.record(z.string(), z.unknown());
const recordedState = z.object({ id: z.string(), inputs: properties, outs: properties });

const project = joinProjectOfFile();
const federation = federationOfFile();

async function readState(name: string) {
  const file = join(repositoryRoot, "test/fixtures/states/0.1.0", `${name}.json`);
  return recordedState.parse(JSON.parse(await readFile(file, "utf8")));
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
  const declared = fedJoinInputs(master, at(sites, 0), "u2204a");
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
  const file = join(project.dir, "state.json");
  await writeFile(file, JSON.stringify({ ...empty, deployment: { ...empty.deployment, resources } }), { mode: 0o600 });
  await pulumi.run(["stack", "import", "--file", file]);

  await pulumi.run(["refresh", ...quietFlags]);
  // Nobody created the user, and its own provider text found that.
  const stored = await storedResources(project.backendDir, "joins", "test");
  const kept = stored.flatMap(({ outputs: found }) => found ?? []);
  expect(kept).toMatchObject([{ clusterName: joinState.id, status: "joined" }]);

  await destroy(project);
  expect(memberNames(master)).toEqual([]);
});
