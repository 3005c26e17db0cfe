import { NeuVectorError } from "../errors";
import { createLifecycle, type Lifecycle } from "./lifecycle";
import { createSessions } from "../controller/sessions";
import { createSystemPorts } from "../system/systemPorts";
import { createSystemSecrets } from "../system/systemSecrets";
import { createTurns } from "../turns";
import { createUserLifecycle, type UserLifecycle } from "../user/lifecycle";

// The engine shows each line of this process as a diagnostic of the stack: say only what a person waits for.
const ports = createSystemPorts((level, message) => {
  if (level === "warn" || level === "error") console.log(`FedJoin ${message}`);
});
const interrupt = new AbortController();
const parts = {
  ports,
  sessions: createSessions(ports),
  turns: createTurns(),
  secrets: createSystemSecrets(process.env),
  signal: interrupt.signal,
};

/** Time for the last result to reach the engine, well below its 5 s. */
const handOverMs = 1_000;
let underWay = 0;

/** The engine interrupts this process and kills it 5 s later: stop what is under way, log out, and be gone. */
function stopAtOnce(): void {
  interrupt.abort();
  if (underWay === 0) process.exit(130);
}

function listenForInterrupts(): void {
  if (process.listenerCount("SIGINT", stopAtOnce) > 0) return;
  process.on("SIGINT", stopAtOnce);
  process.on("SIGTERM", stopAtOnce);
}

/** What `work` gives; an interrupt while it runs ends the process after its result was handed over. */
async function guarded<T>(work: () => Promise<T>): Promise<T> {
  listenForInterrupts();
  underWay++;
  try {
    return await work();
  } catch (error) {
    // The process prints the stack of an error: ours are for the operator and say all in the message.
    if (error instanceof NeuVectorError) error.stack = error.message;
    throw error;
  } finally {
    underWay--;
    if (interrupt.signal.aborted && underWay === 0) setTimeout(() => process.exit(130), handOverMs);
  }
}

function guardedLifecycle(inner: Lifecycle): Lifecycle {
  return {
    check: (olds, news) => guarded(() => inner.check(olds, news)),
    diff: (id, stored, news) => guarded(() => inner.diff(id, stored, news)),
    create: (news) => guarded(() => inner.create(news)),
    read: (id, stored) => guarded(() => inner.read(id, stored)),
    update: (id, stored, news) => guarded(() => inner.update(id, stored, news)),
    delete: (id, stored) => guarded(() => inner.delete(id, stored)),
  };
}

/**
 * The lifecycle that Pulumi's dynamic-provider process runs: real network and clock, sessions and turns shared by all
 * resources of the process. The one-liner in the state requires this package and takes this value.
 */
export const lifecycle: Lifecycle = guardedLifecycle(createLifecycle(parts));

/** The same for a NeuVectorUser. */
export const userLifecycle: UserLifecycle = guardedLifecycle(createUserLifecycle(parts));
