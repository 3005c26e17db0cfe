import { randomBytes, scryptSync } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { getFederation } from "../../neuvector/client/federation";
import type { Credentials } from "../../neuvector/session/credentials";
import { accountKey, accountIdentity } from "../../neuvector/session/credentials";
import { resolveCredentials, type DeclaredCredentials } from "../shared/resolveSecrets";
import { NeuVectorError } from "../../errors/neuVectorError";
import type { FedJoinInputs } from "./inputs";
import { toTarget } from "../shared/withSessions";
import type { LifecycleDeps } from "../shared/lifecycleDeps";
import { formatAddress, type Target } from "../../neuvector/ports";
import type { RefusedCredentials, ResourceProps } from "./state";

type Side = "controller" | "master";

/** One account of the inputs, at the controller where it is used. */
interface Account {
  readonly side: Side;
  readonly target: Target;
  readonly declared: DeclaredCredentials;
}

/** A credential of the program that its controller refused. */
export interface CredentialsRefusal {
  readonly refused: RefusedCredentials;
  /** Names the field and says what was refused. */
  readonly text: string;
}

/**
 * Proves changed credentials by one login, once for each account and process, and gives those that were refused. One that
 * is known to be refused is not tried again. A controller that does not answer proves nothing and is a warning.
 */
export type VerifyCredentials = (
  stored: ResourceProps,
  news: ResourceProps,
  inputs: FedJoinInputs,
  known: readonly RefusedCredentials[],
) => Promise<CredentialsRefusal[]>;

export function createCredentialsVerifier(parts: LifecycleDeps): VerifyCredentials {
  /** What a login gave, by account: the error that refused it, or nothing. */
  const proofs = new Map<string, Promise<NeuVectorError | undefined>>();

  const logIn = async (at: string, target: Target, credentials: Credentials): Promise<NeuVectorError | undefined> => {
    try {
      await parts.sessions.use(target, credentials, (session) => getFederation(session, { signal: parts.signal }));
      return undefined;
    } catch (error) {
      if (!(error instanceof NeuVectorError) || error.kind === "cancelled") throw error;
      if (isLoginRefused(error)) return error;
      if (error.kind !== "forbidden") {
        parts.ports.log(
          "warn",
          `${at}: stored without a proof, since ${formatAddress(target)} gave none: ${error.summary}`,
        );
      }
      return undefined;
    }
  };

  const readable = async (at: string, declared: DeclaredCredentials): Promise<Credentials | undefined> => {
    try {
      return await resolveCredentials(declared, parts.secrets);
    } catch (error) {
      if (!(error instanceof NeuVectorError)) throw error;
      parts.ports.log("warn", `${at}: stored without a proof: ${error.summary}`);
      return undefined;
    }
  };

  const prove = async (
    { side, target, declared }: Account,
    known: readonly RefusedCredentials[],
  ): Promise<CredentialsRefusal | undefined> => {
    const at = `${side}.credentials` as const;
    const credentials = await readable(at, declared);
    if (credentials === undefined) return undefined;
    const before = known.find((each) => each.at === at && isSameCredentials(each, target, credentials));
    if (before !== undefined) {
      const text = `${at}: ${formatAddress(target)} refused them before, and they are not tried again until they change, since five refused logins lock an account. Correct them; if they are right by now, run up once with the previous ones in the program. Nothing was changed.`;
      return { refused: before, text };
    }
    const key = accountKey(target, credentials);
    const proof = proofs.get(key) ?? logIn(at, target, credentials);
    proofs.set(key, proof);
    const error = await proof;
    if (error === undefined) return undefined;
    const { message } = error.with({ hint: `${error.hint} Nothing was changed.` });
    return { refused: toRefusedCredentials(at, target, credentials), text: `${at}: ${message}` };
  };

  return async (stored, news, inputs, known) => {
    const changed = listAccounts(inputs).filter(
      ({ side }) => !isDeepStrictEqual(readCredentials(stored, side), readCredentials(news, side)),
    );
    const refusals = await Promise.all(changed.map((account) => prove(account, known)));
    return refusals.filter((refusal) => refusal !== undefined);
  };
}

function isLoginRefused({ kind }: NeuVectorError): boolean {
  return ["login_rejected", "locked_out", "password_change_required", "unauthorized"].includes(kind);
}

function listAccounts({ controller, master }: FedJoinInputs): Account[] {
  const site =
    controller === undefined
      ? []
      : [
          {
            side: "controller",
            target: toTarget(controller, controller.tls),
            declared: controller.credentials,
          } as const,
        ];
  if (master.rest === undefined || master.credentials === undefined) return site;
  return [...site, { side: "master", target: toTarget(master.rest, master.tls), declared: master.credentials }];
}

function readCredentials(inputs: ResourceProps, side: Side): unknown {
  const value = inputs[side];
  return typeof value === "object" && value !== null ? Reflect.get(value, "credentials") : undefined;
}

/** Slow to guess, since the state of a stack is read by more people than a controller's store. */
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
 * True when the program has a secret wherever the state has one. The engine marks an output as secret only where the
 * program's input is one; what a failed update stores must not lose that mark.
 */
export function keepsSecretMarks(stored: ResourceProps, news: ResourceProps): boolean {
  return (["controller", "master"] as const).every((side) =>
    ["password", "apiKey"].every(
      (key) =>
        readField(readCredentials(stored, side), key) === undefined ||
        readField(readCredentials(news, side), key) !== undefined,
    ),
  );
}

function readField(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}
