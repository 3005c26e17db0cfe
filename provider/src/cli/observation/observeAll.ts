import { getFederation } from "../../neuvector/client/client";
import { sessionKey } from "../../neuvector/session/sessionPool";
import type { FederationResponse } from "../../neuvector/client/wire";
import { resolveCredentials, toTarget, type DeclaredCredentials } from "../../resources/shared/controllerAccess";
import type { FedJoinInputs } from "../../resources/fedJoin/inputs";
import type { Address, TlsSettings } from "../../neuvector/ports";
import { mapWithConcurrency } from "../../concurrency";
import {
  expectedError,
  isMissingFromList,
  readTimeoutMs,
  type CommandDeps,
  type PartialObservation,
  type SideResult,
} from "./observe";

/** Where a controller answers, and by which account. */
interface ControllerAccess {
  readonly address: Address | undefined;
  readonly tls: TlsSettings | undefined;
  readonly credentials: DeclaredCredentials | undefined;
}

/** What a controller says of its federation. */
type ReadFederation = (place: ControllerAccess) => Promise<SideResult>;

/** Members looked at together. One that is silent takes up its place for 20 s: a thousand silent ones take ten minutes. */
const concurrency = 32;

/**
 * Each item with what both sides of its member say. Sends reads and logins only, and asks each controller once per
 * account, however many members name it: one login and one list for a whole estate. The master is asked before its
 * sites; where its list lacks one that calls itself its member, it is asked once more after all of them.
 */
export async function observeAll<T>(
  items: readonly T[],
  inputsOf: (item: T) => FedJoinInputs,
  parts: CommandDeps,
): Promise<{ readonly item: T; readonly observation: PartialObservation }[]> {
  const ask = createFederationReader(parts);
  const looks = await mapWithConcurrency(
    items,
    async (item) => ({ item, observation: await observeOnce(inputsOf(item), ask) }),
    concurrency,
  );
  const askAgain = createFederationReader(parts);
  return mapWithConcurrency(looks, async (look) => {
    if (!isMissingFromList(look.observation)) return look;
    const master = await askAgain(masterAccess(inputsOf(look.item)));
    return { ...look, observation: { ...look.observation, master } };
  });
}

async function observeOnce(inputs: FedJoinInputs, ask: ReadFederation): Promise<PartialObservation> {
  const { controller } = inputs;
  const master = await ask(masterAccess(inputs));
  const site = await ask({ address: controller, tls: controller?.tls, credentials: controller?.credentials });
  return { site, master };
}

function masterAccess({ master }: FedJoinInputs): ControllerAccess {
  return { address: master.rest, tls: master.tls, credentials: master.credentials };
}

function createFederationReader(parts: CommandDeps): ReadFederation {
  const asked = new Map<string, Promise<SideResult>>();
  return async ({ address, tls, credentials }) => {
    if (address === undefined || credentials === undefined) return { state: "not_asked" };
    try {
      const account = await resolveCredentials(credentials, parts.secrets);
      const target = toTarget(address, tls);
      const key = sessionKey(target, account);
      const ask = (): Promise<FederationResponse> =>
        parts.sessions.use(target, account, (session) =>
          getFederation(session, { signal: parts.signal, timeoutMs: readTimeoutMs }),
        );
      const answer = asked.get(key) ?? ask().then(answered, failed);
      asked.set(key, answer);
      return await answer;
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
