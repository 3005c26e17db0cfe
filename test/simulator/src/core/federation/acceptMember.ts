import type { Context } from "../context";
import { pause } from "../context";
import { Refusal } from "../errors";
import { traitsOf } from "../productVersion";
import type { Mastership, Member, RestInfo } from "../state";
import { ticketProblem } from "../tokens";
import { tryCall } from "./calls";
import { pingTooEarly } from "./ping";

export interface Candidate {
  readonly name: string;
  readonly id: string;
  readonly secret: string;
  readonly rest: RestInfo;
  readonly restVersion: string;
  readonly ticket: string;
}

/**
 * Checks a cluster that wants to join and adds it to the master's list.
 * @throws {Refusal} 409/41 name taken, 417/39 bad ticket, 400/40 address does not answer, in this order
 * (rest-api.md#accepting-a-member)
 */
export async function acceptMember(context: Context, mastership: Mastership, candidate: Candidate): Promise<Member> {
  const { state, clock, options } = context;
  const { name, ticket, ...identity } = candidate;
  if (name === state.clusterName) throw new Refusal(409, 41);
  if ([...mastership.members.values()].some((entry) => entry.name === name)) throw new Refusal(409, 41);
  const problem = ticketProblem(mastership.secret, ticket, clock.now());
  if (problem !== undefined) throw new Refusal(417, 39, problem);
  if (!(await probeJointAddress(context, identity.rest))) throw new Refusal(400, 40);
  const entry: Member = { ...identity, name, status: "joined", failedPings: 0 };
  mastership.members.set(entry.id, entry);
  if (traitsOf(options.productVersion).pingsTooEarly) void pingTooEarly(context, entry);
  return entry;
}

const probeAttempts = 2;

/**
 * Whether some standalone controller answers at the address; it need not be the caller
 * (rest-api.md#accepting-a-member).
 */
async function probeJointAddress(context: Context, rest: RestInfo): Promise<boolean> {
  for (let attempt = 1; attempt <= probeAttempts; attempt++) {
    const reply = await tryCall(context, {
      to: rest,
      path: "/v1/fed/joint_test_internal",
      body: { token: "", fed_kv_version: context.options.fedKvVersion },
    });
    if (reply?.status === 200) return true;
    await pause(context.clock, context.options.timings.probePauseMs);
  }
  return false;
}
