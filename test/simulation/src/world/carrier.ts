import { NeuVectorError, type Transport, type TransportResponse } from "@fedjoin/provider/internal/neuvector";
import type { VirtualRequest } from "@fedjoin/simulator";
import type { Reply } from "./wire";

export type TransportRequest = Parameters<Transport["send"]>[0];

/** Carries the requests of our processes to the world, and what becomes of them back. */
export interface Carrier {
  send(request: TransportRequest): Exchange;
  /** Resolves once nothing is on its way outside the world, whose clock waits for it. Not set: nothing ever is. */
  readonly settled?: () => Promise<void>;
}

/** One request and its reply. */
export interface Exchange {
  /** The request as a server gets it. */
  readonly arrived: VirtualRequest | Promise<VirtualRequest>;
  /** Returns what the sender gets, or throws its error. */
  reply(reply: Reply): TransportResponse | Promise<TransportResponse>;
  /** The sender waits no longer. */
  abandon(): void;
}

/** Carries everything in memory. */
export const memoryCarrier: Carrier = {
  send(request) {
    const { method, path, headers, body = "" } = request;
    const arrived = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value]] as const),
    );
    return {
      arrived: { method, path, headers: arrived, body: body.toString() },
      reply: (reply) => receive(request, reply),
      abandon: () => undefined,
    };
  },
};

function receive({ method, path, maxBytes, sink }: TransportRequest, reply: Reply): TransportResponse {
  const what = `${method} ${path.split("?", 1)[0] ?? ""}`;
  if (reply === "oversized") throw new NeuVectorError("unexpected_reply", `${what}: longer than ${maxBytes} bytes`);
  if (typeof reply === "string") throw new NeuVectorError("network", `${what}: ${reply}`);
  const { status, body } = reply;
  const headers = Object.fromEntries(
    Object.entries(reply.headers).map(([name, value]) => [name.toLowerCase(), value] as const),
  );
  if (sink === undefined || status >= 300) return { status, headers, body };
  sink(new TextEncoder().encode(body));
  return { status, headers, body: "" };
}
