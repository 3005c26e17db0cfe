import { accountKey, formatAddress, type Address, type Credentials, type Ports } from "@fedjoin/provider";
import type { HoldStore } from "./holdStore";
import { describeHold, endedByReload } from "./loginHold";

/** Who logs in where. */
export interface Account {
  readonly address: Address;
  readonly credentials: Credentials;
}

/** Ends the pauses of these accounts after a reload, as `endedByReload` allows, and says in the log which. Sends nothing. */
export function endHolds(
  accounts: readonly Account[],
  holds: HoldStore,
  { clock, log }: Pick<Ports, "clock" | "log">,
): void {
  const byKey = new Map(
    accounts.map(({ address, credentials }) => [accountKey(address, credentials), formatAddress(address)]),
  );
  for (const [key, host] of byKey) {
    const hold = holds.load(key);
    if (hold === undefined || hold.untilMs <= clock.now()) continue;
    const ended = endedByReload(hold, clock.now());
    if (ended === undefined) {
      log(
        "warn",
        `Reload: the last one brought another refused login, so that this one brings none. ${describeHold(hold, host)}`,
      );
      continue;
    }
    holds.save(key, ended);
    log("info", `Reload: one login at ${host} is tried again, before the pause after the last refused one is over`);
  }
}
