import {
  getFederation,
  type Clock,
  type ClusterEntry,
  type FederationResponse,
  type Api,
} from "@fedjoin/provider/internal/neuvector";
import { isRecent } from "../scrape/isRecent";

/** A federation as its master lists it. */
export interface MemberList {
  /** The master's cluster name. */
  readonly master: string;
  readonly members: readonly ClusterEntry[];
}

/** Caches the member list of a master for 30 seconds; after a failure, a list up to 10 minutes old is used. */
export interface MemberListCache {
  /** @throws NeuVectorError if the call fails and there is no usable list. */
  get(): Promise<MemberList>;
  /** Whether the member exists; waits for the master only if the last list lacks it. @throws like `get`. */
  has(id: string): Promise<boolean>;
  /** The last list, however old. */
  last(): MemberList | undefined;
}

const freshMs = 30_000;
const usableMs = 10 * 60_000;

/** A cache of the list behind `session`. Sends nothing until it is used. */
export function createMemberListCache(session: Api, clock: Clock): MemberListCache {
  let last: { readonly list: MemberList; readonly atMs: number } | undefined;
  /** When the last request ended; undefined while one runs. */
  let askedMs: number | undefined;
  let answer: Promise<MemberList> | undefined;

  const usable = (): MemberList | undefined =>
    last !== undefined && isRecent(last.atMs, usableMs, clock.now()) ? last.list : undefined;

  const ask = async (): Promise<MemberList> => {
    try {
      const list = listOf(await getFederation(session, { timeoutMs: 10_000 }));
      last = { list, atMs: clock.now() };
      return list;
    } catch (error) {
      const old = usable();
      if (old !== undefined) return old;
      throw error;
    } finally {
      askedMs = clock.now();
    }
  };

  /** The pending request, or the last result if under 30 seconds old, including failures. */
  const get = (): Promise<MemberList> => {
    if (answer === undefined || (askedMs !== undefined && !isRecent(askedMs, freshMs, clock.now()))) {
      askedMs = undefined;
      answer = ask();
    }
    return answer;
  };

  return {
    get,
    async has(id) {
      const isThere = (list: MemberList): boolean => list.members.some((member) => member.id === id);
      const asked = get();
      const known = usable();
      if (known === undefined || !isThere(known)) return isThere(await asked);
      asked.catch(() => undefined);
      return true;
    },
    last: () => last?.list,
  };
}

/** The members of a master; none for other roles. */
function listOf({ fed_role, master_cluster, joint_clusters }: FederationResponse): MemberList {
  const members = fed_role === "master" ? (joint_clusters ?? []) : [];
  return { master: master_cluster?.name ?? "", members: members.filter(({ id }) => id !== "") };
}
