import { storedMaster } from "./inputs";
import type { FedJoinOutputs, PreviousMaster } from "./state";
import { isLoginRefused } from "./verifyCredentials";
import { deleteMember, getFederation } from "../../neuvector/client/federation";
import { NeuVectorError } from "../../errors/neuVectorError";
import { omitNullish } from "../../values/mapping";
import { resolveCredentials, toTarget } from "../shared/controllerAccess";
import type { LifecycleDeps } from "../shared/lifecycle";
import type { ResourceProps } from "../shared/props";
import { formatAddress } from "../../values/address";

/** What to do with a stale entry that is still listed. A refresh only reports it. */
type StaleEntryAction = "report" | "remove";

/** Returns the masters that may still list a site that leaves the stored master, unless that master confirmed the leave. */
export function pendingPreviousMasters(
  stored: ResourceProps,
  { previousMasters: known = [], masterId, clusterId }: FedJoinOutputs,
  isLeaveConfirmed: boolean,
): PreviousMaster[] {
  const master = stored["master"];
  const isDone = isLeaveConfirmed || clusterId === "" || typeof master !== "object" || master === null;
  return isDone ? [...known] : [...known, { master: { ...master }, masterId, clusterId }];
}

/**
 * Asks the masters that a site left whether they still list it, and returns those that may still do. Only the entry with
 * the recorded id is ever removed. A master that refuses the login is not asked again. The master of the current
 * membership is never one of them. Never throws.
 */
export async function updatePreviousMasters(
  previous: readonly PreviousMaster[],
  current: { readonly masterId: string; readonly clusterId: string },
  action: StaleEntryAction,
  deps: LifecycleDeps,
): Promise<PreviousMaster[]> {
  const others = previous.filter(
    ({ masterId, clusterId }) => masterId !== current.masterId && clusterId !== current.clusterId,
  );
  const updated = await Promise.all(others.map((each) => updatePreviousMaster(each, action, deps)));
  return updated.filter((each) => each !== undefined);
}

async function updatePreviousMaster(
  previous: PreviousMaster,
  action: StaleEntryAction,
  deps: LifecycleDeps,
): Promise<PreviousMaster | undefined> {
  if (previous.found === "login_refused") return previous;
  const { master, masterId, clusterId } = previous;
  const { rest, credentials, tls } = storedMaster.safeParse(omitNullish(master)).data ?? {};
  if (rest === undefined || credentials === undefined) return undefined;
  const listed = { ...previous, found: "listed" as const };
  try {
    const account = await resolveCredentials(credentials, deps.secrets);
    return await deps.sessions.use(toTarget(rest, tls), account, async (session) => {
      const options = { signal: deps.signal };
      const isListed = async (): Promise<boolean> => {
        const { fed_role, master_cluster, joint_clusters } = await getFederation(session, options);
        const isSameMaster = fed_role === "master" && (masterId === "" || master_cluster?.id === masterId);
        return isSameMaster && (joint_clusters ?? []).some(({ id }) => id === clusterId);
      };
      if (!(await isListed())) return undefined;
      if (action === "report") return listed;
      await deleteMember(session, clusterId, options);
      return (await isListed()) ? listed : undefined;
    });
  } catch (error) {
    if (!(error instanceof NeuVectorError)) throw error;
    if (!isLoginRefused(error)) return previous;
    deps.ports.log(
      "warn",
      `the previous master at ${formatAddress(rest)} refuses the login in the state, and is not asked again; use fedjoin prune to remove its stale entry of this site, if there is one`,
    );
    return { ...previous, found: "login_refused" };
  }
}
