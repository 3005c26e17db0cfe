import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import {
  propertiesOf,
  masterJsonSchema,
  memberJsonSchema,
  type JsonSchema,
} from "../../../../stacks/src/config/jsonSchema";
import { stackFileSchema } from "../../../../stacks/src/config/stackFileSchema";
import { repositoryRoot } from "@fedjoin/testbed";

const folder = join(repositoryRoot, "stacks/config");
const environments = readdirSync(folder).filter((name) => name.startsWith("Pulumi."));
const schema = z.fromJSONSchema(z.record(z.string(), z.unknown()).parse(stackFileSchema()));

/** Every key below, with its path. */
function pathsOf(keys: JsonSchema, prefix = ""): { readonly path: string; readonly key: JsonSchema }[] {
  return propertiesOf(keys).flatMap(([name, key]) => [
    { path: `${prefix}${name}`, key },
    ...pathsOf(key, `${prefix}${name}.`),
  ]);
}

/** The paths of `wanted` that `keys` lacks. */
function missing(keys: JsonSchema, wanted: readonly { readonly path: string }[]): string[] {
  const known = new Set(pathsOf(keys).map(({ path }) => path));
  return wanted.map(({ path }) => path).filter((path) => !known.has(path));
}

function section(name: string): JsonSchema {
  const found = pathsOf(stackFileSchema()).find(({ path }) => path === `config.fedjoin:${name}`);
  if (found === undefined) throw new Error(`no ${name}`);
  return found.key;
}

const accepts = (yaml: string) => schema.safeParse(parse(yaml)).success;
const member = (keys: string) => `config: { "fedjoin:members": [{ storeId: u1, ${keys} }] }`;

describe("the JSON Schema of the stack files", () => {
  test.each(environments)("accepts %s, which names it for editors", (name) => {
    const source = readFileSync(join(folder, name), "utf8");
    expect(schema.safeParse(parse(source)).error).toBeUndefined();
    expect(source).toMatch(/^# yaml-language-server: \$schema=schema\.json\n/);
  });

  test("D5: has every key that the check knows, each with a meaning", () => {
    const [master, ofMember] = [pathsOf(masterJsonSchema()), pathsOf(memberJsonSchema())];
    expect(ofMember.length).toBeGreaterThan(50);
    expect(
      [...master, ...ofMember].filter(({ key }) => (key.description ?? "") === "").map(({ path }) => path),
    ).toEqual([]);
    const { items } = section("members");
    if (typeof items !== "object" || Array.isArray(items)) throw new Error("members is no list of one kind");
    expect(missing(section("master"), master)).toEqual([]);
    expect(missing(items, ofMember)).toEqual([]);
    expect(missing(section("defaults"), ofMember)).toEqual(["storeId", "name"]);
  });

  test.each([
    ["an unknown section", 'config: { "fedjoin:memberz": [] }'],
    ["an unknown key", member("joinedby: exporter")],
    ["an unknown key deep inside", member("jointRest: { prot: 443 }")],
    ["a port that is none", member("jointRest: { port: 70000 }")],
    ["an owner that is none", member("joinedBy: me")],
    ["a reference for an exporter", member("exporter: { credentials: { passwordFrom: { env: PW } } }")],
    ["a secret that is a number", member("controller: { credentials: { password: 1234 } }")],
    ["a member without a store id", 'config: { "fedjoin:members": [{ namespace: neuvector }] }'],
    ["a store id for all", 'config: { "fedjoin:defaults": { storeId: u1 } }'],
    ["a UID for all", 'config: { "fedjoin:defaults": { clusterUid: 7c9a1d5e-3c1f-4a58-9f0b-2b1a6f0c9d11 } }'],
    ["a master's address without a server", 'config: { "fedjoin:master": { rest: { port: 443 } } }'],
  ])("refuses %s", (_, yaml) => {
    expect(accepts(yaml)).toBe(false);
  });

  test.each([
    ["another program's key", 'config: { "kubernetes:context": store }'],
    ["what pulumi writes beside the configuration", "{ encryptionsalt: v1:x, config: {} }"],
    ["an encrypted secret", member("controller: { credentials: { password: { secure: v1:x } } }")],
    ["a member that takes the rest from the defaults", member("jointRest: { server: 10.0.0.1 }")],
  ])("accepts %s", (_, yaml) => {
    expect(accepts(yaml)).toBe(true);
  });
});
