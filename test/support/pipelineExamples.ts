import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { repositoryRoot } from "@fedjoin/testbed";

export const github = "examples/template/.github/workflows/fedjoin.yml";
export const gitlab = "examples/template/.gitlab-ci.yml";
export const operator = "examples/gitops/pulumi-operator.yaml";

/** The text of a file of the repository. */
export const read = (path: string): string => readFileSync(join(repositoryRoot, path), "utf8");

/** The documents of a file in strict YAML. @throws Error at a key that is there twice, and at a warning */
export function documentsOf(path: string): unknown[] {
  const documents = parseAllDocuments(read(path), { strict: true, uniqueKeys: true });
  for (const problem of documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])) throw problem;
  return documents.map((document) => document.toJS() as unknown);
}
