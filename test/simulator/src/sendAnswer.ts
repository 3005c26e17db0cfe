import type { ServerResponse } from "node:http";
import { setTimeout } from "node:timers/promises";
import type { Delivery } from "./core/message";

interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Buffer;
  readonly delivery: Delivery | undefined;
}

/** Sends an answer, whole and at once unless it is to be delivered otherwise. */
export async function sendAnswer(
  response: ServerResponse,
  { status, headers, payload, delivery }: HttpAnswer,
): Promise<void> {
  const announce = (length: number) => response.writeHead(status, { ...headers, "Content-Length": length });
  switch (delivery?.how) {
    case undefined:
      announce(payload.length).end(payload);
      return;
    case "truncated":
      // Even an empty body is announced with a byte that never comes.
      announce(Math.max(1, payload.length)).write(payload.subarray(0, payload.length / 2));
      response.socket?.destroySoon();
      return;
    case "slow":
      announce(payload.length).flushHeaders();
      await sendSlowly(response, payload, delivery);
      return;
  }
}

interface Pace {
  readonly bytes: number;
  readonly everyMs: number;
}

/** Stops when the connection is gone; a pause does not keep the process alive. */
async function sendSlowly(response: ServerResponse, payload: Buffer, { bytes, everyMs }: Pace): Promise<void> {
  for (let at = 0; at < payload.length; at += bytes) {
    await setTimeout(everyMs, undefined, { ref: false });
    if (response.destroyed) return;
    response.write(payload.subarray(at, at + bytes));
  }
  response.end();
}
