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
}

/** "drop" closes the connection without an answer. */
export type Outcome = ControllerResponse | "drop";
