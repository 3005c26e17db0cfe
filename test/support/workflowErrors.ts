import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as Parser from "@actions/workflow-parser";
import { build } from "esbuild";
import { repositoryRoot } from "@fedjoin/testbed";

/** Creates a check by GitHub's own grammar of workflows, which gives every error of a text. */
export async function createWorkflowCheck(): Promise<(name: string, content: string) => string[]> {
  const { NoOperationTraceWriter, parseWorkflow } = await loadParser();
  return (name, content) => {
    const { context } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
    return context.errors.getErrors().map(({ message }) => message);
  };
}

/** The package imports JSON in a way that only bundlers understand. */
async function loadParser(): Promise<typeof Parser> {
  const folder = await mkdtemp(join(tmpdir(), "fedjoin-parser-"));
  const outfile = join(folder, "parser.cjs");
  const stdin = { contents: 'export * from "@actions/workflow-parser"', resolveDir: repositoryRoot };
  await build({ stdin, outfile, bundle: true, platform: "node", format: "cjs" });
  const parser: unknown = createRequire(outfile)(outfile);
  await rm(folder, { recursive: true });
  return parser as typeof Parser;
}
