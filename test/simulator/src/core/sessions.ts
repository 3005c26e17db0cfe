import type { Context } from "./context";
import type { Role } from "./permissions";
import type { Session } from "./state";

const sessionsPerUser = 32;

function isIdle(session: Session, nowMs: number): boolean {
  return nowMs - session.usedMs >= session.idleMs;
}

function forgetIdleSessions({ state, clock }: Context): void {
  for (const session of state.sessions.values()) {
    if (!isIdle(session, clock.now())) continue;
    state.sessions.delete(session.token);
    state.expiredTokens.add(session.token);
  }
}

export interface NewSession {
  readonly username: string;
  readonly role: Role;
  readonly timeoutSeconds: number;
}

/**
 * A fresh session, or undefined at the limit of 32 a user, which only logout and idling relieve (rest-api.md#sessions).
 */
export function openSession(context: Context, { username, role, timeoutSeconds }: NewSession): Session | undefined {
  forgetIdleSessions(context);
  const open = [...context.state.sessions.values()].filter((session) => session.username === username);
  if (open.length >= sessionsPerUser) return undefined;
  const nowMs = context.clock.now();
  const session: Session = {
    token: Buffer.from(context.random.bytes(48)).toString("base64url"),
    username,
    role,
    createdMs: nowMs,
    usedMs: nowMs,
    idleMs: timeoutSeconds * 1000,
    memberLogins: new Map(),
  };
  context.state.sessions.set(session.token, session);
  return session;
}

/** The live session of a token; using it restarts its idle time, but never its absolute life. */
export function useSession(context: Context, token: string): Session | "expired" | undefined {
  forgetIdleSessions(context);
  if (context.state.expiredTokens.has(token)) return "expired";
  const session = context.state.sessions.get(token);
  if (!session) return undefined;
  const nowMs = context.clock.now();
  if (nowMs - session.createdMs >= context.options.timings.sessionLifeMs) return "expired";
  session.usedMs = nowMs;
  return session;
}

export function closeSession({ state }: Context, token: string): void {
  state.sessions.delete(token);
}

/** Logs out every session the predicate picks. */
export function closeSessions({ state }: Context, picked: (session: Session) => boolean): void {
  for (const session of state.sessions.values()) {
    if (picked(session)) state.sessions.delete(session.token);
  }
}
