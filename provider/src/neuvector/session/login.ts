import * as z from "zod";
import { isCancelled, NeuVectorError } from "../../errors/neuVectorError";
import { baseUrl, type Ports, type Target } from "../ports";
import { describeCall } from "../rest/call";
import { parseResponse } from "../rest/response";
import { responseError } from "../rest/responseError";
import type { Credentials } from "./credentials";
import { parseSuccess, sendCall } from "./exchange";
import { formatAddress } from "../../values/address";

/** What a login gave. */
interface LoginResult {
  readonly token: string;
  /** Seconds without a request after which the controller ends the session. */
  readonly idleSeconds: number | undefined;
  /** True when the controller warned that the account still has the product's default password. */
  readonly usesDefaultPassword: boolean;
}

/** The login of one session. */
export interface Login {
  /** The result of the login in force; `undefined` without one. */
  current(): LoginResult | undefined;
  /** How the host answered that it has no login, as a gateway does; `undefined` if it has one, or was not asked. */
  absence(): NeuVectorError | undefined;
  /** Logs in unless that was done; concurrent callers share one login. @throws NeuVectorError of the login. */
  ensure(signal: AbortSignal | undefined): Promise<void>;
  /** Forgets the login, so that the next `ensure` logs in. */
  forget(): void;
  /** The login in progress; never rejects. `undefined` for none. */
  pending(): Promise<void> | undefined;
}

/** The fields of a login response that we use (rest-api.md#login). `token` is null when a new password is demanded first; `timeout` is in seconds. */
const loginResponse = z.object({
  token: z
    .object({
      token: z.string().min(1),
      timeout: z.number().optional(),
      default_password: z.boolean().optional(),
    })
    .nullable(),
});

const loginCall = { method: "POST", path: "/v1/auth", operation: "login" } as const;

/** Creates the login of a session at `target`. Sends nothing before `ensure`, and nothing for an API key. */
export function createLogin(ports: Ports, target: Target, credentials: Credentials): Login {
  let login: Promise<void> | undefined;
  let pending: Promise<void> | undefined;
  let current: LoginResult | undefined;
  let absence: NeuVectorError | undefined;

  const start = (): Promise<void> => {
    const started = sendLogin(ports, target, credentials).then((result) => {
      if (result instanceof NeuVectorError) absence = result;
      else current = result;
    });
    const settled = started
      .catch(() => undefined)
      .then(() => {
        if (pending === settled) pending = undefined;
      });
    pending = settled;
    return started;
  };

  return {
    current: () => current,
    absence: () => absence,
    pending: () => pending,
    async ensure(signal) {
      login ??= start();
      const shared = login;
      try {
        await withAbort(shared, signal);
      } catch (error) {
        if (isCancelled(error)) throw error;
        if (login === shared) login = undefined;
        throw toLoginError(error);
      }
    },
    forget() {
      current = undefined;
      absence = undefined;
      login = undefined;
    },
  };
}

/** Logs in with a user name and password; an error that is returned says that the host has no login. */
async function sendLogin(
  ports: Ports,
  target: Target,
  credentials: Credentials,
): Promise<LoginResult | NeuVectorError | undefined> {
  if (credentials.kind !== "user") return undefined;
  const { username, password } = credentials;
  const body = { password: { username, password: password.reveal() } };
  const response = await sendCall(ports, target, { ...loginCall, body });
  const what = describeCall(loginCall, baseUrl(target));
  // A gateway that accepts joins may have no sessions at all.
  if (response.status === 404 || response.status === 405) return responseError(response, what, "login");
  const { token } = parseResponse(loginResponse, parseSuccess(response, loginCall, target), what);
  if (token === null) {
    const summary = `login of ${username} at ${formatAddress(target)} wants a new password`;
    throw new NeuVectorError("password_change_required", summary, { operation: "login" });
  }
  return { token: token.token, idleSeconds: token.timeout, usesDefaultPassword: token.default_password ?? false };
}

/** Waits for a login that others may share: a caller that gives up must not end it for them. */
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

function toLoginError(error: unknown): unknown {
  if (!(error instanceof NeuVectorError) || error.kind !== "unauthorized") return error;
  return error.with({ kind: "login_rejected" });
}
