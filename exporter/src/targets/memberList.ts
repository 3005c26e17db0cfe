import { getFederation, type Clock, type ClusterEntry, type FederationResponse, type Session } from "@fedjoin/provider";

/** A federation as its master lists it. */
export interface MemberList {
  /** The master's cluster name. */
  readonly master: string;
  readonly members: readonly ClusterEntry[];
}

/** The member list of one master. It is asked at most every 30 seconds, and a list of up to 10 minutes stands in for a failure. */
export interface MemberListCache {
  /** @throws NeuVectorError of the call, where there is no list. */
  get(): Promise<MemberList>;
  /** Whether there is such a member; waits for the master only where the last list does not have it. @throws as `get`. */
  has(id: string): Promise<boolean>;
  /** The last list, however old. */
  last(): MemberList | undefined;
}

const freshMs = 30_000;
const usableMs = 10 * 60_000;

/** The list behind `session`. Nothing is sent before it is asked for. */
export function createMemberListCache(session: Session, clock: Clock): MemberListCache {
  let last: { readonly list: MemberList; readonly atMs: number } | undefined;
  let askedMs = -Infinity;
  let answer: Promise<MemberList> | undefined;

  const usable = (): MemberList | undefined =>
    last !== undefined && clock.now() - last.atMs < usableMs ? last.list : undefined;

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

  /** The answer under way, or one of the last 30 seconds, refusals included. */
  const get = (): Promise<MemberList> => {
    if (answer === undefined || clock.now() - askedMs >= freshMs) {
      askedMs = Infinity;
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

/** A cluster that is not a master has no members to scrape. */
function listOf({ fed_role, master_cluster, joint_clusters }: FederationResponse): MemberList {
  const members = fed_role === "master" ? (joint_clusters ?? []) : [];
  return { master: master_cluster?.name ?? "", members: members.filter(({ id }) => id !== "") };
}
