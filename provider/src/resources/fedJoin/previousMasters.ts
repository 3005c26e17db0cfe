import { deleteMember, getFederation } from "../../neuvector/client/federation";
import { resolveCredentials } from "../shared/resolveSecrets";
import { NeuVectorError } from "../../errors/neuVectorError";
import { storedMaster } from "./inputs";
import { toTarget } from "../shared/withSessions";
import type { LifecycleDeps } from "../shared/lifecycleDeps";
import { formatAddress } from "../../neuvector/ports";
import type { PreviousMaster } from "./state";

/** What becomes of a stale entry that is still listed: a refresh only reports it. */
type StaleEntryAction = "report" | "remove";

/**
 * Asks the masters that a site left whether they still list it, and gives those of whom that is not known to be over.
 * Only the entry with the recorded id is ever removed. A master that refuses the login is not asked again.
 * The membership of today is never one of them. Never throws.
 */
export async function updatePreviousMasters(
  previous: readonly PreviousMaster[],
  today: { readonly masterId: string; readonly clusterId: string },
  treatment: StaleEntryAction,
  parts: LifecycleDeps,
): Promise<PreviousMaster[]> {
  const others = previous.filter(
    ({ masterId, clusterId }) => masterId !== today.masterId && clusterId !== today.clusterId,
  );
  const settled = await Promise.all(others.map((each) => updatePreviousMaster(each, treatment, parts)));
  return settled.filter((each) => each !== undefined);
}

async function updatePreviousMaster(
  previous: PreviousMaster,
  treatment: StaleEntryAction,
  parts: LifecycleDeps,
): Promise<PreviousMaster | undefined> {
  if (previous.found === "login_refused") return previous;
  const { master, masterId, clusterId } = previous;
  const { rest, credentials, tls } = storedMaster.safeParse(master).data ?? {};
  if (rest === undefined || credentials === undefined) return undefined;
  const at = formatAddress(rest);
  try {
    const account = await resolveCredentials(credentials, parts.secrets);
    return await parts.sessions.use(toTarget(rest, tls), account, async (session) => {
      const options = { signal: parts.signal };
      const isListed = async (): Promise<boolean> => {
        const { fed_role, master_cluster, joint_clusters } = await getFederation(session, options);
        const isIt = fed_role === "master" && (masterId === "" || master_cluster?.id === masterId);
        return isIt && (joint_clusters ?? []).some(({ id }) => id === clusterId);
      };
      if (!(await isListed())) return undefined;
      if (treatment === "report") return { ...previous, found: "listed" as const };
      await deleteMember(session, clusterId, options);
      return (await isListed()) ? { ...previous, found: "listed" as const } : undefined;
    });
  } catch (error) {
    if (!(error instanceof NeuVectorError)) throw error;
    const isRefusal = ["login_rejected", "locked_out", "password_change_required", "unauthorized"].includes(error.kind);
    if (isRefusal) {
      parts.ports.log(
        "warn",
        `the previous master at ${at} refuses the login that the state holds, and is not asked again; its stale entry of this site, if any, is left to fedjoin prune`,
      );
    }
    return isRefusal ? { ...previous, found: "login_refused" } : previous;
  }
}
