import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { problemsOf } from "../../support/checkedConfig";
import { repositoryRoot } from "../../toolchain/repository";

const source = readFileSync(join(repositoryRoot, "stacks/config/Pulumi.dev.yaml"), "utf8");

/** The configuration paths of the commands in the file's comments. */
const secretPaths = [...source.matchAll(/--secret --path 'fedjoin:([^']+)'/g)].map(([, path = ""]) =>
  path.split(/[.[\]]+/).map((key) => (/^\d+$/.test(key) ? Number(key) : key)),
);

/** The configuration as the program sees it after these secrets were set. */
function configurationWith(secrets: readonly (readonly (string | number)[])[]): string {
  const document = parseDocument(source.replaceAll("fedjoin:", ""));
  for (const path of secrets) document.setIn(["config", ...path], "https://example.com/a-secret");
  return String(document.get("config"));
}

describe("the example environment dev", () => {
  test("D5, R15: keeps no secret, and misses exactly what its commands set", () => {
    expect(source).not.toMatch(/secure:|encryptionsalt|^\s*(password|joinToken):/m);
    expect(problemsOf(configurationWith([]))).not.toEqual([]);
    expect(problemsOf(configurationWith(secretPaths))).toEqual([]);
    for (const path of secretPaths) {
      const others = secretPaths.filter((other) => other !== path);
      expect(problemsOf(configurationWith(others))).not.toEqual([]);
    }
  });
});
