import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createJoinProject, type DeclaredJoins } from "../project/joinProject";
import { quietFlags } from "../project/quietFlags";
import { type SimulatedController, startFederation } from "@fedjoin/simulator";
import { fedJoinInputs } from "../project/fedJoinInputs";
import { prepareTools } from "../toolchain/prepareTools";
import { repositoryRoot } from "../toolchain/repository";
import { runCommand } from "../toolchain/runCommand";
import { measure, type ResourceUsage } from "./resourceUsage";

export interface ScaleOptions {
  readonly stacks: number;
  /** So many in each stack. */
  readonly members: number;
  /** Gets a line for each step. */
  readonly say: (line: string) => void;
}

/** What became of an estate. */
export interface ScaleResult {
  /** Members on the list of each of the two masters after the joins, and after the first stack moved to the second. */
  readonly joined: readonly number[];
  readonly moved: readonly number[];
  /** What `fedjoin members --all --check` said last, and its exit code, after the joins and after the move. */
  readonly checks: readonly { readonly code: number; readonly summary: string }[];
  /** How `fedjoin rollout` ended. */
  readonly move: { readonly code: number; readonly summary: string };
  readonly costs: Readonly<Record<"joins" | "table" | "move", ResourceUsage>>;
}

/** Outlasts the clean-up of a site that left, 2 s. */
const retry = { maxRetries: 10, initialDelaySeconds: 0.5, maxDelaySeconds: 4 };

/**
 * Joins an estate by real deployments, one per stack and one after the other, to two simulated masters in turn; shows
 * all members; moves the first stack to the second master in waves.
 */
export async function runScale({ stacks, members, say }: ScaleOptions): Promise<ScaleResult> {
  const tools = await prepareTools({ say });
  const dir = await mkdtemp(join(tmpdir(), "fedjoin-many-"));
  const close: (() => Promise<void>)[] = [() => rm(dir, { recursive: true, force: true })];
  const federationOf = async (
    count: number,
  ): Promise<readonly [SimulatedController, readonly SimulatedController[]]> => {
    const federation = await startFederation({ sites: count, selfSigned: true });
    close.push(() => federation.close());
    return [federation.master, federation.sites];
  };
  try {
    const [a, sitesOfA] = await federationOf(Math.ceil(stacks / 2) * members);
    const [b, sitesOfB] = await federationOf(Math.floor(stacks / 2) * members);
    say(`${sitesOfA.length + sitesOfB.length} sites and 2 masters are up`);
    const project = await createJoinProject(tools, dir);
    await project.pulumi.run(["stack", "rm", "test", "--yes"]);
    const joinsOf = (stack: number, master: SimulatedController): DeclaredJoins => {
      const sites = (stack % 2 === 0 ? sitesOfA : sitesOfB).slice(Math.floor(stack / 2) * members).slice(0, members);
      return Object.fromEntries(
        sites.map((site, index) => {
          const id = `r${stack}-${index}`;
          return [id, { ...fedJoinInputs(master, site, id), retry }];
        }),
      );
    };
    const fedjoin = async (...args: readonly string[]) => {
      const command = [join(repositoryRoot, "provider/dist/cli/main.js"), ...args, "--cwd", project.dir];
      const { code, stdout, stderr } = await runCommand(process.execPath, command, { env: project.env });
      return { code, summary: (stdout.trimEnd() || stderr).split("\n").at(-1) ?? "" };
    };
    const counts = (): number[] => [a, b].map((master) => master.members().length);
    const joins = await measure(async () => {
      for (let stack = 0; stack < stacks; stack++) {
        await project.pulumi.run(["stack", "init", `region${stack}`]);
        await project.declare(joinsOf(stack, stack % 2 === 0 ? a : b));
        const { cost } = await measure(() => project.pulumi.run(["up", ...quietFlags, "--stack", `region${stack}`]));
        say(`region${stack} is up after ${cost.seconds} s: ${counts().join(" and ")} members`);
      }
      return counts();
    });
    const table = await measure(() => fedjoin("members", "--all", "--check"));
    say(table.result.summary);
    await project.declare(joinsOf(0, b));
    const wave = String(Math.ceil(members / 2));
    const move = await measure(() => fedjoin("rollout", "--stack", "region0", "--wave", wave, "--max-failures", "0"));
    say(move.result.summary);
    const after = await fedjoin("members", "--all", "--check");
    return {
      joined: joins.result,
      moved: counts(),
      checks: [table.result, after],
      move: move.result,
      costs: { joins: joins.cost, table: table.cost, move: move.cost },
    };
  } finally {
    for (const each of close.reverse()) await each();
  }
}
