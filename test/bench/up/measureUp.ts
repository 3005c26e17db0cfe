import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { preparePulumi, quietFlags } from "@fedjoin/testbed";
import { startProcess } from "../childProcess";
import { median } from "../median";
import { childrenCpuSeconds } from "../processUsage";
import type { Declarations, FederationRequest, Traffic } from "./federationProcess";
import {
  createEmptyProgram,
  createFedJoinProgram,
  createSameInputsProgram,
  type Program,
  type Variables,
} from "./programs";
import { watchProvider } from "./watchProvider";

export interface UpOptions {
  /** How many members; one run for each number. */
  readonly members: readonly number[];
  readonly rounds: number;
  /** Whether the engine writes the state once a run instead of twice for each resource. */
  readonly skipCheckpoints: boolean;
}

/** The steps of a round, by the command of each. */
export const steps = { create: "up", "no change": "up", refresh: "refresh", destroy: "destroy" } as const;
export type Step = keyof typeof steps;
const stepNames = Object.keys(steps) as Step[];

/** What one side needed for a step; medians of the rounds. */
export interface Cost {
  readonly seconds: number;
  /** Of `pulumi` and everything below it, user and system. */
  readonly cpuSeconds: number;
  /** The dynamic provider's. */
  readonly peakRssBytes: number;
}

export interface StateBytes {
  /** As the backend stores it. */
  readonly stored: number;
  /** In `pulumi stack export`. */
  readonly exported: number;
}

/** The programs: FedJoins, and resources that do nothing, with the inputs of FedJoins and without any. */
const programNames = ["fedJoins", "sameInputs", "empty"] as const;
type ByProgram<T> = Readonly<Record<(typeof programNames)[number], T>>;

export interface UpMeasurement extends ByProgram<Readonly<Record<Step, Cost>>> {
  readonly members: number;
  /** For each member, after `no change`. */
  readonly stateBytes: ByProgram<StateBytes>;
  /** Requests of one round at the master's REST API, by step. */
  readonly requests: Readonly<Record<Step, Traffic["master"]>>;
  /** What is wrong, a line each. */
  readonly mismatches: readonly string[];
}

/** Measures each number of members. The programs take turns at each step, with the same engine. */
export async function* measureUp({ members, rounds, skipCheckpoints }: UpOptions): AsyncGenerator<UpMeasurement> {
  const tools = await preparePulumi({ say: console.error });
  const dir = await mkdtemp(join(tmpdir(), "fedjoin-bench-up-"));
  try {
    const variables: Variables = skipCheckpoints ? { PULUMI_SKIP_CHECKPOINTS: "true" } : {};
    const programs = {
      fedJoins: await createFedJoinProgram(tools, join(dir, "joins"), variables),
      sameInputs: await createSameInputsProgram(tools, join(dir, "same"), variables),
      empty: await createEmptyProgram(tools, join(dir, "empty"), variables),
    };
    for (const count of members) yield await measureCount(count, rounds, programs);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function measureCount(members: number, rounds: number, programs: ByProgram<Program>): Promise<UpMeasurement> {
  const federation = startProcess<FederationRequest>("up/federationProcess");
  const traffic = () => federation.request<Traffic>({ ask: "traffic" });
  const costs = { fedJoins: newCosts(), sameInputs: newCosts(), empty: newCosts() };
  const requests: Partial<Record<Step, Traffic["master"]>> = {};
  const mismatches: string[] = [];
  let stateBytes: UpMeasurement["stateBytes"] | undefined;
  try {
    const declarations = await federation.request<Declarations>({ ask: "start", sites: members });
    for (const program of Object.values(programs)) await program.declare(declarations);
    for (let round = 0; round < rounds; round++) {
      for (const [index, step] of stepNames.entries()) {
        await traffic();
        for (const name of (round + index) % 2 === 0 ? programNames : programNames.toReversed()) {
          costs[name][step].push(await measureStep(programs[name], step));
        }
        const { master, members: joined } = await traffic();
        requests[step] = master;
        const wanted = step === "destroy" ? 0 : members;
        if (joined !== wanted) mismatches.push(`${step}: the master lists ${joined} members instead of ${wanted}`);
        if (step === "no change" && round === 0) {
          const { fedJoins, sameInputs, empty } = programs;
          stateBytes = {
            fedJoins: await fedJoins.stateBytes(),
            sameInputs: await sameInputs.stateBytes(),
            empty: await empty.stateBytes(),
          };
        }
      }
    }
  } finally {
    federation.stop();
  }
  if (stateBytes === undefined) throw new Error("no round was run");
  return {
    members,
    fedJoins: medians(costs.fedJoins),
    sameInputs: medians(costs.sameInputs),
    empty: medians(costs.empty),
    stateBytes,
    requests: byStep((step) => requests[step] ?? {}),
    mismatches,
  };
}

async function measureStep(program: Program, step: Step): Promise<Cost> {
  const [start, cpuBefore] = [performance.now(), childrenCpuSeconds()];
  const peakRssBytes = await watchProvider(() => program.pulumi.run([steps[step], ...quietFlags]));
  return {
    seconds: (performance.now() - start) / 1000,
    cpuSeconds: childrenCpuSeconds() - cpuBefore,
    peakRssBytes,
  };
}

function byStep<T>(give: (step: Step) => T): Record<Step, T> {
  return {
    create: give("create"),
    "no change": give("no change"),
    refresh: give("refresh"),
    destroy: give("destroy"),
  };
}

const newCosts = (): Record<Step, Cost[]> => byStep(() => []);

function medians(costs: Readonly<Record<Step, readonly Cost[]>>): Record<Step, Cost> {
  return byStep((step) => ({
    seconds: median(costs[step].map(({ seconds }) => seconds)),
    cpuSeconds: median(costs[step].map(({ cpuSeconds }) => cpuSeconds)),
    peakRssBytes: median(costs[step].map(({ peakRssBytes }) => peakRssBytes)),
  }));
}
