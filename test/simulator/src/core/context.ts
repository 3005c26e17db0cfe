import type { Lock } from "./lock";
import type { ControllerOptions } from "./options";
import type { FederationListener, Random, Clock, Timer, Transport } from "./ports";
import type { State } from "./state";

/** One controller: what its handlers read and change. */
export interface Context {
  readonly options: ControllerOptions;
  readonly state: State;
  readonly clock: Clock;
  readonly random: Random;
  readonly transport: Transport;
  readonly federationListener: FederationListener;
  /** The federation lock: joins, leaves and kicks take turns. */
  readonly lock: Lock;
  /** Resolves at once, or when a freeze ends. */
  readonly whenRunning: () => Promise<void>;
  /** The loop that polls the master or pings the members. */
  loop: Timer | undefined;
  /** Settles when the latest poll is done. */
  polling: Promise<void>;
}

/** A routed request. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly remote: string;
}

/** Gives the body of the 200 answer (undefined = none). @throws {Refusal | ConnectionDrop} for any other answer. */
export type Handler = (context: Context, call: Call) => unknown;

/** Resolves `delayMs` later, at once when that is 0. */
export function pause(clock: Clock, delayMs: number): Promise<void> {
  if (delayMs === 0) return Promise.resolve();
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}

/** As many random bytes in lower-case hex as ids and secrets have: 32 characters (rest-api.md#who-calls-whom). */
export function randomId(random: Random): string {
  return Buffer.from(random.bytes(16)).toString("hex");
}
