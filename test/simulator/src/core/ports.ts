/** A timer that has not fired yet. */
export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs the task once, `delayMs` from now. */
  after(delayMs: number, task: () => void): Timer;
}

export interface Random {
  bytes(count: number): Uint8Array;
}

/** One request from this controller to another one. */
export interface OutboundCall {
  readonly server: string;
  readonly port: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface OutboundReply {
  readonly status: number;
  readonly statusText: string;
  readonly body: string;
}

/** No answer came; the message is worded as the product words it in its own answers. */
export class TransportFailure extends Error {
  override readonly name = "TransportFailure";
}

export interface Transport {
  /** Gives up with the signal's reason when it aborts. @throws {TransportFailure} when no answer came. */
  send(call: OutboundCall, signal: AbortSignal): Promise<OutboundReply>;
}

/** The second listener, which exists only while the controller is a master (rest-api.md#who-calls-whom). */
export interface FederationListener {
  open(): Promise<void>;
  close(): Promise<void>;
}

/** All that a simulated controller needs from the world. */
export interface Ports {
  readonly clock: Clock;
  readonly random: Random;
  readonly transport: Transport;
  readonly federationListener: FederationListener;
}
