import { getFedMember } from "../controller/client";
import { NeuVectorError } from "../errors";
import type { FedJoinInputs } from "../fedJoin/inputs";
import type { Sides } from "../membership/look";
import { isUnlisted, judge, type Verdict } from "../membership/membership";
import type { LifecycleParts } from "../fedJoin/parts";
import type { Session } from "../controller/session";
import type { FedMemberReply } from "../controller/wire";
import { wantedBy } from "./wanted";

/** What the commands work with. */
export type CommandParts = Pick<LifecycleParts, "ports" | "sessions" | "secrets" | "signal">;

/** What became of asking one side. */
export type Seen =
  | { readonly state: "not_asked" }
  | { readonly state: "answered"; readonly reply: FedMemberReply }
  | { readonly state: "failed"; readonly error: NeuVectorError };

/** What both sides said, or did not. */
export interface Observation {
  readonly site: Seen;
  readonly master: Seen;
}

/** Why a master has no list of members to give; `undefined` where it has one. */
export function masterProblem(master: Seen): string | undefined {
  switch (master.state) {
    case "not_asked":
      return "no credentials for it are declared";
    case "failed":
      return master.error.message;
    case "answered":
      return master.reply.fed_role === "master" ? undefined : "it is not a federation master";
  }
}

/** How long a look at one side may take. */
export const lookTimeoutMs = 15_000;

/** What one side says of its federation. */
export async function ask(session: Session | undefined, { signal }: CommandParts): Promise<Seen> {
  if (session === undefined) return { state: "not_asked" };
  try {
    return { state: "answered", reply: await getFedMember(session, { signal, timeoutMs: lookTimeoutMs }) };
  } catch (error) {
    return { state: "failed", error: expected(error) };
  }
}

/** What both sides say, asked in the order of `look`: the master, the site, and the master again where it lacks the site. */
export async function askBoth(sides: Sides, parts: CommandParts): Promise<Observation> {
  const master = await ask(sides.master, parts);
  const observation = { master, site: await ask(sides.site, parts) };
  return isUnlistedIn(observation) ? { ...observation, master: await ask(sides.master, parts) } : observation;
}

/** True when the site joined, or was removed, since the master's list was read. */
export function isUnlistedIn({ site, master }: Observation): boolean {
  return isUnlisted({ site: replyOf(site), master: replyOf(master) });
}

/** An error of ours; anything else is a bug and goes on. */
export function expected(error: unknown): NeuVectorError {
  if (error instanceof NeuVectorError && error.kind !== "cancelled") return error;
  throw error;
}

/** What the sides mean for the membership, or why nobody can tell. */
export type Judged =
  | { readonly state: "told"; readonly verdict: Verdict }
  | { readonly state: "unknown"; readonly side: keyof Observation; readonly error: NeuVectorError };

/** Pure: judges only when every side that was asked has answered, since silence is never "gone". */
export function judgeObserved(inputs: FedJoinInputs, { site, master }: Observation): Judged {
  if (site.state === "failed") return { state: "unknown", side: "site", error: site.error };
  if (master.state === "failed") return { state: "unknown", side: "master", error: master.error };
  return { state: "told", verdict: judge(wantedBy(inputs), { site: replyOf(site), master: replyOf(master) }) };
}

/** What a side said, if it did. */
export function replyOf(seen: Seen): FedMemberReply | undefined {
  return seen.state === "answered" ? seen.reply : undefined;
}
