import type { Finding } from "./finding";
import { valueAt } from "../../values/mapping";
import type { DeclaredMember } from "../settings";
import { pluralize } from "../format";
import { addressKey } from "../../values/address";

/**
 * Accounts that hang together: a user at one master for many members, whose lockout stops them all
 * (rest-api.md#lockout; API keys are not counted), and one password or key at several controllers. Compares what is
 * written and shows none of it.
 */
export function sharedAccountFindings(members: readonly DeclaredMember[]): Finding[] {
  return [...usersAtMaster(members), ...sameAtControllers(members)];
}

function usersAtMaster(members: readonly DeclaredMember[]): Finding[] {
  const users = new Map<string, number>();
  for (const { inputs } of members) {
    const { rest, credentials } = inputs.master;
    if (rest === undefined || credentials?.username === undefined) continue;
    const account = `${credentials.username} at the master ${addressKey(rest)}`;
    users.set(account, (users.get(account) ?? 0) + 1);
  }
  return [...users]
    .filter(([, number]) => number > 1)
    .map(([account, number]) => ({
      level: "warning",
      check: "accounts",
      text: `user ${account} serves ${pluralize(number, "member")}: one lockout stops them all`,
      fix: "Set master.credentials.apiKey (or apiKeyFrom): API keys are not locked out",
    }));
}

function sameAtControllers(members: readonly DeclaredMember[]): Finding[] {
  const holders = new Map<string, Set<string>>();
  for (const { inputs, rawInputs } of members) {
    const places = [
      ["controller", inputs.controller],
      ["master", inputs.master.rest],
    ] as const;
    for (const [side, address] of places) {
      const credentials = valueAt(rawInputs, [side, "credentials"]);
      if (address === undefined || credentials === undefined) continue;
      const key = JSON.stringify(credentials, sortedKeys);
      holders.set(key, (holders.get(key) ?? new Set()).add(addressKey(address)));
    }
  }
  return [...holders.values()]
    .filter(({ size }) => size > 1)
    .map((addresses) => ({
      level: "warning",
      check: "accounts",
      text: `the same credentials are used at ${pluralize(addresses.size, "controller")} (${list([...addresses])})`,
      fix: "Give each its own: one leak, or one password changed in one place only, reaches them all",
    }));
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function list(addresses: readonly string[]): string {
  const shown = addresses.slice(0, 3).join(", ");
  return addresses.length > 3 ? `${shown}, …` : shown;
}
