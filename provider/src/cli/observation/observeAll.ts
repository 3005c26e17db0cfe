import { getFederation } from "../../neuvector/client/federation";
import { sessionKey } from "../../neuvector/session/credentials";
import type { FederationResponse } from "../../neuvector/client/federation";
import { resolveCredentials, toTarget, type DeclaredCredentials } from "../../resources/shared/controllerAccess";
import type { FedJoinInputs } from "../../resources/fedJoin/inputs";
import { mapWithConcurrency } from "../../concurrency";
import {
  expectedError,
  isMissingFromList,
  readTimeoutMs,
  type CommandDeps,
  type PartialObservation,
  type SideResult,
} from "./observe";
import type { Address } from "../../values/address";
import type { TlsSettings } from "../../values/tls";

/** The address of a controller, and the account to use there. */
interface ControllerAccess {
  readonly address: Address | undefined;
  readonly tls: TlsSettings | undefined;
  readonly credentials: DeclaredCredentials | undefined;
}

/** Reads the federation of a controller. */
type ReadFederation = (access: ControllerAccess) => Promise<SideResult>;

/** Members observed at the same time. A silent one takes 20 s: a thousand silent ones take ten minutes. */
const concurrency = 32;

/**
 * Reads both sides of each item's member. Sends only reads and logins, and reads each controller once per account,
 * however many members share it. A master is read before its sites, and once more after all of them if its list lacks
 * a site that reports to be its member.
 */
export async function observeAll<T>(
  items: readonly T[],
  inputsOf: (item: T) => FedJoinInputs,
  deps: CommandDeps,
): Promise<{ readonly item: T; readonly observation: PartialObservation }[]> {
  const read = createFederationReader(deps);
  const observed = await mapWithConcurrency(
    items,
    async (item) => ({ item, observation: await observeOnce(inputsOf(item), read) }),
    concurrency,
  );
  const readAgain = createFederationReader(deps);
  return mapWithConcurrency(observed, async (each) => {
    if (!isMissingFromList(each.observation)) return each;
    const master = await readAgain(masterAccess(inputsOf(each.item)));
    return { ...each, observation: { ...each.observation, master } };
  });
}

async function observeOnce(inputs: FedJoinInputs, read: ReadFederation): Promise<PartialObservation> {
  const { controller } = inputs;
  const master = await read(masterAccess(inputs));
  const site = await read({ address: controller, tls: controller?.tls, credentials: controller?.credentials });
  return { site, master };
}

function masterAccess({ master }: FedJoinInputs): ControllerAccess {
  return { address: master.rest, tls: master.tls, credentials: master.credentials };
}

function createFederationReader(deps: CommandDeps): ReadFederation {
  const results = new Map<string, Promise<SideResult>>();
  return async ({ address, tls, credentials }) => {
    if (address === undefined || credentials === undefined) return { state: "not_asked" };
    try {
      const account = await resolveCredentials(credentials, deps.secrets);
      const target = toTarget(address, tls);
      const key = sessionKey(target, account);
      const query = (): Promise<FederationResponse> =>
        deps.sessions.use(target, account, (session) =>
          getFederation(session, { signal: deps.signal, timeoutMs: readTimeoutMs }),
        );
      const result = results.get(key) ?? query().then(answered, failed);
      results.set(key, result);
      return await result;
    } catch (error) {
      return failed(error);
    }
  };
}

function answered(reply: FederationResponse): SideResult {
  return { state: "answered", reply };
}

function failed(error: unknown): SideResult {
  return { state: "failed", error: expectedError(error) };
}
