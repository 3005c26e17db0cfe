import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import * as z from "zod";
import type { NeuVectorExporterArgs } from "../../stacks/src/component";
import { oneOf, plain, render } from "../support/exporterObjects";

const variable = z.object({ name: z.string(), valueFrom: z.object({ secretKeyRef: z.object({ name: z.string() }) }) });
const container = z.object({ env: z.array(variable) });
const pod = z.object({ spec: z.object({ containers: z.tuple([container]) }) });
const deployment = z.object({ spec: z.object({ template: pod }) });

/** The container's variables, each with the Secret that it comes from. */
async function variablesOf(args: NeuVectorExporterArgs) {
  const { spec } = deployment.parse(oneOf(await render(args), "Deployment"));
  return spec.template.spec.containers[0].env.map(({ name, valueFrom }) => [name, valueFrom.secretKeyRef.name]);
}

const { server, port } = plain.controller;
const account = { username: "reader" };

test.each<readonly [string, NeuVectorExporterArgs["controller"]]>([
  ["a plain account", { server, port, credentials: account }],
  ["an account that comes late", { server, port, credentials: pulumi.output(account) }],
  ["a controller that comes late", Promise.resolve({ server, port, credentials: account })],
])("a setting that an existing Secret holds is one variable, beside %s without it", async (_, controller) => {
  const existingSecret = { name: "vault", holds: ["CTRL_PASSWORD", "CTRL_PASSWORD"] };
  const variables = await variablesOf({ ...plain, controller, existingSecret });
  expect(variables.filter(([name]) => name === "CTRL_PASSWORD")).toEqual([["CTRL_PASSWORD", "vault"]]);
  expect(new Set(variables.map(([name]) => name)).size).toBe(variables.length);
});
