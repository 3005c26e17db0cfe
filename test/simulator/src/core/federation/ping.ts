import * as z from "zod";
import type { Context, Handler } from "../context";
import { pause } from "../context";
import { Refusal } from "../errors";
import type { OutboundReply } from "../ports";
import { parseBody, parseJson, text } from "../requestBody";
import type { FederationStatus, Member } from "../state";
import { ticketProblem } from "../tokens";
import { tryCall } from "./calls";
import { masterTokenMinutes, ticketFor } from "./tickets";
import { compareVersions } from "./versions";

const attempts = 2;
const roundsUntilDisconnected = 3;

/** Pings every member at the configured interval, as long as the controller is this master. */
export function startPinging(context: Context): void {
  const mastership = context.state.federation;
  schedule();
  function schedule(): void {
    const delayMs = context.state.pingMinutes * context.options.timings.intervalMinuteMs;
    context.loop = context.clock.after(delayMs, () => void round());
  }
  async function round(): Promise<void> {
    await context.whenRunning();
    await pingMembers(context);
    if (context.state.federation === mastership) schedule();
  }
}

/** A ping round in the background, at most once in 8 s (rest-api.md#administration-endpoints). */
export function pingOnDemand(context: Context): void {
  const { state, clock, options } = context;
  if (clock.now() - state.lastPingRoundMs < options.timings.pingGapMs) return;
  void pingMembers(context);
}

/** Pings all members at the same time and records what each one's answer means (rest-api.md#lifecycle-and-timings). */
export async function pingMembers(context: Context): Promise<void> {
  const { federation } = context.state;
  if (federation.role !== "master") return;
  context.state.lastPingRoundMs = context.clock.now();
  await Promise.all([...federation.members.values()].map((member) => pingMember(context, member)));
}

async function pingMember(context: Context, member: Member): Promise<void> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const reply = await tryCall(context, {
      to: member.rest,
      path: "/v1/fed/ping_internal",
      body: {
        token: ticketFor(context, member, masterTokenMinutes),
        fed_kv_version: context.options.fedKvVersion,
      },
    });
    if (reply) {
      member.failedPings = 0;
      member.status = statusAfterPing(member.status, reply);
      return;
    }
    await pause(context.clock, context.options.timings.probePauseMs);
  }
  member.failedPings += 1;
  if (member.failedPings >= roundsUntilDisconnected) member.status = unlessPending(member.status, "disconnected");
}

/**
 * The ping that old masters send a member at once, with a token that does not work: `pending`
 * (rest-api.md#status-values).
 */
export async function pingTooEarly(context: Context, member: Member): Promise<void> {
  const reply = await tryCall(context, {
    to: member.rest,
    path: "/v1/fed/ping_internal",
    body: { token: "", fed_kv_version: context.options.fedKvVersion },
  });
  if (reply?.status === 410 && member.status === "joined") member.status = "pending";
}

const pingReply = z.object({ result: z.int() });

function statusAfterPing(before: FederationStatus, reply: OutboundReply): FederationStatus {
  if (reply.status === 410) return unlessPending(before, "left");
  const parsed = pingReply.safeParse(parseJson(reply.body));
  if (reply.status !== 200 || !parsed.success) return unlessPending(before, "disconnected");
  if (parsed.data.result === 101) return "joint_version_too_new";
  if (parsed.data.result === 102) return "joint_upgrade_required";
  return before === "disconnected" || before === "left" ? "connected" : before;
}

/** Only the first poll ends `pending` (rest-api.md#status-values). */
function unlessPending(before: FederationStatus, after: FederationStatus): FederationStatus {
  return before === "pending" ? before : after;
}

const pingBody = z.object({ token: text, fed_kv_version: text });

/**
 * POST /v1/fed/ping_internal: the master looks whether this member is still there
 * (rest-api.md#calls-between-controllers).
 */
export const pingInternal: Handler = (context, call) => {
  const { federation } = context.state;
  if (federation.role !== "joint") throw new Refusal(410, 6);
  const body = readPing(call.body);
  if (ticketProblem(federation.secret, body.token, context.clock.now()) !== undefined) throw new Refusal(410, 6);
  return { result: compareVersions(body.fed_kv_version, context.options.fedKvVersion) };
};

function readPing(text: string): z.infer<typeof pingBody> {
  try {
    return parseBody(pingBody, text);
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(410, 6) : error;
  }
}
