import { createFedJoinLifecycle } from "./fedJoin/lifecycle";
import { createUserLifecycle } from "./neuVectorUser/lifecycle";
import type { ResourceLifecycle } from "./shared/resourceLifecycle";
import { createKeyedMutex } from "../concurrency";
import { NeuVectorError } from "../errors/neuVectorError";
import { createSessionPool } from "../neuvector/session/sessionPool";
import { ignoreBrokenPipe } from "../system/brokenPipe";
import { createSecretReader } from "../system/secretReader";
import { createSystemPorts } from "../system/systemPorts";

// The engine shows each line of this process as a diagnostic of the stack, so only warnings and errors are written.
const ports = createSystemPorts((level, message) => {
  if (level === "warn" || level === "error") console.log(`FedJoin ${message}`);
});
const interrupt = new AbortController();
const deps = {
  ports,
  sessions: createSessionPool(ports),
  masterLocks: createKeyedMutex(),
  secrets: createSecretReader(process.env),
  signal: interrupt.signal,
};

/** Time for the last result to reach the engine, well below its 5 s. */
const exitDelayMs = 1_000;
let activeOperations = 0;

/** The engine interrupts this process and kills it 5 s later: stops running operations, logs out and exits. */
function handleInterrupt(): void {
  interrupt.abort();
  if (activeOperations === 0) process.exit(130);
}

/** The SDK reports an error of a stream by writing to the stream: without this, a process that outlived its CLI would do so forever. */
function prepareProcess(): void {
  if (process.listenerCount("SIGINT", handleInterrupt) > 0) return;
  ignoreBrokenPipe(process.stdout, process.stderr);
  process.on("SIGINT", handleInterrupt);
  process.on("SIGTERM", handleInterrupt);
}

/** Runs `work`. After an interrupt, the process exits once the result was passed on. */
async function runGuarded<T>(work: () => Promise<T>): Promise<T> {
  prepareProcess();
  activeOperations++;
  try {
    return await work();
  } catch (error) {
    // The process prints the stack of an error; the message of ours says everything to the operator.
    if (error instanceof NeuVectorError) error.stack = error.message;
    throw error;
  } finally {
    activeOperations--;
    if (interrupt.signal.aborted && activeOperations === 0) setTimeout(() => process.exit(130), exitDelayMs);
  }
}

function guardLifecycle(inner: ResourceLifecycle): ResourceLifecycle {
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
 * The lifecycle of a FedJoin in Pulumi's dynamic provider process, with real network and clock. All resources of the process
 * share sessions and locks. The provider text in the state requires this package and takes this value.
 */
export const lifecycle: ResourceLifecycle = guardLifecycle(createFedJoinLifecycle(deps));

/** The lifecycle of a NeuVectorUser. */
export const userLifecycle: ResourceLifecycle = guardLifecycle(createUserLifecycle(deps));
