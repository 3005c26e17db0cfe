import type { Clock, Log } from "@fedjoin/provider";
import type { Command, Config } from "../settings/config";
import { plain, type Reply } from "../web/page";
import type { ScrapedConfig } from "./lookup";

/** How the configuration was when last read. */
export interface ReloadState {
  readonly isGood: boolean;
  /** When it was last good, in milliseconds since the epoch. */
  readonly goodAtMs: number;
}

export interface ReloadParts {
  /** Reads flags, environment and files again. */
  readonly read: () => Command;
  readonly apply: (config: ScrapedConfig) => void;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Reloads {
  /** Takes the configuration over, or keeps the running one and says in the log what is wrong. */
  reload(): Reply;
  state(): ReloadState;
}

/** Reads the configuration again on demand; the first reading was good. */
export function createReloads({ read, apply, clock, log }: ReloadParts): Reloads {
  let state: ReloadState = { isGood: true, goodAtMs: clock.now() };
  return {
    reload() {
      const command = read();
      if (command.does === "run") {
        for (const warning of command.config.warnings) log("warn", warning);
        apply(scrapedOf(command.config));
        state = { isGood: true, goodAtMs: clock.now() };
        log("info", "Reload: the configuration was read again");
        return plain(200, "reloaded");
      }
      state = { ...state, isGood: false };
      const problems = command.does === "refuse" ? command.problems : [];
      log("error", `Reload: the running configuration is kept, since the new one is not valid: ${problems.join("; ")}`);
      return plain(500, "the configuration is not valid, see the log; the running one is kept");
    },
    state: () => state,
  };
}

/** What of a configuration may change while running: files may, flags and environment cannot. */
export const scrapedOf = ({ controller, groups, intervalsMs, targets }: Config): ScrapedConfig => ({
  controller,
  plan: { module: "", groups, intervalsMs },
  targets,
});
