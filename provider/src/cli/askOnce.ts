import { getFedMember } from "../controller/client";
import { sessionKey } from "../controller/sessions";
import type { FedMemberReply } from "../controller/wire";
import { credentialsOf, type DeclaredCredentials } from "../fedJoin/declaredSecrets";
import type { FedJoinInputs } from "../fedJoin/inputs";
import { targetAt } from "../fedJoin/parties";
import type { Address, TlsSettings } from "../ports";
import { mapLimited } from "./limited";
import { expected, isUnlistedIn, lookTimeoutMs, type CommandParts, type Observation, type Seen } from "./observe";

/** Where a controller answers, and by which account. */
interface Place {
  readonly address: Address | undefined;
  readonly tls: TlsSettings | undefined;
  readonly credentials: DeclaredCredentials | undefined;
}

/** What a controller says of its federation. */
type AskOnce = (place: Place) => Promise<Seen>;

/** Members looked at together. One that is silent takes up its place for 20 s: a thousand silent ones take ten minutes. */
const atOnce = 32;

/**
 * Each item with what both sides of its member say. Sends reads and logins only, and asks each controller once per
 * account, however many members name it: one login and one list for a whole estate. The master is asked before its
 * sites; where its list lacks one that calls itself its member, it is asked once more after all of them.
 */
export async function observeAll<T>(
  items: readonly T[],
  inputsOf: (item: T) => FedJoinInputs,
  parts: CommandParts,
): Promise<{ readonly item: T; readonly observation: Observation }[]> {
  const ask = createAskOnce(parts);
  const looks = await mapLimited(
    items,
    async (item) => ({ item, observation: await observeOnce(inputsOf(item), ask) }),
    atOnce,
  );
  const askAgain = createAskOnce(parts);
  return mapLimited(looks, async (look) => {
    if (!isUnlistedIn(look.observation)) return look;
    const master = await askAgain(masterOf(inputsOf(look.item)));
    return { ...look, observation: { ...look.observation, master } };
  });
}

async function observeOnce(inputs: FedJoinInputs, ask: AskOnce): Promise<Observation> {
  const { controller } = inputs;
  const master = await ask(masterOf(inputs));
  const site = await ask({ address: controller, tls: controller?.tls, credentials: controller?.credentials });
  return { site, master };
}

function masterOf({ master }: FedJoinInputs): Place {
  return { address: master.rest, tls: master.tls, credentials: master.credentials };
}

function createAskOnce(parts: CommandParts): AskOnce {
  const asked = new Map<string, Promise<Seen>>();
  return async ({ address, tls, credentials }) => {
    if (address === undefined || credentials === undefined) return { state: "not_asked" };
    try {
      const account = await credentialsOf(credentials, parts.secrets);
      const target = targetAt(address, tls);
      const key = sessionKey(target, account);
      const ask = (): Promise<FedMemberReply> =>
        parts.sessions.use(target, account, (session) =>
          getFedMember(session, { signal: parts.signal, timeoutMs: lookTimeoutMs }),
        );
      const answer = asked.get(key) ?? ask().then(answered, failed);
      asked.set(key, answer);
      return await answer;
    } catch (error) {
      return failed(error);
    }
  };
}

function answered(reply: FedMemberReply): Seen {
  return { state: "answered", reply };
}

function failed(error: unknown): Seen {
  return { state: "failed", error: expected(error) };
}
