import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pulumiCli, pulumiEnvironment, quietFlags, repositoryRoot, type Tools } from "@fedjoin/testbed";
import { stringify } from "yaml";
import type { Props } from "../engine/provider";
import type { ImportEntry, Run } from "../engine/run";
import { stateFrom } from "./cliState";
import { type HistoryRun, stack } from "./history";
import type { Outcome } from "./modelRun";
import { type Call, thingProvider } from "./thing";

/** A Pulumi project that runs histories on the real CLI, one after the other. */
export interface CliProject {
  /** Empties the state. */
  reset(): Promise<void>;
  run(run: HistoryRun): Promise<Outcome & { readonly output: string }>;
}

/** Creates the project in `dir`. */
export async function createCliProject(tools: Tools, dir: string): Promise<CliProject> {
  const [projectDir, backendDir] = [join(dir, "project"), join(dir, "state")];
  await mkdir(projectDir, { recursive: true });
  const { project: name } = stack;
  const main = join(repositoryRoot, "test/simulation/dist/conformance/program.js");
  const project = { name, runtime: { name: "nodejs", options: { typescript: false } }, main };
  await writeFile(join(projectDir, "Pulumi.yaml"), stringify(project));
  const own = await pulumiEnvironment(tools, { home: join(dir, "home"), backendDir, passphrase: "test" });
  const pulumi = pulumiCli(tools, projectDir, { ...own, CONFORMANCE_DIR: dir });
  await pulumi.run(["stack", "init", stack.stack]);
  const stateFile = join(backendDir, ".pulumi/stacks", name, `${stack.stack}.json`);
  const emptyFile = join(dir, "empty.json");
  await copyFile(stateFile, emptyFile);
  const [calls, created] = [join(dir, "calls.jsonl"), join(dir, "created.json")];
  const importFile = join(dir, "import.json");
  return {
    async reset() {
      await copyFile(emptyFile, stateFile);
      await writeFile(created, "{}");
    },
    async run({ run, program, script }) {
      await writeFile(join(dir, "program.json"), JSON.stringify(program));
      await writeFile(join(dir, "script.json"), JSON.stringify(script));
      await writeFile(calls, "");
      await writeFile(importFile, JSON.stringify({ resources: (run.imports ?? []).map(withProvider) }));
      const { code, stdout, stderr } = await pulumi.tryRun(argumentsOf(run, importFile));
      // A killed CLI leaves its lock.
      await rm(join(backendDir, ".pulumi/locks"), { recursive: true, force: true });
      return {
        calls: (await readFile(calls, "utf8"))
          .split("\n")
          .filter(Boolean)
          .map((line) => JSON.parse(line) as Call),
        state: stateFrom(existsSync(stateFile) ? await readFile(stateFile, "utf8") : "{}"),
        succeeded: code === 0,
        created: JSON.parse(await readFile(created, "utf8")) as Record<string, number>,
        output: stdout + stderr,
      };
    },
  };
}

/** The entry as the CLI reads it: where the engine calls no provider, the file has what finds its code later. */
function withProvider({ inputs, outputs, ...entry }: ImportEntry): object {
  const provided = (props: Props | undefined) => props && { ...props, __provider: thingProvider };
  return { ...entry, inputs: provided(inputs), outputs: provided(outputs) };
}

function argumentsOf(run: Run, importFile: string): string[] {
  const { operation, preview, targets = [], excludes = [], replaces = [], parallel } = run;
  const command = preview === true ? ["preview", "--color", "never", "--non-interactive"] : [operation, ...quietFlags];
  return [
    ...command,
    ...(operation === "import" ? ["--file", importFile, "--generate-code=false"] : []),
    ...targets.flatMap((urn) => ["--target", urn]),
    ...excludes.flatMap((urn) => ["--exclude", urn]),
    ...replaces.flatMap((urn) => ["--replace", urn]),
    ...(run.targetDependents === true ? ["--target-dependents"] : []),
    ...(run.excludeDependents === true ? ["--exclude-dependents"] : []),
    ...(run.refresh === true ? ["--refresh"] : []),
    ...(run.runProgram === true ? ["--run-program"] : []),
    ...(run.continueOnError === true ? ["--continue-on-error"] : []),
    ...(run.clearPendingCreates === true ? ["--clear-pending-creates"] : []),
    ...(parallel === undefined ? [] : ["--parallel", String(parallel)]),
  ];
}
