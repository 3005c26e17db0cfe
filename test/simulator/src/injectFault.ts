import { applyFault } from "./core/applyFault";
import type { Fault } from "./core/faults";
import type { Interceptor } from "./core/message";
import { systemClock } from "./systemPorts";

/** An interceptor that lets this fault happen to every request it gets. */
export function injectFault(fault: Fault): Interceptor {
  return ({ path }, handle) => applyFault(fault, { clock: systemClock, path, handle });
}
