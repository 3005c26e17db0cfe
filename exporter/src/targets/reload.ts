import type { Clock, Log } from "@fedjoin/provider/internal/neuvector";
import type { Command } from "../settings/command";
import type { Config } from "../settings/config";
import type { ScrapeConfig } from "./resolveTarget";

/** The result of the last reload. */
export interface ReloadState {
  readonly isGood: boolean;
  /** When the configuration was last valid, in milliseconds since the epoch. */
  readonly goodAtMs: number;
}

export interface ReloaderDeps {
  /** Rereads flags, environment and files. */
  readonly read: () => Command;
  readonly apply: (config: ScrapeConfig) => void;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Reloader {
  /** Applies the new configuration; if it is invalid, logs its problems, keeps the running one and gives false. */
  reload(): boolean;
  state(): ReloadState;
}

/** Reloads the configuration on demand. The initial one was valid. */
export function createReloader({ read, apply, clock, log }: ReloaderDeps): Reloader {
  let state: ReloadState = { isGood: true, goodAtMs: clock.now() };
  return {
    reload() {
      const command = read();
      if (command.does === "run") {
        for (const warning of command.config.warnings) log("warn", warning);
        apply(scrapeConfigOf(command.config));
        state = { isGood: true, goodAtMs: clock.now() };
        log("info", "Reload: the new configuration is in use");
        return true;
      }
      state = { ...state, isGood: false };
      const problems = command.does === "refuse" ? command.problems : [];
      log("error", `Reload: the new configuration is invalid and the running one stays in use: ${problems.join("; ")}`);
      return false;
    },
    state: () => state,
  };
}

/** The part of the configuration that a reload can change. */
export const scrapeConfigOf = ({ controller, collectors, intervalsMs, targets }: Config): ScrapeConfig => ({
  controller,
  plan: { module: "", collectors, intervalsMs },
  targets,
});
