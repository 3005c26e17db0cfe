import type { FedJoinInputs } from "./inputs";
import type { JoinVia } from "./joinOrder";
import type { Sides } from "./look";
import { NeuVectorError } from "./errors";
import type { Address, Target, TlsSettings } from "./ports";
import { Secret } from "./secret";
import type { Credentials, Session } from "./session";
import type { Sessions } from "./sessions";

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

/** What `work` gives, run with the sessions that the inputs name; each is logged out after its last user. */
export function withParties<T>(
  inputs: FedJoinInputs,
  { sessions }: { readonly sessions: Sessions },
  work: (parties: Parties) => Promise<T>,
): Promise<T> {
  const via = routeOf(inputs);
  const { master, controller } = inputs;
  const maybe = <R>(
    at: Address | undefined,
    tls: TlsSettings | undefined,
    given: InputCredentials | undefined,
    next: (session: Session | undefined) => Promise<R>,
  ): Promise<R> =>
    at === undefined || given === undefined
      ? next(undefined)
      : sessions.use(targetAt(at, tls), credentialsOf(given), next);

  return maybe(controller, controller?.tls, controller?.credentials, (site) =>
    maybe(master.rest, master.tls, master.credentials, async (atMaster) => {
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

type InputCredentials = NonNullable<FedJoinInputs["master"]["credentials"]>;

function targetAt({ server, port }: Address, tls: TlsSettings | undefined): Target {
  return { protocol: "https", server, port, tls: tls ?? {} };
}

function credentialsOf({ username, password, apiKey }: InputCredentials): Credentials {
  if (apiKey !== undefined) return { kind: "apiKey", key: apiKey };
  return { kind: "user", username: username ?? "", password: password ?? new Secret("") };
}
