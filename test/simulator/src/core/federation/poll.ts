import * as z from "zod";
import type { Context } from "../context";
import { endpoint } from "../endpoint";
import { Refusal } from "../errors";
import { parseJson, text } from "../requestBody";
import type { Membership } from "../state";
import { ticketProblem } from "../tokens";
import { tryCall } from "./calls";
import { changedRevisions } from "./revisions";
import { jointTicketMinutes, ticketFor } from "./tickets";
import { compareVersions } from "./versions";

const pollReply = z.object({
  result: z.int(),
  poll_interval: z.int(),
  revisions: z.record(z.string(), z.int()).nullish(),
});

/** Polls at once and then at the interval that the master dictates, as long as the membership lasts. */
export function startPolling(context: Context): void {
  const membership = context.state.federation;
  context.loop?.cancel();
  context.loop = context.clock.after(0, () => void round());
  async function round(): Promise<void> {
    await context.whenRunning();
    await pollMaster(context);
    if (context.state.federation !== membership || membership.role !== "joint") return;
    const delayMs = membership.pollMinutes * context.options.timings.intervalMinuteMs;
    context.loop = context.clock.after(delayMs, () => void round());
  }
}

/** Polls until there is nothing more to fetch, after any poll under way; does nothing on a controller that is not a member. */
export function pollMaster(context: Context): Promise<void> {
  context.polling = context.polling.then(async () => {
    while (await pollOnce(context));
  });
  return context.polling;
}

/** Whether the answer brought rules, after which the product polls again. */
async function pollOnce(context: Context): Promise<boolean> {
  const membership = context.state.federation;
  if (membership.role !== "joint") return false;
  const { options, state } = context;
  const reply = await tryCall(context, {
    to: membership.master.rest,
    path: "/v1/fed/poll_internal",
    body: {
      id: membership.id,
      name: state.clusterName,
      joint_ticket: ticketFor(context, membership, jointTicketMinutes),
      fed_kv_version: options.fedKvVersion,
      rest_version: options.restVersion,
      revisions: membership.revisions,
      csp_type: "none",
      nodes: 1,
    },
  });
  if (state.federation !== membership) return false;
  const parsed = pollReply.safeParse(parseJson(reply?.body ?? ""));
  if (reply?.status !== 200 || !parsed.success) {
    if (reply?.status === 410) membership.status = "kicked";
    membership.master.status = "disconnected";
    return false;
  }
  return applyPoll(membership, parsed.data);
}

function applyPoll(membership: Membership, reply: z.infer<typeof pollReply>): boolean {
  if (reply.result !== 0) {
    membership.status = reply.result === 102 ? "joint_upgrade_required" : "joint_version_too_new";
    membership.master.status = "disconnected";
    return false;
  }
  membership.status = "joined";
  membership.master.status = "connected";
  membership.pollMinutes = reply.poll_interval;
  const changed = reply.revisions ?? {};
  membership.revisions = { ...membership.revisions, ...changed };
  return Object.keys(changed).length > 0;
}

const pollBody = z.object({
  id: text,
  name: text,
  joint_ticket: text,
  fed_kv_version: text,
  rest_version: text,
  revisions: z.record(z.string(), z.int()).nullish(),
});

/** POST /v1/fed/poll_internal: a member asks this master for news (rest-api.md#calls-between-controllers). */
export const pollInternal = endpoint({ as: "master", body: pollBody }, (context, { federation, input }) => {
  const { clock, options, state } = context;
  const member = federation.members.get(input.id);
  if (!member) throw new Refusal(410, 6);
  if (ticketProblem(member.secret, input.joint_ticket, clock.now()) !== undefined) throw new Refusal(400, 39);
  member.name = input.name;
  member.restVersion = input.rest_version;
  member.failedPings = 0;
  const result = compareVersions(options.fedKvVersion, input.fed_kv_version);
  const changed = result === 0 ? changedRevisions(federation.revisions, input.revisions ?? {}) : {};
  if (result === 0) member.status = Object.keys(changed).length > 0 ? "out_of_sync" : "synced";
  else member.status = result === 102 ? "joint_upgrade_required" : "master_upgrade_required";
  return {
    result,
    poll_interval: state.pollMinutes,
    revisions: changed,
    scan_data_revs: { reg_config_rev: 0, scanned_reg_revs: {}, scanned_repo_rev: 0 },
    deploy_repo_scan_data: state.deployRepoScanData,
    csp_type: "none",
  };
});
