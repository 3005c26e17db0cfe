import { accountKey } from "@fedjoin/provider/neuvector";
import type { StateFiles } from "../state/stateFiles";
import { accountId, createVerifier, matchesVerifier, legacyAccountId, type Account } from "./account";
import { parseLegacyBackoff, parseBackoffFile, formatBackoffFile, type StoredBackoff } from "./backoffFile";
import type { LoginBackoff } from "./loginBackoff";

/** Where holds outlive the process, so that a restart does not try a refused password again. */
export interface BackoffStore {
  load(account: Account): LoginBackoff | undefined;
  /** Forgets the hold of `account` when `hold` is undefined. */
  save(account: Account, hold: LoginBackoff | undefined): void;
}

/** Holds that end with the process. */
export const nullBackoffStore: BackoffStore = { load: () => undefined, save: () => undefined };

/** Refused secrets of one account that are remembered; the oldest is forgotten. */
const maxPerAccount = 5;

const legacyName = /^fedjoin-login-hold-([0-9a-f]{32})\.json$/;

/**
 * Holds kept as small files, each read once. A file is named after host and account; which password was refused is told
 * by a salted verifier inside it. A file that cannot be read or is not ours counts as none. Files of earlier versions,
 * whose names were made of the password too, are taken over and removed.
 */
export function createFileBackoffStore(files: StateFiles): BackoffStore {
  const known = new Map<string, LoginBackoff | undefined>();
  const legacy = migrateLegacyFiles(files);
  const nameOf = (account: Account): string => `fedjoin-login-pause-${accountId(account)}.json`;
  const storedOf = (account: Account): readonly StoredBackoff[] => parseBackoffFile(files.read(nameOf(account)) ?? "");

  const write = (account: Account, hold: LoginBackoff | undefined): void => {
    const before = storedOf(account);
    const mine = before.find(({ verifier }) => matchesVerifier(account.credentials, verifier));
    const others = before.filter((stored) => stored !== mine);
    const verifier = mine?.verifier ?? (hold && createVerifier(account.credentials));
    const after = hold === undefined || verifier === undefined ? others : [...others, { verifier, backoff: hold }];
    if (after.length > 0) files.write(nameOf(account), formatBackoffFile(after.slice(-maxPerAccount)));
    else if (before.length > 0) files.remove(nameOf(account));
  };

  const read = (account: Account): LoginBackoff | undefined => {
    const taken = legacy.get(legacyAccountId(account));
    if (taken !== undefined) write(account, taken);
    return taken ?? storedOf(account).find(({ verifier }) => matchesVerifier(account.credentials, verifier))?.backoff;
  };

  return {
    load(account) {
      const key = accountKey(account.address, account.credentials);
      if (!known.has(key)) known.set(key, read(account));
      return known.get(key);
    },
    save(account, hold) {
      known.set(accountKey(account.address, account.credentials), hold);
      write(account, hold);
    },
  };
}

/** The holds of earlier versions by the digest in their names, which no longer exist afterwards. */
function migrateLegacyFiles(files: StateFiles): ReadonlyMap<string, LoginBackoff> {
  const found = files.names().flatMap((name) => {
    const [, key] = legacyName.exec(name) ?? [];
    const text = key === undefined ? undefined : files.read(name);
    // Another user's file in a shared folder can be neither read nor removed.
    if (key === undefined || text === undefined) return [];
    files.remove(name);
    const hold = parseLegacyBackoff(text);
    return hold === undefined ? [] : [[key, hold] as const];
  });
  return new Map(found);
}
