export type Listener = "rest" | "federation";

/** A request as a listener received it. */
export interface ControllerRequest {
  readonly listener: Listener;
  readonly method: string;
  /** Path with its query. */
  readonly path: string;
  /** Every value of every header, names in lower case. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  /** The caller's address. */
  readonly remote: string;
}

export interface ControllerResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Default: whole and at once. */
  readonly delivery?: Delivery;
}

/** How an answer's body reaches the caller: half of it and then the end, or some bytes at a time. */
export type Delivery =
  { readonly how: "truncated" } | { readonly how: "slow"; readonly bytes: number; readonly everyMs: number };

/** "drop" closes the connection without an answer. */
export type Outcome = ControllerResponse | "drop";

/** Stands before a controller: may hold a request, drop it, or answer in the controller's place. */
export type Interceptor = (request: ControllerRequest, handle: () => Promise<Outcome>) => Promise<Outcome>;
