import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import * as z from "zod";
import { parseCommand } from "../../../../exporter/src/settings/command";
import { unknownSettings } from "../../../support/knownSettings";
import { repositoryRoot } from "@fedjoin/testbed";

const read = (file: string): string => readFileSync(join(repositoryRoot, "examples/kubernetes", file), "utf8");
const texts = z.record(z.string(), z.string());

const settings = z.object({ data: texts }).parse(parseAllDocuments(read("exporter.yaml"))[0]?.toJS()).data;
const secrets = z.object({ stringData: texts }).parse(parse(read("secret.yaml.example"))).stringData;

test("R12: the example for Kubernetes gives settings that the exporter knows and takes", () => {
  const env = { ...settings, ...secrets };
  expect(unknownSettings(env)).toEqual([]);
  const command = parseCommand({ argv: [], env, readFile: () => "" });
  expect(command).toMatchObject({
    does: "run",
    config: { join: { state: "on", config: { via: "controller", account: { is: "own" } } }, warnings: [] },
  });
});

test("R15: the example for Kubernetes has its secrets in the Secret, each of which the pod asks for", () => {
  expect(Object.keys(settings).filter((name) => /PASSWORD|TOKEN|APIKEY|USERNAME/.test(name))).toEqual([]);
  const asked = [...read("exporter.yaml").matchAll(/secretKeyRef: \{ name: neuvector-exporter, key: (\w+)/g)];
  expect(asked.map(([, key]) => key).toSorted()).toEqual(Object.keys(secrets).toSorted());
});
