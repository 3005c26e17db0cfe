import { classify } from "../rest/classify";
import { NeuVectorError, withOperation } from "../../errors/neuVectorError";
import { baseUrl, type Ports, type Target, type TransportResponse } from "../ports";
import { describeCall, type Call } from "../rest/call";
import { parseJson } from "../rest/response";
import { controllerErrorCode, responseError } from "../rest/responseError";

const defaultTimeoutMs = 20_000;
const defaultMaxBytes = 8 * 1024 * 1024;

/** Sends a call as it is. @throws NeuVectorError as `Transport.send` does, with the call's operation. */
export async function sendCall(
  ports: Ports,
  target: Target,
  call: Call,
  headers: Readonly<Record<string, string>> = {},
): Promise<TransportResponse> {
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  try {
    return await ports.transport.send({
      method: call.method,
      target,
      path: call.path,
      headers: body === undefined ? headers : { "Content-Type": "application/json", ...headers },
      body,
      timeoutMs: call.timeoutMs ?? defaultTimeoutMs,
      maxBytes: call.maxBytes ?? defaultMaxBytes,
      sink: call.sink,
      signal: call.signal,
    });
  } catch (error) {
    throw withOperation(call.operation ?? "read", error);
  }
}

/** True for 401/3 and 408, which a new login may repair. 401/47 and 401/48 are about the account. */
export function isSessionExpired(response: TransportResponse): boolean {
  // Nearly every response is a success: do not search those for a code.
  return response.status >= 400 && classify(response.status, controllerErrorCode(response), "") === "unauthorized";
}

/** Parses the JSON of a 2xx response; `undefined` for an empty one. @throws NeuVectorError for any other response. */
export function parseSuccess(
  response: TransportResponse,
  call: Pick<Call, "method" | "path" | "operation">,
  target: Target,
): unknown {
  const what = describeCall(call, baseUrl(target));
  const { operation = "read" } = call;
  const { status, body } = response;
  if (status < 200 || status >= 300) throw responseError(response, what, operation);
  if (body.trim() === "") return undefined;
  const value = parseJson(body);
  if (value !== undefined) return value;
  throw new NeuVectorError("unexpected_reply", `${what} answered text that is not JSON`, { status, operation });
}
