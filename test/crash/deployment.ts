import { spawn } from "node:child_process";
import { globSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import * as z from "zod";
import { createJoinProject, quietFlags, type CommandResult, type Tools } from "@fedjoin/testbed";
import { commandLineOf, descendantsOf, killProcesses } from "../support/processTree";
import type { StateEntry } from "./check";
import { inputsOf, type World } from "./world";

/** Whom a kill hits: the CLI, the process of the dynamic provider, or everything that the CLI started, with itself. */
export const victims = ["cli", "provider", "both"] as const;
export type Victim = (typeof victims)[number];

/** A resource in the state of a stack; one that is to be deleted is there as well. */
const stored = z.object({
  urn: z.string(),
  id: z.string().optional(),
  outputs: z.record(z.string(), z.unknown()).optional(),
});

const checkpoint = z.object({
  checkpoint: z.object({ latest: z.object({ resources: z.array(stored).optional() }).optional() }),
});

/** A project of FedJoins, one for each world, deployed by the real CLI. */
export interface Deployment {
  /** Writes what the worlds declare into the program. */
  declare(worlds: readonly World[]): Promise<void>;
  run(args: readonly string[]): Promise<CommandResult>;
  /** Starts the CLI, which can be killed. */
  start(args: readonly string[]): CliRun;
  /** Removes the lock that a killed run left. */
  cancelIfLocked(): Promise<void>;
  /** The FedJoins of a world in the state. */
  resourcesOf(world: World): readonly StateEntry[];
}

/** A run of the CLI under way. */
export interface CliRun {
  readonly ended: Promise<CommandResult>;
  /** Kills the victim, and resolves to the processes that survive it, once all that was killed is gone. */
  kill(victim: Victim): Promise<readonly number[]>;
}

const flags = [...quietFlags, "--parallel", "64"];

/** Creates the project with its stack in `dir`. */
export async function createDeployment(tools: Tools, dir: string): Promise<Deployment> {
  // Compiled code that is kept starts each of the Node processes of a run sooner.
  const project = await createJoinProject(tools, dir, { NODE_COMPILE_CACHE: join(dir, "compiled") });
  const { pulumi, env, dir: cwd, backendDir } = project;
  return {
    declare: (worlds) => project.declare(Object.fromEntries(worlds.map((world) => [world.name, inputsOf(world)]))),
    run: (args) => pulumi.tryRun([...args, ...flags]),
    start(args) {
      const cli = spawn(tools.pulumi, [...args, ...flags], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
      const pid = cli.pid ?? 0;
      const exited = new Promise<number>((resolve, reject) => {
        cli.once("error", reject).once("exit", (code) => {
          resolve(code ?? 128);
        });
      });
      // A survivor holds the pipes open, so the output of a killed CLI never ends.
      const output = [cli.stdout, cli.stderr].map((stream) => Promise.race([text(stream), exited.then(() => "")]));
      return {
        ended: Promise.all([exited, ...output]).then(([code, stdout = "", stderr = ""]) => ({ code, stdout, stderr })),
        async kill(victim) {
          const below = descendantsOf(pid);
          const providers = below.filter((each) => commandLineOf(each).includes("dynamic-provider"));
          const killed = { cli: [pid], provider: providers, both: [pid, ...below] }[victim];
          if (killed.length === 0) throw new Error("no provider process runs");
          killProcesses(killed);
          await exited;
          return below.filter((each) => !killed.includes(each) && commandLineOf(each) !== "");
        },
      };
    },
    async cancelIfLocked() {
      removeTornAttributes(backendDir);
      if (globSync(join(backendDir, ".pulumi/locks/**/*.json")).length === 0) return;
      const { code, stdout, stderr } = await pulumi.tryRun(["cancel", "--yes", "--stack", "test"]);
      if (code !== 0) throw new Error(`pulumi cancel: ${stdout}${stderr}`);
    },
    resourcesOf({ name }) {
      const file = join(backendDir, ".pulumi/stacks/joins/test.json");
      const { resources = [] } = checkpoint.parse(JSON.parse(readFileSync(file, "utf8"))).checkpoint.latest ?? {};
      return resources.filter(({ urn }) => urn === urnOf(name)).map(({ id, outputs }) => ({ id, outs: outputs }));
    },
  };
}

/**
 * A kill while the CLI writes a file's attributes leaves them empty, and every later command ends with `failed to load
 * checkpoint: EOF`. The file itself is whole, so a user deletes its attributes.
 */
function removeTornAttributes(backendDir: string): void {
  const files = globSync(join(backendDir, ".pulumi/**/*.attrs"));
  for (const file of files.filter((each) => statSync(each).size === 0)) rmSync(file);
}

export const urnOf = (name: string): string =>
  `urn:pulumi:test::joins::pulumi-nodejs:dynamic/neuvector:FedJoin::${name}`;
