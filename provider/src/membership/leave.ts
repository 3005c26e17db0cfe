import { deleteMember, postLeave } from "../controller/client";
import { NeuVectorError, reactionTo } from "../errors";
import { look, type Sides } from "./look";
import { isOwnId, nextLeaveStep, type LeaveStep, type View, type Wanted } from "./membership";
import { isOutcomeUnknown } from "./outcome";
import type { Ports } from "../ports";
import { withRetry, type RetryPolicy } from "../retry";
import { createSettling, type Settling } from "./settling";
import { viewText } from "./viewText";

export interface LeaveOrder {
  /** The membership to end, with the `clusterId` that proves it ours. */
  readonly wanted: Wanted;
  readonly retry: RetryPolicy;
  readonly deadlineMs?: number | undefined;
  /** End it on the reachable side even if the other side cannot be told or asked. */
  readonly force: boolean;
  /** Go on when the master alone does not answer; a silent site is still an error. Default false. */
  readonly withoutMaster?: boolean | undefined;
}

export interface LeaveContext {
  readonly ports: Ports;
  readonly sides: Sides;
  readonly signal?: AbortSignal | undefined;
}

const confirmPauseMs = 500;
const confirmAtMostMs = 30_000;

/** What the attempts of one leave share. */
interface LeaveRun {
  readonly settling: Settling;
  /** The last failure of a step, after which both sides still showed the membership. */
  refusal: NeuVectorError | undefined;
}

/**
 * Ends a membership: leave at the site, remove what remains of it on the master, wait until both sides show it gone.
 * Already gone is success. Another's membership is never touched. A step that failed is followed by a fresh look, which
 * decides: done by somebody else is done, a member that the master no longer lists leaves by force, all else is retried.
 * @throws NeuVectorError leave_refused when both sides answer and the membership stays, or when a side is missing and
 * `force` is off; else the kind of the failed request.
 */
export async function leaveFederation(order: LeaveOrder, context: LeaveContext): Promise<void> {
  const { ports, signal } = context;
  const run: LeaveRun = { settling: createSettling(ports.clock), refusal: undefined };
  await withRetry(
    {
      policy: order.retry,
      clock: ports.clock,
      random: ports.random,
      deadlineMs: order.deadlineMs,
      signal,
      onRetry: ({ delaySeconds, error }) => {
        ports.log("warn", `Leaving ${order.wanted.name} failed (${error.kind}), next try in ${delaySeconds} s`);
      },
    },
    () => leaveOnce(order, context, run),
  ).catch((error: unknown) => {
    if (error === run.refusal && run.refusal !== undefined) throw asRefused(run.refusal);
    throw isSilence(error) && !order.force ? withWayOut(error) : error;
  });
}

function isSilence(error: unknown): error is NeuVectorError {
  return error instanceof NeuVectorError && (error.kind === "network" || error.kind === "timeout");
}

function withWayOut(error: NeuVectorError): NeuVectorError {
  const hint =
    "Bring it back; or, if it is gone for good, set forceLeave (for a lost master also onMasterLost) to end the membership on the side that answers.";
  return error.with({ hint });
}

function asRefused(error: NeuVectorError): NeuVectorError {
  const hint =
    error.kind === "remote_failed"
      ? "Check that the site reaches the master's federation port (11443) and run it again; or set forceLeave to end the membership all the same."
      : "Look at the logs of both controllers and run it again; or set forceLeave to end the membership all the same.";
  return error.with({ kind: "leave_refused", hint });
}

async function leaveOnce(order: LeaveOrder, context: LeaveContext, run: LeaveRun): Promise<void> {
  const { wanted } = order;
  const { ports, signal } = context;
  const sides = mayForce(order) ? await reachable(order, context) : context.sides;
  const end = Math.min(ports.clock.now() + confirmAtMostMs, order.deadlineMs ?? Infinity);
  const taken = new Set<string>();
  let byForce = false;
  for (;;) {
    const askedMs = ports.clock.now();
    const view = await look(sides, signal);
    const step = stepFor(wanted, view, byForce);
    if (step.do === "nothing") return;
    const provenFrom = proofFrom(step, view, wanted, run.settling);
    const key = JSON.stringify(step);
    if (provenFrom > askedMs) {
      ports.log("info", `${wanted.name}: the master lists the site, which may be joining: looking again`);
      await ports.clock.sleep(provenFrom - ports.clock.now(), signal);
    } else if (!taken.has(key)) {
      taken.add(key);
      try {
        await take(step, sides, signal);
      } catch (error) {
        if (!isOutcomeUnknown(error)) throw error;
        const now = await look(sides, signal);
        const isOpen: boolean = JSON.stringify(stepFor(wanted, now, byForce)) === key;
        const mustForce: boolean = isOpen && !byForce && mayForce(order) && error.kind === "remote_failed";
        if (isOpen && !mustForce) throw refused(error, wanted, now, run);
        byForce ||= mustForce;
      }
    } else if (ports.clock.now() < end) {
      await ports.clock.sleep(confirmPauseMs, signal);
    } else {
      throw new NeuVectorError("leave_refused", `${wanted.name} still shows as a member after leaving`);
    }
  }
}

/** True where the membership ends on the side that answers, whatever the other one says. */
function mayForce({ force, withoutMaster }: LeaveOrder): boolean {
  return force || withoutMaster === true;
}

function stepFor(wanted: Wanted, view: View, byForce: boolean): LeaveStep {
  const step = nextLeaveStep(wanted, view);
  return byForce && step.do === "leave" ? { do: "leave", force: true } : step;
}

/** When the site must have been asked so that its word proves an entry stale; a membership that was complete once is. */
function proofFrom(step: LeaveStep, { site }: View, wanted: Wanted, settling: Settling): number {
  const isInDoubt = step.do === "remove" && site?.fed_role === "" && !isOwnId(wanted, step.clusterId);
  return isInDoubt ? settling.provenFrom(step.clusterId) : -Infinity;
}

async function take(step: LeaveStep, { site, master }: Sides, signal: AbortSignal | undefined): Promise<void> {
  if (step.do === "remove" && master !== undefined) await deleteMember(master, step.clusterId, { signal });
  if (step.do === "leave" && site !== undefined) await postLeave(site, step.force, { signal });
}

/** The failure of a step after which both sides still show the membership, to be tried again. */
function refused(error: NeuVectorError, wanted: Wanted, now: View, run: LeaveRun): NeuVectorError {
  // A refusal by role beside a membership that stays is another operation under way, and that passes.
  const kind = reactionTo(error) === "retry" ? error.kind : "busy";
  run.refusal = error.with({ kind, summary: `${error.summary}; then ${viewText(wanted, now)}` });
  return run.refusal;
}

/** The sides that answer; a forced leave goes on with one of them, one without the master with the site. */
async function reachable({ force }: LeaveOrder, { sides, ports, signal }: LeaveContext): Promise<Sides> {
  const probe = async (side: keyof Sides): Promise<Sides[keyof Sides]> => {
    const session = sides[side];
    if (session === undefined) return undefined;
    try {
      await look({ site: undefined, master: undefined, [side]: session }, signal);
      return session;
    } catch (error) {
      if (!isSilence(error) || (side === "site" && !force)) throw error;
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
