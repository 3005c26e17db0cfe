import { createJoinGracePeriods, type JoinGracePeriods } from "./joinGracePeriods";
import { nextLeaveStep, type LeaveStep } from "./leaveStep";
import { isOwnClusterId, type DesiredMembership } from "./membership";
import { describeObservation, observe, type FederationSessions, type Observation } from "./observe";
import { withRetry, type RetryPolicy } from "./retry";
import { isOutcomeUnknown } from "./unknownOutcome";
import { deleteMember, postLeave } from "../neuvector/client/federation";
import { NeuVectorError, reactionTo } from "../errors/neuVectorError";
import type { Ports } from "../neuvector/ports";

export interface LeaveRequest {
  /** The membership to end. Its `clusterId` proves that it is ours. */
  readonly membership: DesiredMembership;
  readonly retry: RetryPolicy;
  /** Milliseconds since the epoch after which nothing more is tried. */
  readonly deadlineMs?: number | undefined;
  /** End the membership on the side that answers, even if the other side does not. */
  readonly force: boolean;
  /** Continue if only the master does not answer; a site that does not answer is still an error. Default: false. */
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
  /** The last failure of a step after which both sides still showed the membership. */
  lastRejection: NeuVectorError | undefined;
}

/**
 * Ends a membership: leaves at the site, removes what the master still lists, and waits until both sides show that it is
 * gone. A membership that is already gone is a success; one of another site is never touched. After a failed step a new
 * observation decides: a step that took effect is done, a member that the master no longer lists leaves by force, and
 * everything else is retried.
 * @throws NeuVectorError leave_refused if both sides answer and the membership stays, or if a side does not answer and
 * `force` is off; otherwise the error of the failed request.
 */
export async function leaveFederation(request: LeaveRequest, context: LeaveContext): Promise<void> {
  const { ports, signal } = context;
  const progress: LeaveProgress = { gracePeriods: createJoinGracePeriods(ports.clock), lastRejection: undefined };
  await withRetry(
    {
      policy: request.retry,
      clock: ports.clock,
      random: ports.random,
      deadlineMs: request.deadlineMs,
      signal,
      onRetry: ({ delaySeconds, error }) => {
        ports.log("warn", `Leaving ${request.membership.name} failed (${error.kind}), next try in ${delaySeconds} s`);
      },
    },
    () => leaveOnce(request, context, progress),
  ).catch((error: unknown) => {
    if (error === progress.lastRejection && progress.lastRejection !== undefined) {
      throw toLeaveRefused(progress.lastRejection);
    }
    throw isUnreachable(error) && !request.force ? addRecoveryHint(error) : error;
  });
}

function isUnreachable(error: unknown): error is NeuVectorError {
  return error instanceof NeuVectorError && (error.kind === "network" || error.kind === "timeout");
}

function addRecoveryHint(error: NeuVectorError): NeuVectorError {
  const hint =
    "Restore the unreachable controller. If it is gone for good, set forceLeave (or, for a lost master, onMasterLost) to end the membership on the side that answers.";
  return error.with({ hint });
}

function toLeaveRefused(error: NeuVectorError): NeuVectorError {
  const hint =
    error.kind === "remote_failed"
      ? "Check that the site reaches the master's federation port (11443) and run it again, or set forceLeave to end the membership anyway."
      : "Check the logs of both controllers and run it again, or set forceLeave to end the membership anyway.";
  return error.with({ kind: "leave_refused", hint });
}

async function leaveOnce(request: LeaveRequest, context: LeaveContext, progress: LeaveProgress): Promise<void> {
  const { membership } = request;
  const { ports, signal } = context;
  const sessions = isForceAllowed(request) ? await reachableSessions(request, context) : context.sessions;
  const end = Math.min(ports.clock.now() + confirmTimeoutMs, request.deadlineMs ?? Infinity);
  const performed = new Set<string>();
  let byForce = false;
  for (;;) {
    const observedAtMs = ports.clock.now();
    const observation = await observe(sessions, ports.clock, signal);
    const step = stepFor(membership, observation, byForce);
    if (step.action === "nothing") return;
    const gracePeriodEnd = gracePeriodEndOf(step, observation, membership, progress.gracePeriods);
    const key = JSON.stringify(step);
    if (gracePeriodEnd > observedAtMs) {
      ports.log("info", `${membership.name}: the master lists the site, which may be joining; checking again`);
      await ports.clock.sleep(gracePeriodEnd - ports.clock.now(), signal);
    } else if (!performed.has(key)) {
      performed.add(key);
      try {
        await performStep(step, sessions, signal);
      } catch (error) {
        if (!isOutcomeUnknown(error)) throw error;
        const now = await observe(sessions, ports.clock, signal);
        const isOpen: boolean = JSON.stringify(stepFor(membership, now, byForce)) === key;
        const mustForce: boolean = isOpen && !byForce && isForceAllowed(request) && error.kind === "remote_failed";
        if (isOpen && !mustForce) {
          progress.lastRejection = toRejection(error, membership, now);
          throw progress.lastRejection;
        }
        byForce ||= mustForce;
      }
    } else if (ports.clock.now() < end) {
      await ports.clock.sleep(confirmIntervalMs, signal);
    } else {
      throw new NeuVectorError("leave_refused", `${membership.name} still shows as a member after leaving`);
    }
  }
}

function isForceAllowed({ force, withoutMaster }: LeaveRequest): boolean {
  return force || withoutMaster === true;
}

function stepFor(membership: DesiredMembership, observation: Observation, byForce: boolean): LeaveStep {
  const step = nextLeaveStep(membership, observation);
  return byForce && step.action === "leave" ? { action: "leave", force: true } : step;
}

/** Returns when a standalone site proves an entry stale: at once for a membership that we know was complete. */
function gracePeriodEndOf(
  step: LeaveStep,
  { site }: Observation,
  membership: DesiredMembership,
  gracePeriods: JoinGracePeriods,
): number {
  const isInDoubt = step.action === "remove" && site?.fed_role === "" && !isOwnClusterId(membership, step.clusterId);
  return isInDoubt ? gracePeriods.endOf(step.clusterId) : -Infinity;
}

async function performStep(
  step: LeaveStep,
  { site, master }: FederationSessions,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (step.action === "remove" && master !== undefined) await deleteMember(master, step.clusterId, { signal });
  if (step.action === "leave" && site !== undefined) await postLeave(site, step.force, { signal });
}

/** Makes the failure of a step retryable: a wrong role beside a membership that stays is a concurrent operation. */
function toRejection(error: NeuVectorError, membership: DesiredMembership, now: Observation): NeuVectorError {
  const kind = reactionTo(error) === "retry" ? error.kind : "busy";
  return error.with({ kind, summary: `${error.summary}; then ${describeObservation(membership, now)}` });
}

/** Drops the sessions of sides that do not answer: either one for a forced leave, the master's for `withoutMaster`. */
async function reachableSessions(
  { force }: LeaveRequest,
  { sessions, ports, signal }: LeaveContext,
): Promise<FederationSessions> {
  const probe = async (side: keyof FederationSessions): Promise<FederationSessions[keyof FederationSessions]> => {
    const session = sessions[side];
    if (session === undefined) return undefined;
    try {
      await observe({ site: undefined, master: undefined, [side]: session }, ports.clock, signal);
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
