import { createKeyedMutex } from "@fedjoin/provider/internal/neuvector";
import { compare } from "bcryptjs";
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** `busy`: too many passwords are waiting to be checked. */
export type AuthResult = "admitted" | "refused" | "busy";

/** Checks an `Authorization` header against the users' bcrypt hashes. */
export type Authenticator = (
  users: ReadonlyMap<string, string>,
  header: string | undefined,
  signal: AbortSignal,
) => Promise<AuthResult>;

/** A comparison blocks the process for about 70 ms, so only this many may be queued. */
const maxPending = 16;
const maxRemembered = 100;

/**
 * Basic authentication that remembers results, so that a hash is computed once per password and not once per scrape.
 * One comparison runs at a time. Only keyed digests are stored; the key exists only in this process.
 * `matches` compares a password with a bcrypt hash.
 */
export function createAuthenticator(
  matches: (password: string, hash: string) => Promise<boolean> = compare,
): Authenticator {
  const key = randomBytes(32);
  const turns = createKeyedMutex();
  /** The last accepted digest of each user. Kept apart from rejected ones, so that guesses cannot evict it. */
  const admitted = new Map<string, Buffer>();
  const refused = new Set<string>();
  let waiting = 0;

  return async (users, header, signal) => {
    const given = parseBasic(header);
    if (given === undefined) return "refused";
    const { user, password } = given;
    // An unknown user takes as long as a known one; otherwise the response time would reveal which users exist.
    const hash = users.get(user) ?? dummyHash(users);
    const digest = createHmac("sha256", key)
      .update(JSON.stringify([user, hash, password]))
      .digest();
    const remembered = (): AuthResult | undefined => {
      const good = admitted.get(user);
      if (good !== undefined && timingSafeEqual(good, digest)) return "admitted";
      return refused.has(digest.toString("hex")) ? "refused" : undefined;
    };
    const before = remembered();
    if (before !== undefined) return before;
    if (waiting >= maxPending) return "busy";
    waiting++;
    try {
      return await turns.runExclusive("", async () => {
        const meanwhile = remembered();
        if (meanwhile !== undefined || signal.aborted) return meanwhile ?? "refused";
        if ((await matches(password, hash)) && users.has(user)) {
          admitted.set(user, digest);
          return "admitted";
        }
        const [oldest] = refused;
        if (refused.size >= maxRemembered && oldest !== undefined) refused.delete(oldest);
        refused.add(digest.toString("hex"));
        return "refused";
      });
    } finally {
      waiting--;
    }
  };
}

/** A well-formed hash of no known password, with the highest cost found in `users`. */
function dummyHash(users: ReadonlyMap<string, string>): string {
  const costs = [...users.values()].map((hash) => hash.split("$")[2] ?? "10").sort();
  return `$2b$${costs.at(-1) ?? "10"}$${".".repeat(53)}`;
}

/** User and password of a Basic authorization header (RFC 7617). */
function parseBasic(header: string | undefined): { readonly user: string; readonly password: string } | undefined {
  const [, encoded] = /^basic +([A-Za-z0-9+/_=-]+) *$/i.exec(header ?? "") ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
