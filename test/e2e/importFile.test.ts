import { findLeaves } from "@fedjoin/provider/internal/pulumi";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { fedJoinInputs, findLeaks, quietFlags } from "@fedjoin/testbed";
import { destroy, federationOfFile, joinProjectOfFile, password, refused } from "../support/deployments";
import { docsBlock } from "../support/docsBlock";
import { memberNames, newLifecycle, at, requestsOf } from "../support/federation";

const project = joinProjectOfFile();
const federation = federationOfFile();

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
  const inputs = fedJoinInputs(master, at(sites, 0), "u2204a");
  const { id, outs } = await newLifecycle().create(inputs);
  await project.declare({ u2204a: inputs });

  const [resource] = documented.parse(JSON.parse(docsBlock("docs/how-to/operations.md", '"__provider"'))).resources;
  expect(await refused(project, "import", resource.type, "u2204a", id, "--yes", "--non-interactive")).toMatch(
    /Cannot read properties of undefined \(reading 'toJavaScript'\)|code must be a string/,
  );

  const envelope = resource.inputs.controller.credentials.password;
  const hidden = (side: { credentials: object }) => ({
    ...side,
    credentials: { ...side.credentials, password: { ...envelope, plaintext: JSON.stringify(password) } },
  });
  const values = { ...inputs, master: hidden(inputs.master), controller: hidden(inputs.controller) };
  const outputs = { ...values, ...resource.outputs, clusterName: id, clusterId: outs["clusterId"] };
  const { __provider } = resource.inputs;
  const file = join(project.dir, "import.json");
  const imported = { ...resource, id, inputs: { ...values, __provider }, outputs: { ...outputs, __provider } };
  await writeFile(file, JSON.stringify({ resources: [imported] }), { mode: 0o600 });
  const asked = requestsOf(master, "GET", "/v1/fed/member").length;
  await pulumi.run(["import", "--file", file, "--generate-code=false", "--protect=false", ...quietFlags]);
  await pulumi.run(["preview", "--expect-no-changes", "--non-interactive"]);
  expect(requestsOf(master, "GET", "/v1/fed/member")).toHaveLength(asked);
  expect(await findLeaks(project.backendDir, new Map([["password", password]]))).toEqual([]);

  const { stdout } = await pulumi.run(["destroy", "--preview-only", "--json", "--non-interactive"]);
  const place = `${master.rest.server}:${master.rest.port}`;
  const text = `${id} leaves the master at ${place}: its resource is deleted`;
  expect(findLeaves(stdout)?.leaves).toEqual([{ resource: "u2204a", name: id, text }]);
  await destroy(project);
  expect(memberNames(master)).toEqual([]);
});
