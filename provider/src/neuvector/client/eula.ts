import * as z from "zod";
import type { Ports, Target } from "../ports";
import type { CallOptions } from "../rest/call";
import { parseJson } from "../rest/response";

const eulaResponse = z.object({ eula: z.object({ accepted: z.boolean() }) });

/** What a server answers without a login. */
export interface ServerGreeting {
  readonly isController: boolean;
  /** The server's clock by its Date header, in milliseconds since the Unix epoch. */
  readonly dateMs: number | undefined;
}

const defaultTimeoutMs = 20_000;
const maxBytes = 64 * 1024;

/** Asks a server for `/v1/eula`, which a controller answers without a login. @throws NeuVectorError as `Transport.send` does. */
export async function getGreeting(
  { transport }: Pick<Ports, "transport">,
  target: Target,
  { signal, timeoutMs = defaultTimeoutMs }: CallOptions = {},
): Promise<ServerGreeting> {
  const request = { method: "GET", target, path: "/v1/eula", headers: {} } as const;
  const response = await transport.send({ ...request, timeoutMs, maxBytes, signal });
  const dateMs = Date.parse(response.headers["date"] ?? "");
  return {
    isController: response.status === 200 && eulaResponse.safeParse(parseJson(response.body)).success,
    dateMs: Number.isNaN(dateMs) ? undefined : dateMs,
  };
}
