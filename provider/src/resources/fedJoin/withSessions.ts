import type { FedJoinInputs } from "./inputs";
import type { JoinSessions } from "../../federation/joinRequest";
import type { JoinVia } from "../../federation/membership";
import { NeuVectorError } from "../../errors/neuVectorError";
import type { Credentials } from "../../neuvector/session/credentials";
import type { Session } from "../../neuvector/session/session";
import { resolveCredentials, toTarget, type DeclaredCredentials } from "../shared/controllerAccess";
import type { LifecycleDeps } from "../shared/lifecycle";
import type { Address } from "../../values/address";
import type { TlsSettings } from "../../values/tls";

/**
 * Runs `work` with the sessions that the inputs declare. Reads the secrets that they refer to first, and logs each session
 * out after its last user. @throws NeuVectorError invalid_input if a secret is missing.
 */
export async function withSessions<T>(
  inputs: FedJoinInputs,
  { sessions: pool, secrets }: Pick<LifecycleDeps, "sessions" | "secrets">,
  work: (sessions: JoinSessions) => Promise<T>,
): Promise<T> {
  const via = chooseRoute(inputs);
  const { master, controller } = inputs;
  const resolve = async (declared: DeclaredCredentials | undefined): Promise<Credentials | undefined> =>
    declared === undefined ? undefined : resolveCredentials(declared, secrets);
  const [siteAccount, masterAccount] = await Promise.all([
    resolve(controller?.credentials),
    resolve(master.credentials),
  ]);
  const withSession = <R>(
    address: Address | undefined,
    tls: TlsSettings | undefined,
    account: Credentials | undefined,
    next: (session: Session | undefined) => Promise<R>,
  ): Promise<R> =>
    address === undefined || account === undefined ? next(undefined) : pool.use(toTarget(address, tls), account, next);

  return withSession(controller, controller?.tls, siteAccount, (atSite) =>
    withSession(master.rest, master.tls, masterAccount, async (atMaster) => {
      const sessions = { site: atSite, master: atMaster };
      const joinSession = via === "controller" ? atSite : atMaster;
      if (joinSession !== undefined) return work({ via, sessions, joinSession });
      if (via === "controller" || master.rest === undefined) {
        throw new NeuVectorError("invalid_input", `route ${via} has no address to send the join to`);
      }
      return pool.use(toTarget(master.rest, master.tls), { kind: "none" }, (anonymous) =>
        work({ via, sessions, joinSession: anonymous }),
      );
    }),
  );
}

/** The declared route; by default `controller` if a controller is given, otherwise `master`. */
function chooseRoute(inputs: FedJoinInputs): JoinVia {
  return inputs.joinVia ?? (inputs.controller === undefined ? "master" : "controller");
}
