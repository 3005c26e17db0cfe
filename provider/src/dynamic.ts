import { createLifecycle, type Lifecycle } from "./lifecycle";
import { createSessions } from "./sessions";
import { createSystemPorts } from "./systemPorts";
import { createTurns } from "./turns";

// The engine shows each line of this process as a diagnostic of the stack: say only what a person waits for.
const ports = createSystemPorts((level, message) => {
  if (level === "warn" || level === "error") console.log(`FedJoin ${message}`);
});

/**
 * The lifecycle that Pulumi's dynamic-provider process runs: real network and clock, sessions and turns shared by all
 * FedJoins of the process. The one-liner in the state requires this package and takes this value.
 */
export const lifecycle: Lifecycle = createLifecycle({ ports, sessions: createSessions(ports), turns: createTurns() });
