import { createHmac, randomBytes } from "node:crypto";
import { NeuVectorError } from "../../errors/neuVectorError";
import { addressKey, type Address, type Ports, type Target } from "../ports";
import { createSession, type Credentials, type Session } from "./session";

/** The sessions of one process: one per controller and account, logged out when nobody uses it. */
export interface SessionPool {
  /** What `work` gives, run with the shared session of this account. Logs out after the last user. */
  use<T>(target: Target, credentials: Credentials, work: (session: Session) => Promise<T>): Promise<T>;
}

interface Shared {
  readonly session: Session;
  users: number;
}

/**
 * Sessions shared in this process. After one rejected login, everybody with the same controller, user and password
 * fails at once with the same cause: one wrong password must not lock an account (five failures do,
 * rest-api.md#lockout).
 */
export function createSessionPool(ports: Ports): SessionPool {
  const shared = new Map<string, Shared>();
  const rejected = new Map<string, NeuVectorError>();

  const open = (key: string, target: Target, credentials: Credentials): Shared => {
    const inner = createSession(ports, target, credentials);
    const session: Session = {
      ...inner,
      async call(call) {
        const verdict = rejected.get(key);
        if (verdict !== undefined) throw verdict;
        try {
          return await inner.call(call);
        } catch (error) {
          if (error instanceof NeuVectorError && isLoginRefusal(error)) rejected.set(key, error);
          throw error;
        }
      },
    };
    return { session, users: 0 };
  };

  return {
    async use(target, credentials, work) {
      const key = sessionKey(target, credentials);
      const entry = shared.get(key) ?? open(key, target, credentials);
      shared.set(key, entry);
      entry.users++;
      try {
        return await work(entry.session);
      } finally {
        entry.users--;
        if (entry.users === 0) {
          shared.delete(key);
          await entry.session.close();
        }
      }
    },
  };
}

function isLoginRefusal({ kind }: NeuVectorError): boolean {
  return kind === "login_rejected" || kind === "locked_out" || kind === "password_change_required";
}

/** One text per controller, account, credential and way to reach and verify the controller. Holds no secret in the clear. */
export function sessionKey(target: Target, credentials: Credentials): string {
  const { tls, proxy } = target;
  const way = proxy === undefined ? "" : digest(proxy.reveal());
  return `${accountKey(target, credentials)} ${JSON.stringify(tls)} ${way}`.trimEnd();
}

/** Drawn once, so that a key that is seen somewhere tells nothing about the secret in it. */
const processKey = randomBytes(32);

/** One text per host, account and credential; another password gives another one. Means nothing outside of this process. */
export function accountKey(target: Address, credentials: Credentials): string {
  return digest(accountIdentity(target, credentials));
}

function digest(text: string): string {
  return createHmac("sha256", processKey).update(text).digest("hex").slice(0, 32);
}

/** What tells two accounts apart, in every process the same. Holds the secret: it is only ever for a digest. */
export function accountIdentity(target: Address, credentials: Credentials): string {
  const secret =
    credentials.kind === "user"
      ? `${credentials.username}\n${credentials.password.reveal()}`
      : credentials.kind === "apiKey"
        ? credentials.key.reveal()
        : "";
  return [addressKey(target), credentials.kind, secret].join("\n");
}
