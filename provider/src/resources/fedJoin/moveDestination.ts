import type { FedJoinInputs } from "./inputs";
import type { MoveFacts } from "./moveStep";
import { resolveTokenSource } from "./resolveTokenSource";
import { atAnotherMaster, ownedMembership, type FedJoinOutputs } from "./state";
import { isClusterNameOf } from "../../federation/clusterName";
import type { JoinSessions } from "../../federation/joinRequest";
import { decodeJoinToken } from "../../federation/joinToken";
import { belongsToAnotherSite, isOwnClusterId, toMember, type DesiredMembership } from "../../federation/membership";
import { classifyMembership, isReachable } from "../../federation/membershipState";
import { observe, type Observation } from "../../federation/observe";
import { obtainJoinToken } from "../../federation/tokenSource";
import { mintJoinToken } from "../../neuvector/client/federation";
import type { ClusterEntry, FederationResponse } from "../../neuvector/client/federation";
import { NeuVectorError } from "../../errors/neuVectorError";
import { toTarget } from "../shared/controllerAccess";
import type { LifecycleDeps } from "../shared/lifecycle";
import { formatAddress, sameAddress, type Address } from "../../values/address";

/** The destination of a move: the inputs say where, the outputs which membership moves. */
export interface MoveDestination {
  /** The cluster name to join under. */
  readonly name: string;
  /** False if another name is acceptable, because it is generated. */
  readonly nameIsFixed: boolean;
  readonly inputs: FedJoinInputs;
  /** The inputs that the current membership was made with. */
  readonly old: FedJoinInputs;
  readonly outputs: FedJoinOutputs;
}

/** What the destination and the site show, and the federation address that is declared or in the join token. */
export interface DestinationObservation {
  readonly facts: MoveFacts;
  readonly observation: Observation;
  readonly federation: Address | undefined;
}

/**
 * Logs in at the destination and at the site, and returns what they show of the membership. If the program has no login at
 * the master, the join token says which master it leads to.
 * @throws NeuVectorError if one of them does not answer or refuses.
 */
export async function observeDestination(
  destination: MoveDestination,
  { sessions, via }: JoinSessions,
  deps: LifecycleDeps,
): Promise<DestinationObservation> {
  const { name, nameIsFixed, inputs, old, outputs } = destination;
  const declared = inputs.master.federation;
  const needsToken = sessions.master === undefined && via === "controller";
  const inToken = needsToken ? await readTokenAddress(inputs, deps) : undefined;
  if (declared !== undefined && inToken !== undefined && !sameAddress(declared, inToken)) {
    const text = `the join token names the master ${formatAddress(inToken)}, and master.federation ${formatAddress(declared)}`;
    throw new NeuVectorError("invalid_input", text, { hint: "Give a join token of the new master." });
  }
  const observation = await observe(sessions, deps.ports.clock, deps.signal);
  const desired = { ...ownedMembership(name, inputs, atAnotherMaster(outputs)), nameIsFixed, tokenAddress: inToken };
  const id = observation.master?.master_cluster?.id;
  const isSameMaster = id !== undefined && id === outputs.masterId;
  const facts = {
    found: classifyMembership(desired, observation),
    isSameMaster,
    isAtPrevious: !isSameMaster && mayBeMemberOf(old, outputs, observation.site),
    otherMembershipName: otherMembershipName(destination, observation.site),
    nameHolder: nameIsFixed ? findNameHolder(desired, old, observation.master) : undefined,
    addressHolder: findAddressHolder(desired, outputs, observation),
  };
  return { facts, observation, federation: declared ?? inToken };
}

/** A site that nobody can read still counts as a member: leaving twice is harmless. */
function mayBeMemberOf(
  old: FedJoinInputs,
  { masterId }: FedJoinOutputs,
  site: FederationResponse | undefined,
): boolean {
  if (site === undefined) return true;
  const master = site.master_cluster;
  if (site.fed_role !== "joint" || master === null || master === undefined) return false;
  if (masterId !== "") return master.id === masterId;
  const { federation, rest } = old.master;
  return [federation, rest].some((address) => address !== undefined && sameAddress(address, master.rest_info));
}

/** Returns the name of the site's membership if nothing ties it to the one that moves. The desired address may be another member's. */
export function otherMembershipName(
  { name, old, outputs }: Pick<MoveDestination, "name" | "old" | "outputs">,
  site: FederationResponse | undefined,
): string | undefined {
  const self = site?.fed_role === "joint" ? site.joint_clusters?.[0] : undefined;
  if (self === undefined || self.name === name) return undefined;
  const moving = ownedMembership(outputs.clusterName, old, outputs);
  return belongsToAnotherSite(moving, toMember(self, undefined)) ? self.name : undefined;
}

/** Returns who has the name at the destination, unless it is an entry of this very site. */
function findNameHolder(
  desired: DesiredMembership,
  old: FedJoinInputs,
  master: FederationResponse | undefined,
): Address | undefined {
  const isOwn = ({ id, rest_info }: ClusterEntry): boolean =>
    isOwnClusterId(desired, id) ||
    [desired.jointRest, old.jointRest].some((address) => sameAddress(address, rest_info));
  const self = master?.master_cluster;
  if (self?.name === desired.name) return self.rest_info;
  return master?.joint_clusters?.find((entry) => entry.name === desired.name && !isOwn(entry))?.rest_info;
}

/** Returns the reachable member with the joint address at the destination. A site that answers tells itself who it is. */
function findAddressHolder(
  desired: DesiredMembership,
  { clusterName }: FedJoinOutputs,
  { site, master }: Observation,
): string | undefined {
  if (site !== undefined) return undefined;
  const isOwn = ({ id, name }: ClusterEntry): boolean =>
    isOwnClusterId(desired, id) || [desired.name, clusterName].includes(name) || isClusterNameOf(desired.storeId, name);
  return master?.joint_clusters?.find(
    (entry) => sameAddress(entry.rest_info, desired.jointRest) && isReachable(entry) && !isOwn(entry),
  )?.name;
}

async function readTokenAddress(inputs: FedJoinInputs, deps: LifecycleDeps): Promise<Address | undefined> {
  const source = await resolveTokenSource(inputs, "controller", deps.secrets);
  const token = await obtainJoinToken(source, { ports: deps.ports, master: undefined, signal: deps.signal });
  return decodeJoinToken(token);
}

const connectTimeoutMs = 10_000;

/**
 * Verifies what an observation does not show: that the destination provides a join token. Without a login at the master the
 * token was obtained before, and what remains is a TLS connection to the master that it names.
 * @throws NeuVectorError if the destination is not verified.
 */
export async function verifyDestination(
  { inputs }: MoveDestination,
  federation: Address | undefined,
  { sessions, via }: JoinSessions,
  deps: LifecycleDeps,
): Promise<void> {
  const source = await resolveTokenSource(inputs, via, deps.secrets);
  const { ports, signal } = deps;
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
  await connect(address, via, inputs, deps);
}

/**
 * Opens a TLS connection. A master's federation port shows a certificate that its members do not verify, and we cannot
 * either: any certificate is accepted there, because nothing secret is sent.
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
