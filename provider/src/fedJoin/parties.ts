import { credentialsOf, type DeclaredCredentials } from "./declaredSecrets";
import type { FedJoinInputs } from "./inputs";
import type { JoinVia } from "../join/joinVia";
import type { Sides } from "../membership/look";
import { NeuVectorError } from "../errors";
import type { Address, Target, TlsSettings } from "../ports";
import type { LifecycleParts } from "./parts";
import type { Credentials, Session } from "../controller/session";

/** Whom a FedJoin talks to, with a session at each. */
export interface Parties {
  readonly via: JoinVia;
  readonly sides: Sides;
  readonly joiner: Session;
}

/** Route `controller` when a controller is given, `master` otherwise, unless said. */
function routeOf(inputs: FedJoinInputs): JoinVia {
  return inputs.joinVia ?? (inputs.controller === undefined ? "master" : "controller");
}

/**
 * What `work` gives, run with the sessions that the inputs name; each is logged out after its last user. Secrets that
 * the inputs only refer to are read first. @throws NeuVectorError invalid_input when one of them is not there.
 */
export async function withParties<T>(
  inputs: FedJoinInputs,
  { sessions, secrets }: Pick<LifecycleParts, "sessions" | "secrets">,
  work: (parties: Parties) => Promise<T>,
): Promise<T> {
  const via = routeOf(inputs);
  const { master, controller } = inputs;
  const accountOf = async (declared: DeclaredCredentials | undefined): Promise<Credentials | undefined> =>
    declared === undefined ? undefined : credentialsOf(declared, secrets);
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
    at === undefined || account === undefined ? next(undefined) : sessions.use(targetAt(at, tls), account, next);

  return maybe(controller, controller?.tls, siteAccount, (site) =>
    maybe(master.rest, master.tls, masterAccount, async (atMaster) => {
      const sides = { site, master: atMaster };
      const joiner = via === "controller" ? site : atMaster;
      if (joiner !== undefined) return work({ via, sides, joiner });
      if (via === "controller" || master.rest === undefined) {
        throw new NeuVectorError("invalid_input", `route ${via} has no address to send the join to`);
      }
      return sessions.use(targetAt(master.rest, master.tls), { kind: "none" }, (anonymous) =>
        work({ via, sides, joiner: anonymous }),
      );
    }),
  );
}

/** Where a controller of the inputs is asked. */
export function targetAt({ server, port, basePath, proxy }: Address, tls: TlsSettings | undefined): Target {
  const optional = { ...(basePath !== undefined && { basePath }), ...(proxy !== undefined && { proxy }) };
  return { protocol: "https", server, port, ...optional, tls: tls ?? {} };
}
