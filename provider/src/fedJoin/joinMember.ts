import { tokenSourceOf } from "./declaredSecrets";
import type { FedJoinInputs } from "./inputs";
import { joinFederation } from "../join/join";
import type { JoinEvent, JoinOrder, JoinOutcome } from "../join/joinOrder";
import type { Ports } from "../ports";
import { withParties } from "./parties";
import type { LifecycleParts } from "./parts";

type MemberOrder = Omit<
  JoinOrder,
  "storeId" | "via" | "jointRest" | "masterRest" | "masterFederation" | "token" | "retry" | "deadlineMs"
>;

/** Joins the site of the inputs to their master. Never throws but for a secret that cannot be read. */
export async function joinMember(
  parts: LifecycleParts,
  inputs: FedJoinInputs,
  part: MemberOrder,
): Promise<JoinOutcome> {
  const { ports, turns, signal } = parts;
  return withParties(inputs, parts, async ({ sides, joiner, via }) =>
    joinFederation(
      {
        ...part,
        storeId: inputs.storeId,
        via,
        jointRest: inputs.jointRest,
        masterRest: inputs.master.rest,
        masterFederation: inputs.master.federation,
        token: await tokenSourceOf(inputs, via, parts.secrets),
        retry: inputs.retry,
        deadlineMs: deadlineOf(inputs, ports),
      },
      {
        ports,
        turns,
        sides,
        joiner,
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
