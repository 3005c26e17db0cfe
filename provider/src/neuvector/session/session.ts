import { NeuVectorError } from "../../errors/neuVectorError";
import type { Ports, Target } from "../ports";
import type { Api, Call } from "../rest/call";
import type { Credentials } from "./credentials";
import { isSessionExpired, parseSuccess, sendCall } from "./exchange";
import { forwardCall, hideMemberVerdict } from "../rest/forward";
import { createLogin } from "./login";
import { createLoginGuard, createOneAttemptPolicy, type BackoffPolicy, type LoginBackoff } from "./loginGuard";
import { formatAddress } from "../../values/address";

/** A controller's REST API as one account sees it. */
export interface Session extends Api {
  readonly target: Target;
  readonly credentials: Credentials;
  /**
   * Logs in on first use, shares one login among concurrent calls, and renews it once per expiry on 401 or 408
   * (rest-api.md#sessions). Fails at once with the cause of the back-off in force.
   */
  call(call: Call): Promise<unknown>;
  /** Why and until when nobody logs in with these credentials; `undefined` while logins are allowed. */
  backoff(): LoginBackoff | undefined;
  /**
   * Keeps the session from idling out; the controller expects that within `idleSeconds` (rest-api.md#sessions). Never logs in:
   * `none` means that there is no session, or no longer.
   * @throws NeuVectorError as `call` does.
   */
  keepAlive(signal?: AbortSignal): Promise<"kept" | "none">;
  /** Seconds without a request after which the controller ends this login; `undefined` where it did not say (rest-api.md#login). */
  idleSeconds(): number | undefined;
  /** True when the login response warned that the account still has the product's default password. */
  usesDefaultPassword(): boolean;
  /** Logs out; the session can be used again afterwards. Never throws: an unreachable host keeps the session until it idles out. */
  close(): Promise<void>;
}

export interface SessionOptions {
  /** What follows from a refused login. Default: this session does not try the credential again. */
  readonly backoff?: BackoffPolicy | undefined;
  /** Calls without a login until the host answers 401 to one, and then this function, once. Default: logs in first. */
  readonly onLoginDemanded?: (() => void) | undefined;
}

const pendingLoginMs = 2_000;
const smallCallMs = 5_000;
const loginPath = "/v1/auth";
const keepAliveCall = { method: "PATCH", path: loginPath, timeoutMs: smallCallMs } as const;
const logoutCall = { method: "DELETE", path: loginPath, timeoutMs: smallCallMs } as const;

/** Creates a session at `target`. Sends nothing before the first call. */
export function createSession(
  ports: Ports,
  target: Target,
  credentials: Credentials,
  { backoff = createOneAttemptPolicy(), onLoginDemanded }: SessionOptions = {},
): Session {
  const login = createLogin(ports, target, credentials);
  const guard = createLoginGuard(target, credentials, ports.clock, backoff);
  let isAnonymous = onLoginDemanded !== undefined;

  const headers = (): Record<string, string> => {
    if (credentials.kind === "apiKey") return { "X-Auth-Apikey": credentials.key.reveal() };
    const token = login.current()?.token;
    return token === undefined ? {} : { "X-Auth-Token": token };
  };

  const send = async (call: Call): Promise<unknown> => {
    await login.ensure(call.signal);
    const used = login.current();
    const response = hideMemberVerdict(call, await sendCall(ports, target, call, headers()));
    if (!isSessionExpired(response)) return parseSuccess(response, call, target);
    if (used === undefined) {
      const absence = login.absence();
      if (absence === undefined) return parseSuccess(response, call, target);
      // Where calls need a session, the login exists: nobody has judged the password.
      login.forget();
      throw absence;
    }
    if (login.current() === used) {
      ports.log("info", `Session at ${formatAddress(target)} expired, logging in again`);
      login.forget();
    }
    await login.ensure(call.signal);
    const again = hideMemberVerdict(call, await sendCall(ports, target, call, headers()));
    return parseSuccess(again, call, target);
  };

  const sendAnonymously = async (call: Call): Promise<unknown> => {
    try {
      return parseSuccess(await sendCall(ports, target, call), call, target);
    } catch (error) {
      if (!(error instanceof NeuVectorError) || error.kind !== "unauthorized") throw error;
      if (isAnonymous) onLoginDemanded?.();
      isAnonymous = false;
      return guard.run(() => send(call));
    }
  };

  return {
    target,
    credentials,
    call: (call) => (isAnonymous ? sendAnonymously(call) : guard.run(() => send(forwardCall(call)))),
    backoff: () => guard.backoff(),
    async keepAlive(signal) {
      const used = login.current();
      if (used === undefined) return "none";
      const response = await sendCall(ports, target, { ...keepAliveCall, signal }, headers());
      if (!isSessionExpired(response)) {
        parseSuccess(response, keepAliveCall, target);
        return "kept";
      }
      if (login.current() === used) login.forget();
      return "none";
    },
    idleSeconds: () => login.current()?.idleSeconds,
    usesDefaultPassword: () => login.current()?.usesDefaultPassword ?? false,
    async close() {
      // A login in progress would open a session that nobody ends.
      const pending = login.pending();
      if (pending !== undefined) await Promise.race([pending, ports.clock.sleep(pendingLoginMs)]);
      const used = headers();
      const hasSession = login.current() !== undefined;
      login.forget();
      if (!hasSession) return;
      try {
        await sendCall(ports, target, logoutCall, used);
      } catch (error) {
        const reason = error instanceof Error ? error.message : "?";
        ports.log("debug", `Logout at ${formatAddress(target)} failed: ${reason}`);
      }
    },
  };
}
