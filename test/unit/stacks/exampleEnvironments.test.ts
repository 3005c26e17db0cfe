import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { caCertificate } from "../../support/caCertificate";
import { environmentOf, problemsOf } from "../../support/checkedConfig";
import { docsBlock } from "../../support/docsBlock";
import { repositoryRoot } from "@fedjoin/testbed";

const folder = "stacks/config";
/** A file of the folder, with a certificate where it leaves one out. */
const sourceOf = (name: string) =>
  readFileSync(join(repositoryRoot, folder, name), "utf8").replaceAll(/"-----BEGIN CERTIFICATE-----[^"]*"/g, () =>
    JSON.stringify(caCertificate),
  );
const lists = readdirSync(join(repositoryRoot, folder)).filter((name) => name.endsWith(".csv"));
const files = Object.fromEntries(lists.map((name) => [`${folder}/${name}`, sourceOf(name)]));

type Path = readonly (string | number)[];

/** The configuration paths of the commands in a file's comments. */
function secretPaths(source: string): Path[] {
  return [...source.matchAll(/--secret --path 'fedjoin:([^']+)'/g)].map(([, path = ""]) =>
    path.split(/[.[\]]+/).map((key) => (/^\d+$/.test(key) ? Number(key) : key)),
  );
}

/** The configuration as the program sees it after these secrets were set. */
function configurationWith(source: string, secrets: readonly Path[] = secretPaths(source)): string {
  const document = parseDocument(source.replaceAll("fedjoin:", ""));
  for (const path of secrets) document.setIn(["config", ...path], "https://example.com/a-secret");
  return String(document.get("config"));
}

const idsOf = (configuration: string) => environmentOf(configuration, files).members.map(({ storeId }) => storeId);

describe("the example environments", () => {
  test.each(["dev", "staging", "prod"])(
    "D5, R15: %s keeps no secret, and misses exactly what its commands set",
    (name) => {
      const source = sourceOf(`Pulumi.${name}.yaml`);
      expect(source).not.toMatch(/secure:|encryptionsalt|^\s*(password|apiKey|joinToken):/m);
      const secrets = secretPaths(source);
      expect(problemsOf(configurationWith(source), files)).toEqual([]);
      for (const path of secrets) {
        const others = secrets.filter((other) => other !== path);
        expect(problemsOf(configurationWith(source, others), files)).not.toEqual([]);
      }
    },
  );

  test("R15: staging and prod bring no secret of a site into the stack at all", () => {
    for (const name of ["staging", "prod"]) {
      const shown = JSON.stringify(environmentOf(configurationWith(sourceOf(`Pulumi.${name}.yaml`)), files));
      expect(shown.replaceAll(/<\{[^>]*tokenFile[^>]*>/g, "")).not.toContain("<");
    }
  });

  test("prod's stores are in its list, and a stack for each region takes its own, as its comment says", () => {
    const source = sourceOf("Pulumi.prod.yaml");
    expect(idsOf(configurationWith(source))).toEqual(["n1001", "n1002", "2203", "s2204"]);
    const north = source.replace("# fedjoin:shard:", "fedjoin:shard:");
    expect(idsOf(configurationWith(north))).toEqual(["n1001", "n1002"]);
    expect(idsOf(configurationWith(north.replace("value: north", "value: south")))).toEqual(["2203", "s2204"]);
  });

  test("D5: README's own environment is right but for its dots, and misses exactly what its commands set", () => {
    const block = docsBlock("README.md", "<<'YAML'");
    const [, written = ""] = /<<'YAML'\n([^]*?)^YAML$/m.exec(block) ?? [];
    const source = written.replace("AB:CD:…", "ab".repeat(32));
    const secrets = secretPaths(block);
    expect(secrets).toHaveLength(2);
    expect(problemsOf(configurationWith(source, secrets))).toEqual([]);
    for (const path of secrets) {
      const others = secrets.filter((other) => other !== path);
      expect(problemsOf(configurationWith(source, others))).toEqual([
        `${path.join(".").replace(/\.(\d+)/, "[$1]")}: is required, unless there is an apiKey`,
      ]);
    }
    // A file that is written after `stack init` overwrites the key of its secrets.
    expect(block.indexOf("pulumi stack init")).toBeGreaterThan(block.indexOf("<<'YAML'"));
  });
});
