import type { Clock, Log } from "@fedjoin/provider";
import type { Command, Config } from "../settings/config";
import { textReply, type Reply } from "../web/page";
import type { ScrapeConfig } from "./resolveTarget";

/** How the configuration was when last read. */
export interface ReloadState {
  readonly isGood: boolean;
  /** When it was last good, in milliseconds since the epoch. */
  readonly goodAtMs: number;
}

export interface ReloaderDeps {
  /** Reads flags, environment and files again. */
  readonly read: () => Command;
  readonly apply: (config: ScrapeConfig) => void;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Reloader {
  /** Takes the configuration over, or keeps the running one and says in the log what is wrong. */
  reload(): Reply;
  state(): ReloadState;
}

/** Reads the configuration again on demand; the first reading was good. */
export function createReloader({ read, apply, clock, log }: ReloaderDeps): Reloader {
  let state: ReloadState = { isGood: true, goodAtMs: clock.now() };
  return {
    reload() {
      const command = read();
      if (command.does === "run") {
        for (const warning of command.config.warnings) log("warn", warning);
        apply(scrapeConfigOf(command.config));
        state = { isGood: true, goodAtMs: clock.now() };
        log("info", "Reload: the configuration was read again");
        return textReply(200, "reloaded");
      }
      state = { ...state, isGood: false };
      const problems = command.does === "refuse" ? command.problems : [];
      log("error", `Reload: the running configuration is kept, since the new one is not valid: ${problems.join("; ")}`);
      return textReply(500, "the configuration is not valid, see the log; the running one is kept");
    },
    state: () => state,
  };
}

/** What of a configuration may change while running: files may, flags and environment cannot. */
export const scrapeConfigOf = ({ controller, collectors, intervalsMs, targets }: Config): ScrapeConfig => ({
  controller,
  plan: { module: "", collectors, intervalsMs },
  targets,
});
