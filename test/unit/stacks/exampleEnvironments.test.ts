import { globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import * as z from "zod";
import { caCertificate } from "../../support/caCertificate";
import { environmentOf, problemsOf } from "../../support/checkedConfig";
import { docsBlock } from "../../support/docsBlock";
import { repositoryRoot } from "@fedjoin/testbed";
import { projectVersion } from "../../support/projectVersion";

const folder = "examples/template";
const read = (path: string) => readFileSync(join(repositoryRoot, path), "utf8");
/** A file of the folder, with a certificate where it leaves one out. */
const sourceOf = (name: string) =>
  read(join(folder, name)).replaceAll(/"-----BEGIN CERTIFICATE-----[^"]*"/g, () => JSON.stringify(caCertificate));
const lists = readdirSync(join(repositoryRoot, folder)).filter((name) => name.endsWith(".csv"));
const files = Object.fromEntries(lists.map((name) => [name, sourceOf(name)]));

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

  test("D5: README makes a project from the template of this version, and sets the secrets of its dev", () => {
    expect(docsBlock("README.md", "pulumi new https")).toContain(`/tree/v${projectVersion}/${folder} `);
    const commands = docsBlock("README.md", "pulumi config set");
    expect(secretPaths(commands)).toEqual(secretPaths(sourceOf("Pulumi.dev.yaml")));
    expect(commands).toContain("FEDJOIN_MASTER_PASSWORD");
  });

  test("D5: the template and the examples depend on the packages of this version, as they are tested", () => {
    const manifest = z.object({
      name: z.string(),
      version: z.string().default(""),
      dependencies: z.record(z.string(), z.string()).default({}),
      devDependencies: z.record(z.string(), z.string()).default({}),
    });
    const manifestOf = (path: string) => manifest.parse(JSON.parse(read(path)));
    const own = ["provider", "stacks"].map((name) => manifestOf(`${name}/package.json`));
    const tested = {
      ...Object.fromEntries(own.map(({ name, version }) => [name, version])),
      ...manifestOf("stacks/package.json").devDependencies,
      ...manifestOf("package.json").devDependencies,
    };
    const projects = globSync("examples/*/package.json", { cwd: repositoryRoot });
    expect(projects.length).toBeGreaterThan(5);
    for (const project of projects) {
      const { dependencies, devDependencies } = manifestOf(project);
      expect(tested, project).toMatchObject({ ...dependencies, ...devDependencies });
    }
  });
});
