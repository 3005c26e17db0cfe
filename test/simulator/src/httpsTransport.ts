import { request } from "node:https";
import { text } from "node:stream/consumers";
import { TransportFailure } from "./core/ports";
import type { OutboundCall, OutboundReply, Transport } from "./core/ports";

/**
 * Calls between controllers over HTTPS, without verifying certificates, as the product does
 * (rest-api.md#who-calls-whom).
 */
export const httpsTransport: Transport = { send };

function send(call: OutboundCall, signal: AbortSignal): Promise<OutboundReply> {
  return new Promise((resolve, reject) => {
    const { server: host, port, method, path, headers, body } = call;
    const outgoing = request({ host, port, method, path, headers, rejectUnauthorized: false, agent: false, signal });
    outgoing.on("response", (answer) => {
      const { statusCode: status = 0, statusMessage = "" } = answer;
      text(answer).then((read) => {
        resolve({ status, statusText: `${status} ${statusMessage}`, body: read });
      }, failInBody);
    });
    outgoing.on("error", fail);
    outgoing.end(body);

    function fail(error: unknown): void {
      reject(signal.aborted ? asError(signal.reason) : new TransportFailure(goErrorText(asError(error), call)));
    }

    function failInBody(): void {
      reject(signal.aborted ? asError(signal.reason) : new TransportFailure("unexpected EOF"));
    }
  });
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** The failure in the words of Go's HTTP client, which the product passes on (rest-api.md#joining). */
function goErrorText(error: NodeJS.ErrnoException, { server, port }: OutboundCall): string {
  switch (error.code) {
    case "ECONNREFUSED":
      return `dial tcp ${server}:${port}: connect: connection refused`;
    case "ECONNRESET":
      return "EOF";
    case "ENOTFOUND":
      return `dial tcp: lookup ${server}: no such host`;
    case "ERR_SSL_WRONG_VERSION_NUMBER":
    case "EPROTO":
      return "http: server gave HTTP response to HTTPS client";
    default:
      return error.message;
  }
}
