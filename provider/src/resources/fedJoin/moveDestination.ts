import { mintJoinToken } from "../../neuvector/client/federation";
import type { ClusterEntry, FederationResponse } from "../../neuvector/client/federation";
import { resolveTokenSource } from "../shared/resolveSecrets";
import { NeuVectorError } from "../../errors/neuVectorError";
import type { FedJoinInputs } from "./inputs";
import { decodeJoinToken } from "../../federation/joinToken";
import { obtainJoinToken } from "../../federation/tokenSource";
import { isClusterNameOf } from "../../federation/clusterName";
import { observe } from "../../federation/observe";
import {
  belongsToAnotherSite,
  isOwnClusterId,
  classifyMembership,
  type Observation,
  type DesiredMembership,
} from "../../federation/membershipState";
import type { MoveFacts } from "./moveStep";
import { toTarget, type JoinSessions } from "../shared/withSessions";
import type { LifecycleDeps } from "../shared/lifecycleDeps";
import { formatAddress, sameAddress, type Address } from "../../neuvector/ports";
import type { FedJoinOutputs } from "./state";
import { ownedMembership } from "./ownedMembership";

/** A membership that is to be made elsewhere: the inputs say where, the outputs which one it is today. */
export interface MoveDestination {
  /** The cluster name to join under. */
  readonly name: string;
  /** False where another name would do, since it is drawn. */
  readonly nameIsFixed: boolean;
  readonly inputs: FedJoinInputs;
  /** The inputs that the membership of today was made with. */
  readonly old: FedJoinInputs;
  readonly outputs: FedJoinOutputs;
}

/** What the destination and the site show, and the federation address that a join token leads to. */
export interface DestinationObservation {
  readonly facts: MoveFacts;
  readonly observation: Observation;
  readonly federation: Address | undefined;
}

/**
 * Logs in at the destination and at the site, and says what they show of the membership. Where the program has no login
 * at the master, the join token says which master it leads to.
 * @throws NeuVectorError when one of them does not answer or refuses.
 */
export async function observeDestination(
  destination: MoveDestination,
  { sessions, via }: JoinSessions,
  parts: LifecycleDeps,
): Promise<DestinationObservation> {
  const { inputs, old, outputs } = destination;
  const declared = inputs.master.federation;
  const inToken =
    sessions.master === undefined && via === "controller" ? await readTokenAddress(inputs, parts) : undefined;
  if (declared !== undefined && inToken !== undefined && !sameAddress(declared, inToken)) {
    const text = `the join token names the master ${formatAddress(inToken)}, and master.federation ${formatAddress(declared)}`;
    throw new NeuVectorError("invalid_input", text, { hint: "Give a join token of the new master." });
  }
  const federation = declared ?? inToken;
  const observation = await observe(sessions, parts.signal);
  const wanted = desiredAtDestination(destination, federation);
  const id = observation.master?.master_cluster?.id;
  const isSameMaster = id !== undefined && id === outputs.masterId;
  const facts = {
    state: classifyMembership(wanted, observation),
    isSameMaster,
    isAtPrevious: !isSameMaster && isMemberOf(old, outputs, observation.site),
    otherMembershipName: otherMembershipName(destination, observation.site),
    nameHolder: destination.nameIsFixed ? nameHolder(wanted, old, observation.master) : undefined,
    addressHolder: addressHolder(wanted, outputs, observation),
  };
  return { facts, observation, federation };
}

function desiredAtDestination(
  { name, nameIsFixed, inputs, outputs }: MoveDestination,
  federation: Address | undefined,
): DesiredMembership {
  const addresses = [federation, inputs.master.rest];
  return {
    storeId: inputs.storeId,
    name,
    nameIsFixed,
    jointRest: inputs.jointRest,
    masterAddresses: addresses.filter((address) => address !== undefined),
    clusterId: outputs.clusterId === "" ? undefined : outputs.clusterId,
    formerIds: outputs.formerIds,
  };
}

/** A site that nobody can read counts as a member still: leaving twice is harmless. */
function isMemberOf(old: FedJoinInputs, { masterId }: FedJoinOutputs, site: FederationResponse | undefined): boolean {
  if (site === undefined) return true;
  const master = site.master_cluster;
  if (site.fed_role !== "joint" || master === null || master === undefined) return false;
  if (masterId !== "") return master.id === masterId;
  const { federation, rest } = old.master;
  return [federation, rest].some((address) => address !== undefined && sameAddress(address, master.rest_info));
}

/** The site's membership by name, where nothing ties it to the one of today. The address that is wanted may be a neighbour's. */
export function otherMembershipName(
  { name, old, outputs }: Pick<MoveDestination, "name" | "old" | "outputs">,
  site: FederationResponse | undefined,
): string | undefined {
  const self = site?.fed_role === "joint" ? site.joint_clusters?.[0] : undefined;
  if (self === undefined || self.name === name) return undefined;
  const member = { name: self.name, clusterId: self.id, jointRest: self.rest_info, masterId: undefined };
  return belongsToAnotherSite(ownedMembership(outputs.clusterName, old, outputs), member) ? self.name : undefined;
}

/** Who holds the name at the destination, unless it is an entry of this very site. */
function nameHolder(
  wanted: DesiredMembership,
  old: FedJoinInputs,
  master: FederationResponse | undefined,
): Address | undefined {
  const own = new Set([wanted.clusterId, ...(wanted.formerIds ?? [])]);
  const isOwn = ({ id, rest_info }: ClusterEntry): boolean =>
    own.has(id) || [wanted.jointRest, old.jointRest].some((address) => sameAddress(address, rest_info));
  const self = master?.master_cluster;
  if (self?.name === wanted.name) return self.rest_info;
  return master?.joint_clusters?.find((entry) => entry.name === wanted.name && !isOwn(entry))?.rest_info;
}

const inactiveStatuses = new Set(["left", "kicked", "disconnected"]);

/** The living member that has the joint address at the destination. A site that answers tells itself who it is. */
function addressHolder(
  wanted: DesiredMembership,
  { clusterName }: FedJoinOutputs,
  { site, master }: Observation,
): string | undefined {
  if (site !== undefined) return undefined;
  const isOwn = ({ id, name }: ClusterEntry): boolean =>
    isOwnClusterId(wanted, id) || [wanted.name, clusterName].includes(name) || isClusterNameOf(wanted.storeId, name);
  return master?.joint_clusters?.find(
    (entry) => sameAddress(entry.rest_info, wanted.jointRest) && !inactiveStatuses.has(entry.status) && !isOwn(entry),
  )?.name;
}

async function readTokenAddress(inputs: FedJoinInputs, parts: LifecycleDeps): Promise<Address | undefined> {
  const source = await resolveTokenSource(inputs, "controller", parts.secrets);
  const token = await obtainJoinToken(source, { ports: parts.ports, master: undefined, signal: parts.signal });
  return decodeJoinToken(token);
}

const connectTimeoutMs = 10_000;

/**
 * Proves what a look does not show: that the destination gives a join token. Without a login at the master, the token was
 * obtained already, and what remains is a TLS connection to the master that it names.
 * @throws NeuVectorError when the destination is not proven.
 */
export async function verifyDestination(
  { inputs }: MoveDestination,
  federation: Address | undefined,
  { sessions, via }: JoinSessions,
  parts: LifecycleDeps,
): Promise<void> {
  const source = await resolveTokenSource(inputs, via, parts.secrets);
  const { ports, signal } = parts;
  if (sessions.master !== undefined) {
    if (source.kind === "mint") await mintJoinToken(sessions.master, source.minutes, { signal });
    else await obtainJoinToken(source, { ports, master: sessions.master, signal });
    return;
  }
  if (via === "master") await obtainJoinToken(source, { ports, master: undefined, signal });
  const address = via === "master" ? inputs.master.rest : federation;
  if (address === undefined) {
    throw new NeuVectorError("invalid_input", "nothing names the new master: the join token holds no address", {
      hint: "Give master.federation, or master.rest with credentials.",
    });
  }
  await connect(address, via, inputs, parts);
}

/**
 * A TLS connection. A master's federation port shows a certificate that its members do not verify, and neither can we:
 * any certificate will do there, since nothing is sent that is secret.
 */
async function connect(
  address: Address,
  via: JoinSessions["via"],
  { master }: FedJoinInputs,
  { ports, signal }: LifecycleDeps,
): Promise<void> {
  try {
    await ports.transport.send({
      method: "GET",
      target: toTarget(address, via === "master" ? master.tls : undefined),
      path: via === "master" ? "/v1/eula" : "/v1/fed/healthcheck",
      headers: {},
      timeoutMs: connectTimeoutMs,
      maxBytes: 64 * 1024,
      signal,
    });
  } catch (error) {
    const hasCertificate = error instanceof NeuVectorError && error.kind === "tls" && error.certificate !== undefined;
    if (via === "master" || !hasCertificate) throw error;
  }
}
