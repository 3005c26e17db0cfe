import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Tools } from "@fedjoin/testbed";
import { createSeededRandom } from "@fedjoin/simulator";
import { type BatchResult, runBatch, runUndisturbed } from "./killBatch";
import { createDeployment, type Deployment } from "./deployment";
import { create, destroy, operations, type Operation, type Presence } from "./operations";
import { type Batch, type Recording, sampledMatrix, wholeMatrix } from "./killPlan";
import { startWorld, type World } from "./world";

export interface KillOptions {
  readonly tools: Tools;
  /** Worlds that one kill interrupts. */
  readonly worlds: number;
  /** Draws a sample: one kill for each operation. The whole matrix by default. */
  readonly seed?: number | undefined;
  /** Gets a line for each batch. */
  readonly say: (line: string) => void;
}

export interface KillResult {
  /** Boundaries at which something was killed, counted for each victim. */
  readonly kills: number;
  /** Boundaries that no run reached: the recorded run was slower, and asked more often. */
  readonly unreached: number;
  /** Requests of each operation, by its title. */
  readonly requests: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
}

/** A project and its worlds, all in the same state. */
interface Stage {
  readonly deployment: Deployment;
  readonly worlds: readonly World[];
  presence: Presence;
  close(): Promise<void>;
}

/** Records the operations, then kills at their boundaries and checks what a recovery makes of it. */
export async function runKills({ tools, worlds: size, seed, say }: KillOptions): Promise<KillResult> {
  let stage = await openStage(tools, size);
  const violations: string[] = [];
  let kills = 0;
  let missed = 0;
  try {
    const recording = await recordAll(stage);
    const batches =
      seed === undefined ? wholeMatrix(recording, size) : sampledMatrix(recording, size, createSeededRandom(seed));
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      const { violations: found, unreached } = await runFrom(stage, batch, recording);
      const { operation, victim, boundaries, recovery } = batch;
      const reached = boundaries.length - unreached.length;
      kills += reached;
      violations.push(...found);
      say(
        `${operation.title}, ${victim} killed at ${reached} boundaries, then ${recovery.join(" ")}: ${found.length} violations`,
      );
      for (const violation of found) say(violation);
      if (found.length > 0) {
        await stage.close();
        stage = await openStage(tools, size);
      }
      if (seed === undefined && unreached.length > 0) {
        if (reached > 0) batches.unshift({ ...batch, boundaries: unreached });
        else missed += unreached.length;
      }
    }
    const requests = Object.fromEntries([...recording].map(([{ title }, { length }]) => [title, length]));
    return { kills, unreached: missed, requests, violations };
  } finally {
    await stage.close();
  }
}

async function openStage(tools: Tools, size: number): Promise<Stage> {
  const dir = await mkdtemp(join(tmpdir(), "fedjoin-crash-"));
  const worlds = await Promise.all(Array.from({ length: size }, (_, index) => startWorld(`w${index}`)));
  return {
    deployment: await createDeployment(tools, dir),
    worlds,
    presence: "absent",
    async close() {
      await Promise.all(worlds.map((world) => world.close()));
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function recordAll(stage: Stage): Promise<Recording> {
  const recording = new Map<Operation, readonly string[]>();
  for (const operation of operations) {
    recording.set(operation, await runUndisturbed(stage.deployment, stage.worlds, operation));
    stage.presence = operation.to;
  }
  return recording;
}

/** Runs a batch after what it takes to begin. */
async function runFrom(stage: Stage, batch: Batch, recording: Recording): Promise<BatchResult> {
  const { operation } = batch;
  if (stage.presence !== operation.from) {
    await runUndisturbed(stage.deployment, stage.worlds, operation.from === "member" ? create : destroy);
  }
  stage.presence = operation.to;
  return runBatch(stage.deployment, stage.worlds, batch, recording.get(operation) ?? []);
}
