import type { BackoffStore, LoginAccount, LoginBackoff } from "@fedjoin/provider/internal/neuvector";
import type { StateFiles } from "../state/stateFiles";
import { accountId, createVerifier, legacyAccountId, matchesVerifier } from "./account";
import { formatBackoffFile, parseBackoffFile, parseLegacyBackoff, type StoredBackoff } from "./backoffFile";

/** How many refused secrets of one account are remembered; the oldest is forgotten. */
const maxPerAccount = 5;

const legacyName = /^fedjoin-login-hold-([0-9a-f]{32})\.json$/;

/**
 * Keeps back-offs in small files, each read once, so that a restart does not try a refused password again. A file is
 * named after host and account; a salted verifier in it tells which password was refused. A file that is unreadable or
 * not ours counts as none. Files of earlier versions, whose names were derived from the password too, are migrated and
 * removed.
 */
export function createFileBackoffStore(files: StateFiles): BackoffStore {
  const known = new Map<string, LoginBackoff | undefined>();
  const legacy = migrateLegacyFiles(files);
  const nameOf = (account: LoginAccount): string => `fedjoin-login-pause-${accountId(account)}.json`;
  const storedOf = (account: LoginAccount): readonly StoredBackoff[] =>
    parseBackoffFile(files.read(nameOf(account)) ?? "");

  const write = (account: LoginAccount, backoff: LoginBackoff | undefined): void => {
    const before = storedOf(account);
    const own = before.find(({ verifier }) => matchesVerifier(account.credentials, verifier));
    const others = before.filter((stored) => stored !== own);
    const verifier = own?.verifier ?? (backoff && createVerifier(account.credentials));
    const after = backoff === undefined || verifier === undefined ? others : [...others, { verifier, backoff }];
    if (after.length > 0) files.write(nameOf(account), formatBackoffFile(after.slice(-maxPerAccount)));
    else if (before.length > 0) files.remove(nameOf(account));
  };

  const read = (account: LoginAccount): LoginBackoff | undefined => {
    const migrated = legacy.get(legacyAccountId(account));
    if (migrated !== undefined) write(account, migrated);
    const stored = storedOf(account).find(({ verifier }) => matchesVerifier(account.credentials, verifier));
    return migrated ?? stored?.backoff;
  };

  return {
    load(account) {
      if (!known.has(account.key)) known.set(account.key, read(account));
      return known.get(account.key);
    },
    save(account, backoff) {
      known.set(account.key, backoff);
      write(account, backoff);
    },
  };
}

/** Removes the files of earlier versions; returns their back-offs by the digest in the file's name. */
function migrateLegacyFiles(files: StateFiles): ReadonlyMap<string, LoginBackoff> {
  const found = files.names().flatMap((name) => {
    const [, key] = legacyName.exec(name) ?? [];
    const text = key === undefined ? undefined : files.read(name);
    // Another user's file in a shared folder can be neither read nor removed.
    if (key === undefined || text === undefined) return [];
    files.remove(name);
    const backoff = parseLegacyBackoff(text);
    return backoff === undefined ? [] : [[key, backoff] as const];
  });
  return new Map(found);
}
