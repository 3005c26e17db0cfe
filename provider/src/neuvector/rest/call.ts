import type { Operation } from "../../errors/errorKinds";
import type { ByteSink, Method } from "../ports";

/** One REST call. */
export interface Call {
  readonly method: Method;
  /** Path and query, beginning with `/v1/`. */
  readonly path: string;
  /** Sends the call to this member of the federation, through its master. */
  readonly memberId?: string | undefined;
  /** What the call is for, which selects the hint of an error. Default: `read`. */
  readonly operation?: Operation | undefined;
  readonly body?: unknown;
  readonly timeoutMs?: number | undefined;
  readonly maxBytes?: number | undefined;
  /** Receives the body of a 2xx response; `call` then resolves to `undefined`. Never receives any other body. */
  readonly sink?: ByteSink | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How a caller limits a request. */
export type CallOptions = Pick<Call, "signal" | "timeoutMs">;

/** A controller's REST API, with whatever login it needs: all that the functions of the client use. */
export interface Api {
  /**
   * Resolves to the parsed JSON of a 2xx response, `undefined` for an empty one.
   * @throws NeuVectorError of the kind of the response (see `errorKinds`).
   */
  call(call: Call): Promise<unknown>;
}

/** The request in one line for messages, without the query. */
export function describeCall({ method, path }: Pick<Call, "method" | "path">, base = ""): string {
  return `${method} ${base}${path.split("?", 1)[0] ?? ""}`;
}
