import { ComponentResource, CustomResource, type CustomResourceOptions, type Resource } from "@pulumi/pulumi";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Alias, OutputReference, Program, Registration } from "../engine/program";
import { thingProvider } from "./thing";

const file = (name: string): unknown =>
  JSON.parse(readFileSync(join(process.env["CONFORMANCE_DIR"] ?? "", name), "utf8"));

class Thing extends CustomResource {}

const made = new Map<string, Resource>();
const named = (name: string): Resource => {
  const found = made.get(name);
  if (found === undefined) throw new Error(`${name} is not declared before its use`);
  return found;
};

const isReference = (value: unknown): value is OutputReference =>
  typeof value === "object" && value !== null && "outputOf" in value;

/** Declares what the file says; the engine runs it. */
async function main(): Promise<void> {
  for (const registration of file("program.json") as Program) {
    for (const name of registration.awaits ?? []) await urnOf(named(name));
    made.set(registration.name, declare(registration));
  }
}

/** The one way to wait for a resource whose failure is the program's. */
const urnOf = (resource: Resource): Promise<string> =>
  (resource.urn as unknown as { promise(): Promise<string> }).promise();

function declare({ type, name, component, inputs, options = {} }: Registration): Resource {
  const { parent, dependsOn, deletedWith, replaceWith, aliases, ...others } = options;
  const opts = {
    ...others,
    ...(parent !== undefined && { parent: named(parent) }),
    ...(dependsOn !== undefined && { dependsOn: dependsOn.map(named) }),
    ...(deletedWith !== undefined && { deletedWith: named(deletedWith) }),
    ...(replaceWith !== undefined && { replaceWith: replaceWith.map(named) }),
    ...(aliases !== undefined && { aliases: aliases.map(aliasOf) }),
  } as unknown as CustomResourceOptions;
  if (component === true) return new ComponentResource(type, name, {}, opts);
  const props = Object.entries(inputs).map(([key, value]): [string, unknown] => [
    key,
    isReference(value) ? (named(value.outputOf) as unknown as Record<string, unknown>)[value.key] : value,
  ]);
  const values = { out: undefined, ...Object.fromEntries(props), __provider: thingProvider };
  return new Thing(type, name, values, opts);
}

function aliasOf(alias: Alias): object | string {
  if (typeof alias === "string" || alias.parent === undefined) return alias;
  return { ...alias, parent: alias.parent === null ? undefined : named(alias.parent) };
}

module.exports = main();
