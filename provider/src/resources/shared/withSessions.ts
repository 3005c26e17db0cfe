import { resolveCredentials, type DeclaredCredentials } from "./resolveSecrets";
import type { FedJoinInputs } from "../fedJoin/inputs";
import type { JoinVia } from "../../federation/joinVia";
import type { FederationSessions } from "../../federation/observe";
import { NeuVectorError } from "../../errors/neuVectorError";
import type { Address, Target, TlsSettings } from "../../neuvector/ports";
import type { LifecycleDeps } from "./lifecycleDeps";
import type { Credentials } from "../../neuvector/session/credentials";
import type { Session } from "../../neuvector/session/session";

/** Whom a FedJoin talks to, with a session at each. */
export interface JoinSessions {
  readonly via: JoinVia;
  readonly sessions: FederationSessions;
  readonly joinSession: Session;
}

/** Route `controller` when a controller is given, `master` otherwise, unless said. */
function chooseRoute(inputs: FedJoinInputs): JoinVia {
  return inputs.joinVia ?? (inputs.controller === undefined ? "master" : "controller");
}

/**
 * What `work` gives, run with the sessions that the inputs name; each is logged out after its last user. Secrets that
 * the inputs only refer to are read first. @throws NeuVectorError invalid_input when one of them is not there.
 */
export async function withSessions<T>(
  inputs: FedJoinInputs,
  { sessions: pool, secrets }: Pick<LifecycleDeps, "sessions" | "secrets">,
  work: (parties: JoinSessions) => Promise<T>,
): Promise<T> {
  const via = chooseRoute(inputs);
  const { master, controller } = inputs;
  const accountOf = async (declared: DeclaredCredentials | undefined): Promise<Credentials | undefined> =>
    declared === undefined ? undefined : resolveCredentials(declared, secrets);
  const [siteAccount, masterAccount] = await Promise.all([
    accountOf(controller?.credentials),
    accountOf(master.credentials),
  ]);
  const maybe = <R>(
    at: Address | undefined,
    tls: TlsSettings | undefined,
    account: Credentials | undefined,
    next: (session: Session | undefined) => Promise<R>,
  ): Promise<R> =>
    at === undefined || account === undefined ? next(undefined) : pool.use(toTarget(at, tls), account, next);

  return maybe(controller, controller?.tls, siteAccount, (site) =>
    maybe(master.rest, master.tls, masterAccount, async (atMaster) => {
      const sessions = { site, master: atMaster };
      const joinSession = via === "controller" ? site : atMaster;
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

/** Where a controller of the inputs is asked. */
export function toTarget({ server, port, basePath, proxy }: Address, tls: TlsSettings | undefined): Target {
  const optional = { ...(basePath !== undefined && { basePath }), ...(proxy !== undefined && { proxy }) };
  return { protocol: "https", server, port, ...optional, tls: tls ?? {} };
}
