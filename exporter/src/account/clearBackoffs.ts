import type { BackoffStore, LoginAccount, Ports } from "@fedjoin/provider/internal/neuvector";
import { backoffAfterReload, describeBackoff } from "./loginBackoff";
import { formatAddress } from "@fedjoin/provider/internal/values";

/** Ends the back-offs of these accounts after a reload, as `backoffAfterReload` allows, and logs which. Sends nothing. */
export function clearBackoffs(
  accounts: readonly LoginAccount[],
  store: BackoffStore,
  { clock, log }: Pick<Ports, "clock" | "log">,
): void {
  const distinct = new Map(accounts.map((account) => [account.key, account]));
  for (const account of distinct.values()) {
    const host = formatAddress(account.address);
    const backoff = store.load(account);
    if (backoff === undefined || backoff.untilMs <= clock.now()) continue;
    const ended = backoffAfterReload(backoff, clock.now());
    if (ended === undefined) {
      log(
        "warn",
        `Reload: the login after the previous reload was refused, so this reload causes none. ${describeBackoff(backoff, host)}`,
      );
      continue;
    }
    store.save(account, ended);
    log("info", `Reload: one login at ${host} is tried again, before the pause after the last refused one is over`);
  }
}
