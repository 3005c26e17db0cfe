import { findLeaves } from "@fedjoin/provider/pulumi";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { createJoinProject, fedJoinInputs, findLeaks, type JoinProject, quietFlags } from "@fedjoin/testbed";
import { type SimulatedFederation, startFederation } from "@fedjoin/simulator";
import { docsBlock } from "../support/docsBlock";
import { memberNames, newLifecycle, at as nth, requestsOf } from "../support/federation";
import { z } from "zod";

const password = "Aa1-example-canary";

let dir: string;
let project: JoinProject;
let federation: SimulatedFederation;

beforeEach(async () => {
  const tools = inject("tools");
  dir = await mkdtemp(join(tmpdir(), "fedjoin-example-"));
  project = await createJoinProject(tools, dir, { NEUVECTOR_MASTER_PASSWORD: password });
  federation = await startFederation({
    sites: 2,
    selfSigned: true,
    password,
    timings: { cleanupMs: 50, probePauseMs: 10 },
  });
});

afterEach(async () => {
  await federation.close();
  await rm(dir, { recursive: true, force: true });
});

test("the example fed-join joins two stores with the commands of its README, and destroy lets them leave", async () => {
  const { master, sites } = federation;
  const { pulumi } = project;
  await project.replaceProgram("examples/fed-join/index.js");
  const set = (...args: string[]) => pulumi.run(["config", "set", ...args]);
  await set("master", master.rest.server);
  await set("masterPort", String(master.rest.port));
  await set("masterFingerprint", master.fingerprint256);
  for (const [index, site] of sites.entries()) {
    await set("--path", `stores[${index}].storeId`, `store-${index}`);
    await set("--path", `stores[${index}].server`, site.rest.server);
    await set("--path", `stores[${index}].port`, String(site.rest.port));
    await set("--path", `stores[${index}].fingerprint`, site.fingerprint256);
  }
  await pulumi.run(["config", "set", "--secret", "sitePassword"], { input: password });
  const quiet = ["--yes", "--skip-preview", "--non-interactive"];
  await pulumi.run(["up", ...quiet]);
  expect(
    memberNames(master)
      .map((name) => name.slice(0, -7))
      .toSorted(),
  ).toEqual(["store-0", "store-1"]);
  const { stdout } = await pulumi.run(["stack", "output", "members", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject([
    { storeId: "store-0", status: "joined" },
    { storeId: "store-1", status: "joined" },
  ]);
  await pulumi.run(["destroy", ...quiet]);
  expect(memberNames(master)).toEqual([]);
});

/** The import file of docs/how-to/operations.md; `outputs` there leave the inputs out, which are in them too. */
const documented = z.object({
  resources: z.tuple([
    z.looseObject({
      type: z.string(),
      inputs: z.looseObject({
        __provider: z.string(),
        controller: z.looseObject({ credentials: z.looseObject({ password: z.looseObject({}) }) }),
      }),
      outputs: z.record(z.string(), z.unknown()),
    }),
  ]),
});

test("an existing membership comes into the state by the documented import file, without a call; `pulumi import` of an id cannot, and a previewed destroy says who leaves", async () => {
  const { master, sites } = federation;
  const { pulumi } = project;
  const inputs = fedJoinInputs(master, nth(sites, 0), "u2204a");
  const { id, outs } = await newLifecycle().create(inputs);
  await project.declare({ u2204a: inputs });

  const { resources } = documented.parse(JSON.parse(docsBlock("docs/how-to/operations.md", '"__provider"')));
  const [resource] = resources;
  const byId = await pulumi.tryRun(["import", resource.type, "u2204a", id, "--yes", "--non-interactive"]);
  expect(byId.code).not.toBe(0);
  expect(byId.stdout + byId.stderr).toMatch(/reading 'toJavaScript'|code must be a string/);

  const envelope = resource.inputs.controller.credentials.password;
  const hidden = (side: { credentials: object }) => ({
    ...side,
    credentials: { ...side.credentials, password: { ...envelope, plaintext: JSON.stringify(password) } },
  });
  const values = { ...inputs, master: hidden(inputs.master), controller: hidden(inputs.controller) };
  const outputs = { ...values, ...resource.outputs, clusterName: id, clusterId: outs["clusterId"] };
  const { __provider } = resource.inputs;
  const file = join(dir, "import.json");
  const imported = { ...resource, id, inputs: { ...values, __provider }, outputs: { ...outputs, __provider } };
  await writeFile(file, JSON.stringify({ resources: [imported] }), { mode: 0o600 });
  const asked = requestsOf(master, "GET", "/v1/fed/member").length;
  await pulumi.run(["import", "--file", file, "--generate-code=false", "--protect=false", ...quietFlags]);
  await pulumi.run(["preview", "--expect-no-changes", "--non-interactive"]);
  expect(requestsOf(master, "GET", "/v1/fed/member")).toHaveLength(asked);
  expect(await findLeaks(project.backendDir, new Map([["password", password]]))).toEqual([]);

  const { stdout } = await pulumi.run(["destroy", "--preview-only", "--json", "--non-interactive"]);
  const at = `${master.rest.server}:${master.rest.port}`;
  const text = `${id} leaves the master at ${at}: its resource is deleted`;
  expect(findLeaves(stdout)?.leaves).toEqual([{ resource: "u2204a", name: id, text }]);
  await pulumi.run(["destroy", ...quietFlags]);
  expect(memberNames(master)).toEqual([]);
});
