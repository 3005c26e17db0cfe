import { request } from "node:https";
import { text } from "node:stream/consumers";
import * as z from "zod";
import type { SimulatedController } from "./startController";

export interface Sent {
  readonly token?: string;
  readonly apiKey?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** A string goes out as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly to?: "rest" | "federation";
  /** Breaks the connection off. */
  readonly signal?: AbortSignal;
}

export interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The JSON body; undefined when it is empty or no JSON. */
  readonly body: unknown;
}

/** One request over verified HTTPS, on a connection of its own. Rejects when the connection breaks. */
export function send(
  controller: SimulatedController,
  method: string,
  path: string,
  { token, apiKey, headers = {}, body, to = "rest", signal }: Sent = {},
): Promise<Received> {
  const { server: host, port } = to === "rest" ? controller.rest : controller.federationAddress;
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host,
      port,
      method,
      path,
      ca: controller.ca,
      rejectUnauthorized: true,
      agent: false,
      ...(signal && { signal }),
      headers: {
        ...(token !== undefined && { "X-Auth-Token": token }),
        ...(apiKey !== undefined && { "X-Auth-Apikey": apiKey }),
        ...headers,
      },
    });
    outgoing.on("error", reject);
    outgoing.on("response", (answer) => {
      text(answer).then((read) => {
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: read, body: parsed(read) });
      }, reject);
    });
    outgoing.end(typeof body === "string" || body === undefined ? body : JSON.stringify(body));
  });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const loginAnswer = z.object({ token: z.object({ token: z.string() }) });

/** The session token of a login, by default as the controller's first user, which must succeed. */
export async function logIn(controller: SimulatedController, account = controller.admin): Promise<string> {
  const { body } = await send(controller, "POST", "/v1/auth", { body: { password: account } });
  return loginAnswer.parse(body).token.token;
}
