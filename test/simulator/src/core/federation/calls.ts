import type { Context } from "../context";
import { Refusal } from "../errors";
import { toGoJson } from "../goJson";
import { TransportFailure } from "../ports";
import type { OutboundReply } from "../ports";
import type { RestInfo } from "../state";

export interface FederationCall {
  readonly to: RestInfo;
  /** Default POST. */
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string goes out as it is. */
  readonly body: object | string;
}

const timeoutMessage = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";

/** Calls another controller, with the product's limit of 10 s. @throws {TransportFailure} when no answer came. */
async function callController(context: Context, call: FederationCall): Promise<OutboundReply> {
  const aborter = new AbortController();
  const timer = context.clock.after(context.options.timings.callTimeoutMs, () => {
    aborter.abort(new TransportFailure(timeoutMessage));
  });
  try {
    return await context.transport.send(
      {
        ...call.to,
        method: call.method ?? "POST",
        path: call.path,
        headers: { "Content-Type": "application/json", ...call.headers },
        body: typeof call.body === "string" ? call.body : toGoJson(call.body),
      },
      aborter.signal,
    );
  } finally {
    timer.cancel();
  }
}

/** The call's answer, or undefined when none came. */
export async function tryCall(context: Context, call: FederationCall): Promise<OutboundReply | undefined> {
  try {
    return await callController(context, call);
  } catch (error) {
    if (error instanceof TransportFailure) return undefined;
    throw error;
  }
}

/** The call's answer, whatever its status. @throws {Refusal} 500/39 with the transport's words when none came. */
export async function callOrRefuse(context: Context, call: FederationCall): Promise<OutboundReply> {
  try {
    return await callController(context, call);
  } catch (error) {
    throw error instanceof TransportFailure ? new Refusal(500, 39, error.message) : error;
  }
}
