import { deleteMember, postLeave } from "../neuvector/client/federation";
import { NeuVectorError, reactionTo } from "../errors/neuVectorError";
import { observe, type FederationSessions } from "./observe";
import {
  isOwnClusterId,
  nextLeaveStep,
  type LeaveStep,
  type Observation,
  type DesiredMembership,
} from "./membershipState";
import { isOutcomeUnknown } from "./unknownOutcome";
import type { Ports } from "../neuvector/ports";
import { withRetry, type RetryPolicy } from "./retry";
import { createJoinGracePeriods, type JoinGracePeriods } from "./joinGracePeriods";
import { describeObservation } from "./describeObservation";

export interface LeaveRequest {
  /** The membership to end, with the `clusterId` that proves it ours. */
  readonly membership: DesiredMembership;
  readonly retry: RetryPolicy;
  readonly deadlineMs?: number | undefined;
  /** End it on the reachable side even if the other side cannot be told or asked. */
  readonly force: boolean;
  /** Go on when the master alone does not answer; a silent site is still an error. Default false. */
  readonly withoutMaster?: boolean | undefined;
}

export interface LeaveContext {
  readonly ports: Ports;
  readonly sessions: FederationSessions;
  readonly signal?: AbortSignal | undefined;
}

const confirmIntervalMs = 500;
const confirmTimeoutMs = 30_000;

/** What the attempts of one leave share. */
interface LeaveProgress {
  readonly gracePeriods: JoinGracePeriods;
  /** The last failure of a step, after which both sides still showed the membership. */
  lastRejection: NeuVectorError | undefined;
}

/**
 * Ends a membership: leave at the site, remove what remains of it on the master, wait until both sides show it gone.
 * Already gone is success. Another's membership is never touched. A step that failed is followed by a fresh look, which
 * decides: done by somebody else is done, a member that the master no longer lists leaves by force, all else is retried.
 * @throws NeuVectorError leave_refused when both sides answer and the membership stays, or when a side is missing and
 * `force` is off; else the kind of the failed request.
 */
export async function leaveFederation(order: LeaveRequest, context: LeaveContext): Promise<void> {
  const { ports, signal } = context;
  const run: LeaveProgress = { gracePeriods: createJoinGracePeriods(ports.clock), lastRejection: undefined };
  await withRetry(
    {
      policy: order.retry,
      clock: ports.clock,
      random: ports.random,
      deadlineMs: order.deadlineMs,
      signal,
      onRetry: ({ delaySeconds, error }) => {
        ports.log("warn", `Leaving ${order.membership.name} failed (${error.kind}), next try in ${delaySeconds} s`);
      },
    },
    () => leaveOnce(order, context, run),
  ).catch((error: unknown) => {
    if (error === run.lastRejection && run.lastRejection !== undefined) throw toLeaveRefused(run.lastRejection);
    throw isUnreachable(error) && !order.force ? addRecoveryHint(error) : error;
  });
}

function isUnreachable(error: unknown): error is NeuVectorError {
  return error instanceof NeuVectorError && (error.kind === "network" || error.kind === "timeout");
}

function addRecoveryHint(error: NeuVectorError): NeuVectorError {
  const hint =
    "Bring it back; or, if it is gone for good, set forceLeave (for a lost master also onMasterLost) to end the membership on the side that answers.";
  return error.with({ hint });
}

function toLeaveRefused(error: NeuVectorError): NeuVectorError {
  const hint =
    error.kind === "remote_failed"
      ? "Check that the site reaches the master's federation port (11443) and run it again; or set forceLeave to end the membership all the same."
      : "Look at the logs of both controllers and run it again; or set forceLeave to end the membership all the same.";
  return error.with({ kind: "leave_refused", hint });
}

async function leaveOnce(order: LeaveRequest, context: LeaveContext, run: LeaveProgress): Promise<void> {
  const { membership } = order;
  const { ports, signal } = context;
  const sides = isForceAllowed(order) ? await reachableSessions(order, context) : context.sessions;
  const end = Math.min(ports.clock.now() + confirmTimeoutMs, order.deadlineMs ?? Infinity);
  const taken = new Set<string>();
  let byForce = false;
  for (;;) {
    const observedAtMs = ports.clock.now();
    const view = await observe(sides, signal);
    const step = stepFor(membership, view, byForce);
    if (step.action === "nothing") return;
    const provenFrom = gracePeriodEnd(step, view, membership, run.gracePeriods);
    const key = JSON.stringify(step);
    if (provenFrom > observedAtMs) {
      ports.log("info", `${membership.name}: the master lists the site, which may be joining: looking again`);
      await ports.clock.sleep(provenFrom - ports.clock.now(), signal);
    } else if (!taken.has(key)) {
      taken.add(key);
      try {
        await performStep(step, sides, signal);
      } catch (error) {
        if (!isOutcomeUnknown(error)) throw error;
        const now = await observe(sides, signal);
        const isOpen: boolean = JSON.stringify(stepFor(membership, now, byForce)) === key;
        const mustForce: boolean = isOpen && !byForce && isForceAllowed(order) && error.kind === "remote_failed";
        if (isOpen && !mustForce) throw toRejection(error, membership, now, run);
        byForce ||= mustForce;
      }
    } else if (ports.clock.now() < end) {
      await ports.clock.sleep(confirmIntervalMs, signal);
    } else {
      throw new NeuVectorError("leave_refused", `${membership.name} still shows as a member after leaving`);
    }
  }
}

/** True where the membership ends on the side that answers, whatever the other one says. */
function isForceAllowed({ force, withoutMaster }: LeaveRequest): boolean {
  return force || withoutMaster === true;
}

function stepFor(wanted: DesiredMembership, view: Observation, byForce: boolean): LeaveStep {
  const step = nextLeaveStep(wanted, view);
  return byForce && step.action === "leave" ? { action: "leave", force: true } : step;
}

/** When the site must have been asked so that its word proves an entry stale; a membership that was complete once is. */
function gracePeriodEnd(
  step: LeaveStep,
  { site }: Observation,
  wanted: DesiredMembership,
  settling: JoinGracePeriods,
): number {
  const isInDoubt = step.action === "remove" && site?.fed_role === "" && !isOwnClusterId(wanted, step.clusterId);
  return isInDoubt ? settling.endOf(step.clusterId) : -Infinity;
}

async function performStep(
  step: LeaveStep,
  { site, master }: FederationSessions,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (step.action === "remove" && master !== undefined) await deleteMember(master, step.clusterId, { signal });
  if (step.action === "leave" && site !== undefined) await postLeave(site, step.force, { signal });
}

/** The failure of a step after which both sides still show the membership, to be tried again. */
function toRejection(
  error: NeuVectorError,
  wanted: DesiredMembership,
  now: Observation,
  run: LeaveProgress,
): NeuVectorError {
  // A refusal by role beside a membership that stays is another operation under way, and that passes.
  const kind = reactionTo(error) === "retry" ? error.kind : "busy";
  run.lastRejection = error.with({ kind, summary: `${error.summary}; then ${describeObservation(wanted, now)}` });
  return run.lastRejection;
}

/** The sides that answer; a forced leave goes on with one of them, one without the master with the site. */
async function reachableSessions(
  { force }: LeaveRequest,
  { sessions, ports, signal }: LeaveContext,
): Promise<FederationSessions> {
  const probe = async (side: keyof FederationSessions): Promise<FederationSessions[keyof FederationSessions]> => {
    const session = sessions[side];
    if (session === undefined) return undefined;
    try {
      await observe({ site: undefined, master: undefined, [side]: session }, signal);
      return session;
    } catch (error) {
      if (!isUnreachable(error) || (side === "site" && !force)) throw error;
      ports.log("warn", `The ${side} does not answer (${error.kind}); leaving by force without it`);
      return undefined;
    }
  };
  const [site, master] = await Promise.all([probe("site"), probe("master")]);
  if (site === undefined && master === undefined) {
    throw new NeuVectorError("leave_refused", "neither the site nor the master answers");
  }
  return { site, master };
}
