import type { FedJoinInputs } from "./inputs";
import { withSessions } from "./withSessions";
import { observe } from "../../federation/observe";
import { NeuVectorError } from "../../errors/neuVectorError";
import type { InputProblem } from "../shared/resourceLifecycle";
import type { LifecycleDeps } from "../shared/lifecycle";
import { unknownValue, type ResourceProps } from "../shared/props";
import { formatAddress, sameAddress } from "../../values/address";

/** Returns the problems of inputs that would put another cluster, or another member, in the site's place. */
export async function identityProblems(
  inputs: FedJoinInputs | undefined,
  olds: ResourceProps,
  news: ResourceProps,
  deps: LifecycleDeps,
): Promise<InputProblem[]> {
  const taken = inputs === undefined ? [] : await nameProblems(inputs, olds, deps);
  return [...taken, ...clusterUidProblems(olds, news)];
}

/**
 * A store id stays with its cluster. The master never tells a cluster's UID, so only the stored one can be compared
 * (rest-api.md#reading-the-federation).
 */
function clusterUidProblems(olds: ResourceProps, news: ResourceProps): InputProblem[] {
  const [before, now] = [olds["clusterUid"], news["clusterUid"]];
  if (typeof before !== "string" || typeof now !== "string" || olds["storeId"] !== news["storeId"]) return [];
  if (before === now || before === unknownValue || now === unknownValue) return [];
  const reason =
    `this store id belongs to the cluster with UID ${before}, and this is another cluster (${now}). ` +
    "If the store got a new cluster, remove the member and run up, which lets the old one leave; then add it again";
  return [{ property: "clusterUid", reason }];
}

/**
 * Compares a declared name with the master's list. A master that cannot be read is not a problem of the inputs: the join
 * reports it.
 */
async function nameProblems(inputs: FedJoinInputs, olds: ResourceProps, deps: LifecycleDeps): Promise<InputProblem[]> {
  const { name, jointRest } = inputs;
  if (name === undefined || olds["name"] === name || inputs.master.credentials === undefined) return [];
  try {
    const { master } = await withSessions(inputs, deps, ({ sessions }) =>
      observe({ site: undefined, master: sessions.master }, deps.ports.clock),
    );
    const holder = master?.joint_clusters?.find((entry) => entry.name === name)?.rest_info;
    if (holder === undefined || sameAddress(holder, jointRest)) return [];
    return [{ property: "name", reason: `${name} belongs to the member at ${formatAddress(holder)}` }];
  } catch (error) {
    if (!(error instanceof NeuVectorError)) throw error;
    deps.ports.log("debug", `${name}: the master's list was not read (${error.summary})`);
    return [];
  }
}
