import {
  decodeJoinToken,
  getFederationEvents,
  getFedMember,
  judge,
  NeuVectorError,
  type FedMemberReply,
  type Session,
  type Sides,
  type View,
} from "@fedjoin/provider";
import type { JoinConfig } from "../settings/joinConfig";
import type { JoinMemory } from "./joinMemory";
import type { Finding } from "./watchDecision";

/**
 * What both sides say of the membership. A side that this account may not read is left out; any other failure makes the
 * look say nothing, since silence is never "gone".
 * @throws NeuVectorError cancelled
 */
export async function lookAfter(
  config: JoinConfig,
  memory: JoinMemory,
  sides: Sides,
  signal: AbortSignal,
): Promise<Finding> {
  try {
    const [site, master] = await Promise.all([read(sides.site, signal), read(sides.master, signal)]);
    if (site === undefined && master === undefined) {
      return { state: "unreadable", why: "this account may not look at the federation" };
    }
    return await judgeView(config, memory, { site, master }, sides, signal);
  } catch (error) {
    if (!(error instanceof NeuVectorError) || error.kind === "cancelled") throw error;
    return { state: "unreadable", why: error.message };
  }
}

async function judgeView(
  config: JoinConfig,
  memory: JoinMemory,
  view: View,
  sides: Sides,
  signal: AbortSignal,
): Promise<Finding> {
  const { membership } = memory;
  const { storeId, jointRest, via, masterRest, masterFederation, token } = config;
  const inToken = token.kind === "given" ? decodeJoinToken(token.token) : undefined;
  const verdict = judge(
    {
      storeId,
      name: config.name ?? membership?.name ?? memory.name,
      nameIsFixed: config.name !== undefined || membership?.own === true,
      jointRest,
      masterAddresses: [via === "master" ? masterRest : undefined, masterFederation, inToken].filter(
        (address) => address !== undefined,
      ),
      masterId: membership?.masterId,
      clusterId: membership?.clusterId,
    },
    view,
  );
  const masterIsKnown = view.master !== undefined || membership?.masterId !== undefined || token.kind === "given";
  if (verdict.state === "elsewhere" && !masterIsKnown) {
    return { state: "unreadable", why: "nothing here tells whether the site's master is the wanted one" };
  }
  if (verdict.state !== "absent" || membership === undefined || sides.site === undefined) return verdict;
  return (await wasDismissed(sides.site, signal)) ? { state: "dismissed" } : verdict;
}

async function read(side: Session | undefined, signal: AbortSignal): Promise<FedMemberReply | undefined> {
  if (side === undefined) return undefined;
  try {
    return await getFedMember(side, { signal });
  } catch (error) {
    if (error instanceof NeuVectorError && error.kind === "forbidden") return undefined;
    throw error;
  }
}

/**
 * True when a dismissal is the newest thing that befell the site's membership. Roles and lists show a site that was
 * kicked while it was reachable and one that left as the same; only the site's own events tell them apart.
 */
async function wasDismissed(site: Session, signal: AbortSignal): Promise<boolean> {
  const names = await getFederationEvents(site, { signal });
  return names.find((name) => /^Federation\.(Join|Leave|Kick)$/.test(name)) === "Federation.Kick";
}
