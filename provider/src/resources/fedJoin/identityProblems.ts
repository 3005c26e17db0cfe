import { NeuVectorError } from "../../errors/neuVectorError";
import { observe } from "../../federation/observe";
import { unknownValue, type InputProblem } from "../shared/checkInputs";
import type { FedJoinInputs } from "./inputs";
import { withSessions } from "../shared/withSessions";
import type { LifecycleDeps } from "../shared/lifecycleDeps";
import { formatAddress, sameAddress } from "../../neuvector/ports";
import type { ResourceProps } from "./state";

/**
 * A store id stays with its cluster: another UID under the same store id would put another cluster in the site's place.
 * The master never tells a UID, so only our own stored one can be compared (rest-api.md#reading-the-federation).
 */
export function clusterUidProblems(olds: ResourceProps, news: ResourceProps): InputProblem[] {
  const [before, now] = [olds["clusterUid"], news["clusterUid"]];
  if (typeof before !== "string" || typeof now !== "string" || olds["storeId"] !== news["storeId"]) return [];
  if (before === now || before === unknownValue || now === unknownValue) return [];
  const reason =
    `this store id belongs to the cluster with UID ${before}, and this is another cluster (${now}). ` +
    "If the store got a new cluster, remove the member and run up, which lets the old one leave; then add it again";
  return [{ property: "clusterUid", reason }];
}

/**
 * A declared name that another member holds, found on the master's list where that can be read. A master that cannot
 * be read is not a problem of the inputs: the join will say what is wrong.
 */
export async function nameProblems(
  inputs: FedJoinInputs,
  olds: ResourceProps,
  parts: LifecycleDeps,
): Promise<InputProblem[]> {
  const { name, jointRest } = inputs;
  if (name === undefined || olds["name"] === name || inputs.master.credentials === undefined) return [];
  try {
    const { master } = await withSessions(inputs, parts, ({ sessions }) =>
      observe({ site: undefined, master: sessions.master }),
    );
    const holder = master?.joint_clusters?.find((entry) => entry.name === name)?.rest_info;
    if (holder === undefined || sameAddress(holder, jointRest)) return [];
    return [{ property: "name", reason: `${name} belongs to the member at ${formatAddress(holder)}` }];
  } catch (error) {
    if (!(error instanceof NeuVectorError)) throw error;
    parts.ports.log("debug", `${name}: the master's list was not read (${error.summary})`);
    return [];
  }
}
