import { findLeaves } from "@fedjoin/provider/internal/pulumi";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fedJoinInputs, quietFlags } from "@fedjoin/testbed";
import { destroy, federationOfFile, joinProjectOfFile, password, refused } from "../support/deployments";
import { runFedjoin } from "../support/fedjoinProcess";
import { memberNames, newLifecycle, at } from "../support/federation";

const project = joinProjectOfFile({ PASSWORD: password });
const federation = federationOfFile();

test("an existing membership comes into the state by an import file; `pulumi import` of an id cannot, and a previewed destroy says who leaves", async () => {
  const { master, sites } = federation;
  const { pulumi } = project;
  const inputs = fedJoinInputs(master, at(sites, 0), "u2204a");
  const { id } = await newLifecycle().create(inputs);
  const credentials = { username: "admin", passwordFrom: { env: "PASSWORD" } };
  const referring = {
    ...inputs,
    master: { ...inputs.master, credentials },
    controller: { ...inputs.controller, credentials },
  };
  await project.declare({ u2204a: referring });

  const byId = ["import", "pulumi-nodejs:dynamic/neuvector:FedJoin", "u2204a", id, "--yes", "--non-interactive"];
  expect(await refused(project, ...byId)).toMatch(
    /Cannot read properties of undefined \(reading 'toJavaScript'\)|code must be a string/,
  );

  const file = join(project.dir, "import.json");
  const settings = { members: [referring] };
  const written = await runFedjoin(["import", "--file", "-", "--out", file], { settings, env: project.env });
  expect(written).toMatchObject({ code: 0, stderr: "" });
  await pulumi.run(["import", "--file", file, "--generate-code=false", "--protect=false", ...quietFlags]);
  await pulumi.run(["preview", "--expect-no-changes", "--non-interactive"]);

  const { stdout } = await pulumi.run(["destroy", "--preview-only", "--json", "--non-interactive"]);
  const place = `${master.rest.server}:${master.rest.port}`;
  const text = `${id} leaves the master at ${place}: its resource is deleted`;
  expect(findLeaves(stdout)?.leaves).toEqual([{ resource: "u2204a", name: id, text }]);
  await destroy(project);
  expect(memberNames(master)).toEqual([]);
});
