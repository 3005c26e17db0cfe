import { NeuVectorError } from "../errors/neuVectorError";
import { createFedJoinLifecycle, type FedJoinLifecycle } from "./fedJoin/lifecycle";
import { createSessionPool } from "../neuvector/session/sessionPool";
import { createSystemPorts } from "../system/systemPorts";
import { createSecretReader } from "../system/secretReader";
import { createKeyedMutex } from "../concurrency";
import { createUserLifecycle, type UserLifecycle } from "./neuVectorUser/lifecycle";

// The engine shows each line of this process as a diagnostic of the stack: say only what a person waits for.
const ports = createSystemPorts((level, message) => {
  if (level === "warn" || level === "error") console.log(`FedJoin ${message}`);
});
const interrupt = new AbortController();
const parts = {
  ports,
  sessions: createSessionPool(ports),
  masterLocks: createKeyedMutex(),
  secrets: createSecretReader(process.env),
  signal: interrupt.signal,
};

/** Time for the last result to reach the engine, well below its 5 s. */
const exitDelayMs = 1_000;
let activeOperations = 0;

/** The engine interrupts this process and kills it 5 s later: stop what is under way, log out, and be gone. */
function handleInterrupt(): void {
  interrupt.abort();
  if (activeOperations === 0) process.exit(130);
}

function listenForInterrupts(): void {
  if (process.listenerCount("SIGINT", handleInterrupt) > 0) return;
  process.on("SIGINT", handleInterrupt);
  process.on("SIGTERM", handleInterrupt);
}

/** What `work` gives; an interrupt while it runs ends the process after its result was handed over. */
async function runGuarded<T>(work: () => Promise<T>): Promise<T> {
  listenForInterrupts();
  activeOperations++;
  try {
    return await work();
  } catch (error) {
    // The process prints the stack of an error: ours are for the operator and say all in the message.
    if (error instanceof NeuVectorError) error.stack = error.message;
    throw error;
  } finally {
    activeOperations--;
    if (interrupt.signal.aborted && activeOperations === 0) setTimeout(() => process.exit(130), exitDelayMs);
  }
}

function guardLifecycle(inner: FedJoinLifecycle): FedJoinLifecycle {
  return {
    check: (olds, news) => runGuarded(() => inner.check(olds, news)),
    diff: (id, stored, news) => runGuarded(() => inner.diff(id, stored, news)),
    create: (news) => runGuarded(() => inner.create(news)),
    read: (id, stored) => runGuarded(() => inner.read(id, stored)),
    update: (id, stored, news) => runGuarded(() => inner.update(id, stored, news)),
    delete: (id, stored) => runGuarded(() => inner.delete(id, stored)),
  };
}

/**
 * The lifecycle that Pulumi's dynamic-provider process runs: real network and clock, sessions and turns shared by all
 * resources of the process. The one-liner in the state requires this package and takes this value.
 */
export const lifecycle: FedJoinLifecycle = guardLifecycle(createFedJoinLifecycle(parts));

/** The same for a NeuVectorUser. */
export const userLifecycle: UserLifecycle = guardLifecycle(createUserLifecycle(parts));
