import type { Clock } from "@fedjoin/provider/internal/neuvector";
import { createMemberHistory, type MemberHistory } from "../collectors/memberHistory";
import type { StateFiles } from "../state/stateFiles";
import { createMemberStore, removeUnseenMembers } from "./memberStore";
import type { ResolvedTarget } from "./resolveTarget";
import { formatAddress } from "@fedjoin/provider/internal/values";

/** The histories of all targets. They survive a new password, and a restart where there are state files. */
export interface MemberHistories {
  /** The history of a target's members. The history of a member, which shows only itself, ends with its scraper. */
  of(target: ResolvedTarget): MemberHistory;
  /** Removes the histories of all other targets. */
  retain(targets: readonly ResolvedTarget[]): void;
}

/**
 * Creates the histories of a process; `files` only if a state folder is configured. Removes the files of targets that were
 * not scraped for 30 days.
 */
export function createMemberHistories(files: StateFiles | undefined, { now }: Pick<Clock, "now">): MemberHistories {
  if (files !== undefined) removeUnseenMembers(files, now());
  const histories = new Map<string, MemberHistory>();
  return {
    of(target) {
      if (target.memberId !== undefined) return createMemberHistory();
      const key = historyKey(target);
      const history = histories.get(key) ?? createMemberHistory(files && createMemberStore(files, key, () => now()));
      histories.set(key, history);
      return history;
    },
    retain(targets) {
      const keys = new Set(targets.map(historyKey));
      for (const key of histories.keys()) if (!keys.has(key)) histories.delete(key);
    },
  };
}

function historyKey({ name, plan, address }: ResolvedTarget): string {
  return JSON.stringify([name, plan.module, formatAddress(address)]);
}
