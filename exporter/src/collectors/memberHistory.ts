import {
  dateConditions,
  determineConditions,
  listEvidence,
  ownEvidence,
  type ConditionMemory,
  type Conditions,
} from "@fedjoin/provider/internal/federation";
import type { ClusterEntry, FederationResponse } from "@fedjoin/provider/internal/neuvector";

/** A member, and what this exporter has seen of it. */
export interface MemberRecord {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  /** How often the status was another one than before. */
  readonly changes: number;
  /** When its master last showed it as synced, in milliseconds since the epoch; `undefined` before it first did. */
  readonly lastSyncedMs: number | undefined;
  readonly conditions: Conditions;
}

/** What must be kept of a member to continue its record. */
export type MemberMemory = Pick<MemberRecord, "status" | "changes" | "lastSyncedMs"> & {
  readonly conditions: ConditionMemory;
};

/** By the id of the membership, which is new at every rejoin. */
export type MemberRecords = ReadonlyMap<string, MemberRecord>;

/**
 * Continues the records of the members that `reply` shows, those of a master or a joint cluster itself; all others end.
 * A record in which nothing but `lastSyncedMs` changes keeps its `conditions`.
 */
export function recordMembers(
  before: ReadonlyMap<string, MemberMemory>,
  reply: FederationResponse,
  nowMs: number,
): MemberRecords {
  return new Map(
    membersOf(reply).map((entry) => [entry.id, recordMember(before.get(entry.id), entry, reply, nowMs)] as const),
  );
}

function membersOf({ fed_role, joint_clusters }: FederationResponse): readonly ClusterEntry[] {
  return fed_role === "master" || fed_role === "joint" ? (joint_clusters ?? []) : [];
}

function recordMember(
  before: MemberMemory | undefined,
  { id, name, status }: ClusterEntry,
  reply: FederationResponse,
  nowMs: number,
): MemberRecord {
  const evidence = reply.fed_role === "master" ? listEvidence(status) : ownEvidence(reply);
  const conditions = dateConditions(before?.conditions, determineConditions(evidence), nowMs);
  return {
    ...{ id, name, status, conditions },
    changes: before === undefined ? 0 : before.changes + Number(before.status !== status),
    lastSyncedMs: conditions.Synced.status === "True" ? nowMs : before?.lastSyncedMs,
  };
}

/** Where records outlive the process. */
export interface MemberStore {
  load(): ReadonlyMap<string, MemberMemory>;
  /** Called after each observation; `isChanged` unless only times of the last sync differ. */
  save(records: MemberRecords, isChanged: boolean, nowMs: number): void;
}

/** The records of one controller's members. */
export interface MemberHistory {
  /** Continues the records with an answer of the controller, and returns them. */
  observe(reply: FederationResponse, nowMs: number): readonly MemberRecord[];
}

/** Creates a history, which lasts as long as the process without a `store`. */
export function createMemberHistory(store?: MemberStore): MemberHistory {
  let memory = store?.load() ?? new Map<string, MemberMemory>();
  return {
    observe(reply, nowMs) {
      const records = recordMembers(memory, reply, nowMs);
      store?.save(records, isChanged(memory, records), nowMs);
      memory = records;
      return [...records.values()];
    },
  };
}

function isChanged(before: ReadonlyMap<string, MemberMemory>, records: MemberRecords): boolean {
  if (before.size !== records.size) return true;
  return [...records].some(([id, { changes, conditions }]) => {
    const previous = before.get(id);
    return previous?.changes !== changes || previous.conditions !== conditions;
  });
}
