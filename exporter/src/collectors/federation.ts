import { isClusterNameOf } from "@fedjoin/provider/internal/federation";
import { getFederation, type ClusterEntry, type FederationResponse } from "@fedjoin/provider/internal/neuvector";
import type { Collector } from "./collector";
import {
  declared,
  master,
  masterConnected,
  masterInfo,
  memberCurrentStatus,
  memberInfo,
  members,
  memberStatus,
  ownCurrentStatus,
  ownStatus,
  present,
  role,
  roles,
  statuses,
  worker,
} from "./federationMetrics";
import { memberHistoryFamilies, memberHistoryMetrics } from "./memberConditions";
import type { MemberRecord } from "./memberHistory";
import { stateSamples, type SampleFamily } from "./metric";

/** The Python exporter's metrics, with its labels: no `target`. */
function oldFamily(reply: FederationResponse): SampleFamily {
  const masterName = reply.master_cluster?.name ?? "";
  if (reply.fed_role !== "master") {
    const labels = { status: reply.fed_role, master: masterName };
    return { metric: worker, samples: [{ labels, value: reply.fed_role === "joint" ? 1 : 0 }] };
  }
  const samples = (reply.joint_clusters ?? []).map(({ name, status }) => ({
    labels: { master: masterName, worker: name, status },
    value: status === "synced" ? 1 : 0,
  }));
  return { metric: master, samples };
}

const known = (status: string): string => (statuses.includes(status) ? status : "other");

const addressOf = ({ id, name, rest_info: { server, port } }: ClusterEntry) => ({ id, name, server, port: `${port}` });

function masterFamilies(
  of: readonly ClusterEntry[],
  { target, roster, statusSets }: FederationContext,
): SampleFamily[] {
  const families = [
    { metric: members, samples: [{ labels: { target }, value: of.length }] },
    ...(statusSets
      ? [
          {
            metric: memberStatus,
            samples: of.flatMap(({ id, name, status }) =>
              stateSamples("status", statuses, known(status), { id, name, target }),
            ),
          },
        ]
      : []),
    {
      metric: memberCurrentStatus,
      samples: of.map(({ id, name, status }) => ({ labels: { id, name, status: known(status), target }, value: 1 })),
    },
    {
      metric: memberInfo,
      samples: of.map((member) => ({
        labels: { ...addressOf(member), rest_version: member.rest_version, target },
        value: 1,
      })),
    },
  ];
  if (roster === undefined) return families;
  return [
    ...families,
    {
      metric: declared,
      samples: of.map(({ id, name }) => ({
        labels: { id, name, target },
        value: Number(roster.some((entry) => isRosterEntryOf(entry, name))),
      })),
    },
    {
      metric: present,
      samples: roster.map((entry) => ({
        labels: { name: entry, target },
        value: Number(of.some(({ name }) => isRosterEntryOf(entry, name))),
      })),
    },
  ];
}

/** Whether a roster entry, a cluster name or a store id, means the cluster `name`. */
const isRosterEntryOf = (entry: string, name: string): boolean => name === entry || isClusterNameOf(entry, name);

function memberFamilies(
  { joint_clusters, master_cluster }: FederationResponse,
  { target, statusSets }: FederationContext,
): SampleFamily[] {
  const own = joint_clusters?.[0];
  const connection = master_cluster?.status ?? "";
  return [
    ...(own === undefined ? [] : ownFamilies(known(own.status), { target, statusSets })),
    {
      metric: masterConnected,
      samples: connection === "" ? [] : [{ labels: { target }, value: Number(connection === "connected") }],
    },
  ];
}

function ownFamilies(
  status: string,
  { target, statusSets }: Pick<FederationContext, "target" | "statusSets">,
): SampleFamily[] {
  const current = { metric: ownCurrentStatus, samples: [{ labels: { status, target }, value: 1 }] };
  if (!statusSets) return [current];
  return [{ metric: ownStatus, samples: stateSamples("status", statuses, status, { target }) }, current];
}

export interface FederationContext {
  readonly target: string;
  /** The names or store ids of the expected members. */
  readonly roster?: readonly string[] | undefined;
  /** Whether each status that a member could have is a series. */
  readonly statusSets: boolean;
  /** What is known of the members. */
  readonly records: readonly MemberRecord[];
}

/** Converts the federation, as seen by this controller, to samples. */
export function federationSamples(reply: FederationResponse, context: FederationContext): SampleFamily[] {
  const { target } = context;
  const { fed_role, joint_clusters, master_cluster } = reply;
  return [
    oldFamily(reply),
    { metric: role, samples: stateSamples("role", roles, fed_role === "" ? "standalone" : fed_role, { target }) },
    ...(fed_role === "master"
      ? [...masterFamilies(joint_clusters ?? [], context), ...memberHistoryFamilies(context.records, target)]
      : []),
    ...(fed_role === "joint" ? memberFamilies(reply, context) : []),
    {
      metric: masterInfo,
      samples: master_cluster ? [{ labels: { ...addressOf(master_cluster), target }, value: 1 }] : [],
    },
  ];
}

export const federation: Collector = {
  name: "federation",
  help: "Role in the federation, and on a master its members.",
  metrics: [
    ...[master, worker, role, members, memberStatus, memberCurrentStatus, memberInfo],
    ...memberHistoryMetrics,
    ...[declared, present, ownStatus, ownCurrentStatus, masterConnected, masterInfo],
  ],
  async collect({ session, target, roster, limits: { statusSets }, signal, observeFederation }) {
    const reply = await getFederation(session, { signal });
    return federationSamples(reply, { target, roster, statusSets, records: observeFederation(reply) });
  },
};
