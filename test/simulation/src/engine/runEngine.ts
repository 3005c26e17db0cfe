import type { Program } from "./program";
import type { Provider } from "./provider";
import type { Hooks, Result, Run } from "./run";
import type { EngineState } from "./state";

/** Runs a command of the CLI on a state; resolves however it ends. Never sets a timer: only its provider and hooks take time. */
export type RunEngine = (
  run: Run,
  program: Program,
  state: EngineState,
  provider: Provider,
  hooks: Hooks,
) => Promise<Result>;

export const runEngine: RunEngine = () => Promise.reject(new Error("not built yet"));
