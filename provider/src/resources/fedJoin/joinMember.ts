import { resolveTokenSource } from "../shared/resolveSecrets";
import type { FedJoinInputs } from "./inputs";
import { joinFederation } from "../../federation/join";
import type { JoinEvent, JoinRequest, JoinOutcome } from "../../federation/joinRequest";
import type { Ports } from "../../neuvector/ports";
import { withSessions } from "../shared/withSessions";
import type { LifecycleDeps } from "../shared/lifecycleDeps";

type MemberOrder = Omit<
  JoinRequest,
  "storeId" | "via" | "jointRest" | "masterRest" | "masterFederation" | "token" | "retry" | "deadlineMs"
>;

/** Joins the site of the inputs to their master. Never throws but for a secret that cannot be read. */
export async function joinMember(parts: LifecycleDeps, inputs: FedJoinInputs, part: MemberOrder): Promise<JoinOutcome> {
  const { ports, masterLocks, signal } = parts;
  return withSessions(inputs, parts, async ({ sessions, joinSession, via }) =>
    joinFederation(
      {
        ...part,
        storeId: inputs.storeId,
        via,
        jointRest: inputs.jointRest,
        masterRest: inputs.master.rest,
        masterFederation: inputs.master.federation,
        token: await resolveTokenSource(inputs, via, parts.secrets),
        retry: inputs.retry,
        deadlineMs: deadlineOf(inputs, ports),
      },
      {
        ports,
        masterLocks,
        sessions,
        joinSession,
        signal,
        onEvent: reportRetries(ports, part.name),
      },
    ),
  );
}

/** Said in a deployment: only what a person waits for, and a lasting cause once. */
function reportRetries(ports: Ports, name: string): (event: JoinEvent) => void {
  let said = "";
  return (event) => {
    if (event.type !== "retrying") return;
    const { retry, maxRetries, delaySeconds, error } = event.notice;
    const cause = error.summary === said ? "" : `${error.summary}. `;
    said = error.summary;
    ports.log("warn", `${name}: ${cause}Retry ${retry}/${maxRetries} after ${delaySeconds} seconds...`);
  };
}

/** When an operation that begins now has to end. */
export function deadlineOf(inputs: FedJoinInputs, ports: Ports): number {
  return ports.clock.now() + inputs.timeoutSeconds * 1000;
}
