import { accountKey, formatAddress, type Ports } from "@fedjoin/provider/neuvector";
import type { Account } from "./account";
import type { BackoffStore } from "./backoffStore";
import { describeBackoff, backoffAfterReload } from "./loginBackoff";

/** Ends the pauses of these accounts after a reload, as `endedByReload` allows, and says in the log which. Sends nothing. */
export function clearBackoffs(
  accounts: readonly Account[],
  holds: BackoffStore,
  { clock, log }: Pick<Ports, "clock" | "log">,
): void {
  const each = new Map(accounts.map((account) => [accountKey(account.address, account.credentials), account]));
  for (const account of each.values()) {
    const host = formatAddress(account.address);
    const hold = holds.load(account);
    if (hold === undefined || hold.untilMs <= clock.now()) continue;
    const ended = backoffAfterReload(hold, clock.now());
    if (ended === undefined) {
      log(
        "warn",
        `Reload: the last one brought another refused login, so that this one brings none. ${describeBackoff(hold, host)}`,
      );
      continue;
    }
    holds.save(account, ended);
    log("info", `Reload: one login at ${host} is tried again, before the pause after the last refused one is over`);
  }
}
