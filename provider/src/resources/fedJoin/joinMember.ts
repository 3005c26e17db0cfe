import type { FedJoinInputs } from "./inputs";
import { resolveTokenSource } from "./resolveTokenSource";
import { withSessions } from "./withSessions";
import { joinFederation } from "../../federation/join";
import type { JoinEvent, JoinOutcome, JoinRequest } from "../../federation/joinRequest";
import type { Ports } from "../../neuvector/ports";
import type { LifecycleDeps } from "../shared/lifecycle";

/** The part of a join request that the inputs do not say. */
type MemberRequest = Omit<JoinRequest, "token" | "retry" | "deadlineMs">;

/** Joins the site of the inputs to their master. Throws only if a secret cannot be read. */
export async function joinMember(
  deps: LifecycleDeps,
  inputs: FedJoinInputs,
  request: MemberRequest,
): Promise<JoinOutcome> {
  const { ports, masterLocks, signal } = deps;
  return withSessions(inputs, deps, async (sessions) =>
    joinFederation(
      {
        ...request,
        token: await resolveTokenSource(inputs, sessions.via, deps.secrets),
        retry: inputs.retry,
        deadlineMs: deadlineOf(inputs, ports),
      },
      { ...sessions, ports, masterLocks, signal, onEvent: logRetries(ports, request.membership.name) },
    ),
  );
}

/** Logs retries only, since a deployment shows every line. A cause that persists is logged once. */
function logRetries(ports: Ports, name: string): (event: JoinEvent) => void {
  let lastCause = "";
  return (event) => {
    if (event.type !== "retrying") return;
    const { retry, maxRetries, delaySeconds, error } = event.notice;
    const cause = error.summary === lastCause ? "" : `${error.summary}. `;
    lastCause = error.summary;
    ports.log("warn", `${name}: ${cause}Retry ${retry}/${maxRetries} after ${delaySeconds} seconds...`);
  };
}

/** Returns the deadline of an operation that begins now, in milliseconds since the epoch. */
export function deadlineOf({ timeoutSeconds }: Pick<FedJoinInputs, "timeoutSeconds">, { clock }: Ports): number {
  return clock.now() + timeoutSeconds * 1000;
}
