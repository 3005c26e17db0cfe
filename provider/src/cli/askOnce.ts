import { getFedMember } from "../controller/client";
import { accountKey } from "../controller/sessions";
import type { FedMemberReply } from "../controller/wire";
import { credentialsOf, type DeclaredCredentials } from "../fedJoin/declaredSecrets";
import type { FedJoinInputs } from "../fedJoin/inputs";
import { targetAt } from "../fedJoin/parties";
import type { Address, TlsSettings } from "../ports";
import { expected, lookTimeoutMs, type CommandParts, type Observation, type Seen } from "./observe";

/** Where a controller answers, and by which account. */
export interface Place {
  readonly address: Address | undefined;
  readonly tls: TlsSettings | undefined;
  readonly credentials: DeclaredCredentials | undefined;
}

/** What a controller says of its federation. */
export type AskOnce = (place: Place) => Promise<Seen>;

/** What both sides of a member say, each asked as `ask` does. */
export async function observeOnce({ controller, master }: FedJoinInputs, ask: AskOnce): Promise<Observation> {
  const [site, atMaster] = await Promise.all([
    ask({ address: controller, tls: controller?.tls, credentials: controller?.credentials }),
    ask({ address: master.rest, tls: master.tls, credentials: master.credentials }),
  ]);
  return { site, master: atMaster };
}

/** Asks each controller once per account, however many members name it: one login and one list for a whole estate. */
export function createAskOnce(parts: CommandParts): AskOnce {
  const asked = new Map<string, Promise<Seen>>();
  return async ({ address, tls, credentials }) => {
    if (address === undefined || credentials === undefined) return { state: "not_asked" };
    try {
      const account = await credentialsOf(credentials, parts.secrets);
      const target = targetAt(address, tls);
      const key = `${accountKey(target, account)} ${JSON.stringify(target.tls)}`;
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
