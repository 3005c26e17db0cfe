import { classify, withOperation, isCancelled, NeuVectorError, type Operation } from "../../errors/neuVectorError";
import {
  baseUrl,
  formatAddress,
  type ByteSink,
  type Method,
  type Ports,
  type Target,
  type TransportResponse,
} from "../ports";
import type { Secret } from "../../values/secret";
import { responseError, controllerErrorCode } from "../rest/responseError";
import { loginResponse, parseJson, parseResponse } from "../client/wire";

/** Who we are at a controller. `none` sends no credential at all. */
export type Credentials =
  | { readonly kind: "user"; readonly username: string; readonly password: Secret }
  | { readonly kind: "apiKey"; readonly key: Secret }
  | { readonly kind: "none" };

/** One REST call. */
export interface Call {
  readonly method: Method;
  /** Path and query, beginning with `/v1/`. */
  readonly path: string;
  /** What it is for, which decides the advice of an error; a read by default. */
  readonly operation?: Operation | undefined;
  readonly body?: unknown;
  readonly timeoutMs?: number | undefined;
  readonly maxBytes?: number | undefined;
  /** Gets the body of the 2xx answer, and `call` then gives `undefined`. A refused answer never reaches it. */
  readonly sink?: ByteSink | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A controller's REST API as one account sees it. */
export interface Session {
  readonly target: Target;
  readonly credentials: Credentials;
  /**
   * The parsed JSON of a 2xx answer, `undefined` for an empty one. Logs in on first use, shares one login among
   * concurrent calls, and renews it once per expiry on 401 or 408 (rest-api.md#sessions).
   * @throws NeuVectorError of the kind that the answer has (see `errorKinds`).
   */
  call(call: Call): Promise<unknown>;
  /**
   * Keeps the session from idling out; the controller asks for that within `idleSeconds` (rest-api.md#sessions). Never
   * logs in: `none` says that there is no session, or no longer.
   * @throws NeuVectorError as `call` does.
   */
  keepAlive(signal?: AbortSignal): Promise<"kept" | "none">;
  /**
   * Seconds without a request after which the controller ends this login, where one stands and told them
   * (rest-api.md#login).
   */
  idleSeconds(): number | undefined;
  /** True when this login was answered with the warning that the account still has the product's default password. */
  usesDefaultPassword(): boolean;
  /** Logs out if logged in; the session can be used again afterwards. Never throws: an unreachable host keeps the session until it idles out. */
  close(): Promise<void>;
}

const defaultTimeoutMs = 20_000;
const defaultMaxBytes = 8 * 1024 * 1024;
const pendingLoginMs = 2_000;
const smallCallMs = 5_000;
const loginPath = "/v1/auth";

/** A session at `target`. Nothing is sent before the first call. */
export function createSession(ports: Ports, target: Target, credentials: Credentials): Session {
  let login: Promise<void> | undefined;
  /** The login under way, if any; never rejects. */
  let loggingIn: Promise<void> | undefined;
  let token: string | undefined;
  let idleSeconds: number | undefined;
  let usesDefaultPassword = false;

  const forgetLogin = (): void => {
    token = undefined;
    login = undefined;
    idleSeconds = undefined;
    usesDefaultPassword = false;
  };

  const logIn = async (): Promise<void> => {
    if (credentials.kind !== "user") return;
    const { username, password } = credentials;
    const reply = await sendRequest(ports, target, {
      ...loginCall,
      body: { password: { username, password: password.reveal() } },
    });
    // A gateway that accepts joins may have no sessions at all.
    if (reply.status === 404 || reply.status === 405) return;
    const parsed = parseResponse(loginResponse, parseSuccess(reply, loginCall, target), describe(target, loginCall));
    if (parsed.token === null) {
      throw new NeuVectorError(
        "password_change_required",
        `login of ${username} at ${formatAddress(target)} wants a new password`,
        { operation: "login" },
      );
    }
    token = parsed.token.token;
    idleSeconds = parsed.token.timeout;
    usesDefaultPassword = parsed.token.default_password ?? false;
  };

  const startLogin = (): Promise<void> => {
    const started = logIn();
    const settled = started
      .catch(() => undefined)
      .then(() => {
        if (loggingIn === settled) loggingIn = undefined;
      });
    loggingIn = settled;
    return started;
  };

  const ensureLogin = async (signal: AbortSignal | undefined): Promise<void> => {
    login ??= startLogin();
    const mine = login;
    try {
      await withAbort(mine, signal);
    } catch (error) {
      if (isCancelled(error)) throw error;
      if (login === mine) login = undefined;
      throw toLoginError(error);
    }
  };

  const headers = (): Record<string, string> => {
    if (credentials.kind === "apiKey") return { "X-Auth-Apikey": credentials.key.reveal() };
    return token === undefined ? {} : { "X-Auth-Token": token };
  };

  return {
    target,
    credentials,
    async call(call) {
      await ensureLogin(call.signal);
      const used = token;
      const reply = await sendRequest(ports, target, call, headers());
      if (used === undefined || !isSessionExpired(reply)) return parseSuccess(reply, call, target);
      if (token === used) {
        ports.log("info", `Session at ${formatAddress(target)} expired, logging in again`);
        forgetLogin();
      }
      await ensureLogin(call.signal);
      return parseSuccess(await sendRequest(ports, target, call, headers()), call, target);
    },
    async keepAlive(signal) {
      const used = token;
      if (used === undefined) return "none";
      const reply = await sendRequest(ports, target, { ...keepAliveCall, signal }, { "X-Auth-Token": used });
      if (!isSessionExpired(reply)) {
        parseSuccess(reply, keepAliveCall, target);
        return "kept";
      }
      if (token === used) forgetLogin();
      return "none";
    },
    idleSeconds: () => idleSeconds,
    usesDefaultPassword: () => usesDefaultPassword,
    async close() {
      // A login under way would open a session that nobody ends.
      if (loggingIn !== undefined) await Promise.race([loggingIn, ports.clock.sleep(pendingLoginMs)]);
      const used = token;
      forgetLogin();
      if (used === undefined) return;
      try {
        await sendRequest(
          ports,
          target,
          { method: "DELETE", path: loginPath, timeoutMs: smallCallMs },
          { "X-Auth-Token": used },
        );
      } catch (error) {
        ports.log(
          "debug",
          `Logout at ${formatAddress(target)} failed: ${error instanceof Error ? error.message : "?"}`,
        );
      }
    },
  };
}

/** A login is shared: one caller that gives up must not end it for the others. */
function withAbort(login: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return login;
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(new NeuVectorError("cancelled", "stopped while logging in"));
    };
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    login.then(resolve, reject).finally(() => {
      signal.removeEventListener("abort", abort);
    });
  });
}

const loginCall = { method: "POST", path: loginPath, operation: "login" } as const;
const keepAliveCall = { method: "PATCH", path: loginPath, timeoutMs: smallCallMs } as const;

function describe(target: Target, call: Pick<Call, "method" | "path">): string {
  return `${call.method} ${baseUrl(target)}${call.path.split("?", 1)[0] ?? ""}`;
}

async function sendRequest(
  ports: Ports,
  target: Target,
  call: Call,
  headers: Record<string, string> = {},
): Promise<TransportResponse> {
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  try {
    return await ports.transport.send({
      method: call.method,
      target,
      path: call.path,
      headers: body === undefined ? headers : { "Content-Type": "application/json", ...headers },
      body,
      timeoutMs: call.timeoutMs ?? defaultTimeoutMs,
      maxBytes: call.maxBytes ?? defaultMaxBytes,
      sink: call.sink,
      signal: call.signal,
    });
  } catch (error) {
    throw withOperation(call.operation ?? "read", error);
  }
}

/** 401/3 or 408: worth one new login. 401/47 and 401/48 are verdicts on the account. */
function isSessionExpired(reply: TransportResponse): boolean {
  // Nearly every answer is no error, and then there is none to look for in it.
  return reply.status >= 400 && classify(reply.status, controllerErrorCode(reply), "") === "unauthorized";
}

function toLoginError(error: unknown): unknown {
  if (!(error instanceof NeuVectorError) || error.kind !== "unauthorized") return error;
  return error.with({ kind: "login_rejected" });
}

function parseSuccess(
  reply: TransportResponse,
  call: Pick<Call, "method" | "path" | "operation">,
  target: Target,
): unknown {
  const what = describe(target, call);
  const { operation = "read" } = call;
  if (reply.status < 200 || reply.status >= 300) throw responseError(reply, what, operation);
  if (reply.body.trim() === "") return undefined;
  const value = parseJson(reply.body);
  if (value !== undefined) return value;
  const { status } = reply;
  throw new NeuVectorError("unexpected_reply", `${what} answered text that is not JSON`, { status, operation });
}
