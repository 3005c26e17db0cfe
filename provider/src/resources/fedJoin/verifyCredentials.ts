import { randomBytes, scryptSync } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { FedJoinInputs } from "./inputs";
import type { RefusedCredentials } from "./state";
import { getFederation } from "../../neuvector/client/federation";
import { NeuVectorError } from "../../errors/neuVectorError";
import type { Target } from "../../neuvector/ports";
import type { Credentials } from "../../neuvector/session/credentials";
import { accountIdentity, accountKey } from "../../neuvector/session/credentials";
import { valueAt } from "../../values/mapping";
import { resolveCredentials, toTarget, type DeclaredCredentials } from "../shared/controllerAccess";
import type { LifecycleDeps } from "../shared/lifecycle";
import type { ResourceProps } from "../shared/props";
import { formatAddress } from "../../values/address";

type Side = "controller" | "master";

/** An account of the inputs and the controller where it is used. */
interface Account {
  readonly side: Side;
  readonly target: Target;
  readonly declared: DeclaredCredentials;
}

/** Credentials of the program that their controller refused. */
export interface CredentialsRefusal {
  readonly refused: RefusedCredentials;
  /** Names the input and the reason. */
  readonly text: string;
}

/**
 * Verifies changed credentials by one login per account and process, and returns those that were refused. Known refused
 * ones are not tried again. A controller that does not answer proves nothing and is a warning.
 */
export type VerifyCredentials = (
  stored: ResourceProps,
  news: ResourceProps,
  inputs: FedJoinInputs,
  known: readonly RefusedCredentials[],
) => Promise<CredentialsRefusal[]>;

export function createCredentialsVerifier(deps: LifecycleDeps): VerifyCredentials {
  /** The login results by account: the error that refused it, or `undefined`. */
  const logins = new Map<string, Promise<NeuVectorError | undefined>>();

  const logIn = async (at: string, target: Target, credentials: Credentials): Promise<NeuVectorError | undefined> => {
    try {
      await deps.sessions.use(target, credentials, (session) => getFederation(session, { signal: deps.signal }));
      return undefined;
    } catch (error) {
      if (!(error instanceof NeuVectorError) || error.kind === "cancelled") throw error;
      if (isLoginRefused(error)) return error;
      if (error.kind !== "forbidden") {
        const why = `${formatAddress(target)} could not confirm them: ${error.summary}`;
        deps.ports.log("warn", `${at}: stored without verification; ${why}`);
      }
      return undefined;
    }
  };

  const resolve = async (at: string, declared: DeclaredCredentials): Promise<Credentials | undefined> => {
    try {
      return await resolveCredentials(declared, deps.secrets);
    } catch (error) {
      if (!(error instanceof NeuVectorError)) throw error;
      deps.ports.log("warn", `${at}: stored without verification: ${error.summary}`);
      return undefined;
    }
  };

  const verify = async (
    { side, target, declared }: Account,
    known: readonly RefusedCredentials[],
  ): Promise<CredentialsRefusal | undefined> => {
    const at = `${side}.credentials` as const;
    const credentials = await resolve(at, declared);
    if (credentials === undefined) return undefined;
    const before = known.find((each) => each.at === at && isSameCredentials(each, target, credentials));
    if (before !== undefined) {
      const text = `${at}: ${formatAddress(target)} refused them before, and they are not tried again until they change, since five refused logins lock an account. Correct them; if they are right by now, run up once with the previous ones in the program. Nothing was changed.`;
      return { refused: before, text };
    }
    const key = accountKey(target, credentials);
    const login = logins.get(key) ?? logIn(at, target, credentials);
    logins.set(key, login);
    const error = await login;
    if (error === undefined) return undefined;
    const { message } = error.with({ hint: `${error.hint} Nothing was changed.` });
    return { refused: toRefusedCredentials(at, target, credentials), text: `${at}: ${message}` };
  };

  return async (stored, news, inputs, known) => {
    const changed = listAccounts(inputs).filter(
      ({ side }) => !isDeepStrictEqual(valueAt(stored, [side, "credentials"]), valueAt(news, [side, "credentials"])),
    );
    const refusals = await Promise.all(changed.map((account) => verify(account, known)));
    return refusals.filter((refusal) => refusal !== undefined);
  };
}

/** Returns true for an error that says that the account cannot log in. */
export function isLoginRefused({ kind }: NeuVectorError): boolean {
  return ["login_rejected", "locked_out", "password_change_required", "unauthorized"].includes(kind);
}

function listAccounts({ controller, master: { rest, tls, credentials } }: FedJoinInputs): Account[] {
  const accounts: Account[] = [];
  if (controller !== undefined) {
    const target = toTarget(controller, controller.tls);
    accounts.push({ side: "controller", target, declared: controller.credentials });
  }
  if (rest !== undefined && credentials !== undefined) {
    accounts.push({ side: "master", target: toTarget(rest, tls), declared: credentials });
  }
  return accounts;
}

/** Slow to guess, since more people read the state of a stack than a controller's store. */
function slowDigest(salt: string, target: Target, credentials: Credentials): string {
  return scryptSync(accountIdentity(target, credentials), salt, 32).toString("hex");
}

function toRefusedCredentials(
  at: RefusedCredentials["at"],
  target: Target,
  credentials: Credentials,
): RefusedCredentials {
  const salt = randomBytes(16).toString("hex");
  return { at, salt, digest: slowDigest(salt, target, credentials) };
}

function isSameCredentials({ salt, digest }: RefusedCredentials, target: Target, credentials: Credentials): boolean {
  return slowDigest(salt, target, credentials) === digest;
}

/**
 * Returns true if the program has a secret everywhere the state has one. The engine marks an output as secret only if the
 * program's input is one, and a failed update must not store a secret without that mark.
 */
export function keepsSecretMarks(stored: ResourceProps, news: ResourceProps): boolean {
  const secrets = ["controller", "master"].flatMap((side) =>
    ["password", "apiKey"].map((key) => [side, "credentials", key]),
  );
  return secrets.every((path) => valueAt(stored, path) === undefined || valueAt(news, path) !== undefined);
}

/**
 * Adds a hint to the error of a refresh or a delete, which use the state alone: if the state holds a password or key, a
 * refused login most likely means that it was changed since.
 */
export function addStatePasswordHint(error: unknown, { controller, master }: FedJoinInputs): unknown {
  if (!(error instanceof NeuVectorError) || error.kind === "unauthorized" || !isLoginRefused(error)) return error;
  const accounts = [controller?.credentials, master.credentials];
  const isInState = accounts.some((each) => each?.password !== undefined || each?.apiKey !== undefined);
  if (!isInState) return error;
  const { kind, summary, status, code } = error;
  return new NeuVectorError(kind, summary, { status, code, hint: `${statePasswordHint} ${error.hint}` });
}

const statePasswordHint =
  "refresh and destroy, also with --run-program, use the password in the state, not the one in the program. If it was changed since, it is the older one: run a plain pulumi up, which verifies and stores the new one, before anything else. With passwordFrom the password is read when it is needed, and the state never holds an older one.";
