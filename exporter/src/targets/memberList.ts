import { getFedMember, type ClusterEntry, type Clock, type FedMemberReply, type Session } from "@fedjoin/provider";

/** A federation as its master lists it. */
export interface MemberList {
  /** The master's cluster name. */
  readonly master: string;
  readonly members: readonly ClusterEntry[];
}

/** The member list of one master, asked for at most so often. */
export interface MemberLists {
  /**
   * A list of the last 30 seconds; while the master gives none, the last one, up to 10 minutes old.
   * @throws NeuVectorError of the call, where there is no such list.
   */
  get(): Promise<MemberList>;
}

const freshMs = 30_000;
const usableMs = 10 * 60_000;

/** The list behind `session`. Nothing is sent before it is asked for. */
export function createMemberLists(session: Session, clock: Clock): MemberLists {
  let last: { readonly list: MemberList; readonly atMs: number } | undefined;
  let failure: { readonly error: unknown; readonly atMs: number } | undefined;
  let asking: Promise<MemberList> | undefined;
  const isYounger = (at: { readonly atMs: number } | undefined, ageMs: number): boolean =>
    at !== undefined && clock.now() - at.atMs < ageMs;

  const ask = async (): Promise<MemberList> => {
    try {
      const list = listOf(await getFedMember(session, { timeoutMs: 10_000 }));
      last = { list, atMs: clock.now() };
      failure = undefined;
      return list;
    } catch (error) {
      failure = { error, atMs: clock.now() };
      if (last !== undefined && isYounger(last, usableMs)) return last.list;
      throw error;
    }
  };

  return {
    get() {
      if (
        last !== undefined &&
        (isYounger(last, freshMs) ||
          (failure !== undefined && isYounger(failure, freshMs) && isYounger(last, usableMs)))
      ) {
        return Promise.resolve(last.list);
      }
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      return asking;
    },
  };
}

/** A cluster that is no master has no members to scrape. */
function listOf({ fed_role, master_cluster, joint_clusters }: FedMemberReply): MemberList {
  const members = fed_role === "master" ? (joint_clusters ?? []) : [];
  return { master: master_cluster?.name ?? "", members: members.filter(({ id }) => id !== "") };
}
