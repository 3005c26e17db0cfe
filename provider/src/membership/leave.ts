import { deleteMember, postLeave } from "../controller/client";
import { NeuVectorError } from "../errors";
import { look, type Sides } from "./look";
import { nextLeaveStep, type LeaveStep, type Wanted } from "./membership";
import type { Ports } from "../ports";
import { withRetry, type RetryPolicy } from "../retry";

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

/**
 * Ends a membership: leave at the site, remove what remains of it on the master, wait until both sides show it gone.
 * Already gone is success. Another's membership is never touched.
 * @throws NeuVectorError leave_refused when a side is missing and `force` is off; else the kind of the failed request.
 */
export async function leaveFederation(order: LeaveOrder, context: LeaveContext): Promise<void> {
  const { ports, signal } = context;
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
    () => leaveOnce(order, context),
  ).catch((error: unknown) => {
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

async function leaveOnce(order: LeaveOrder, context: LeaveContext): Promise<void> {
  const { ports, signal } = context;
  const sides = order.force || order.withoutMaster === true ? await reachable(order, context) : context.sides;
  const end = Math.min(ports.clock.now() + confirmAtMostMs, order.deadlineMs ?? Infinity);
  const taken = new Set<string>();
  for (;;) {
    const step = nextLeaveStep(order.wanted, await look(sides, signal));
    if (step.do === "nothing") return;
    const key = JSON.stringify(step);
    if (!taken.has(key)) {
      taken.add(key);
      await take(step, sides, order, signal);
    } else if (ports.clock.now() < end) {
      await ports.clock.sleep(confirmPauseMs, signal);
    } else {
      throw new NeuVectorError("leave_refused", `${order.wanted.name} still shows as a member after leaving`);
    }
  }
}

async function take(step: LeaveStep, sides: Sides, order: LeaveOrder, signal: AbortSignal | undefined): Promise<void> {
  const { site, master } = sides;
  if (step.do === "remove" && master !== undefined) await deleteMember(master, step.clusterId, { signal });
  if (step.do !== "leave" || site === undefined) return;
  try {
    await postLeave(site, step.force, { signal });
  } catch (error) {
    if (!(error instanceof NeuVectorError) || error.kind !== "remote_failed") throw error;
    if (order.force || order.withoutMaster === true) return postLeave(site, true, { signal });
    throw error.with({
      kind: "leave_refused",
      summary: `${order.wanted.name} could not tell its master: ${error.summary}`,
    });
  }
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
