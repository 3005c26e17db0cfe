import * as z from "zod";
import type { Controller } from "./core/controller";
import type { Listener } from "./core/message";
import { parseJson } from "./core/requestBody";

export interface RequestOptions {
  readonly token?: string;
  readonly apiKey?: string;
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  /** A string goes in as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly listener?: Listener;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The JSON body; undefined when it is empty or no JSON. */
  readonly body: unknown;
}

/** One request to a controller in memory. @throws {Error} when the connection is dropped */
export async function request(
  controller: Controller,
  method: string,
  path: string,
  asked: RequestOptions = {},
): Promise<Reply> {
  const { token, apiKey, headers = {}, body, listener = "rest" } = asked;
  const outcome = await controller.handle({
    listener,
    method,
    path,
    headers: {
      ...headers,
      ...(token !== undefined && { "x-auth-token": [token] }),
      ...(apiKey !== undefined && { "x-auth-apikey": [apiKey] }),
    },
    body: typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body),
    remote: "test",
  });
  if (outcome === "drop") throw new Error("connection dropped");
  const { status, headers: received, body: text } = outcome;
  return { status, headers: received, text, body: parseJson(text) };
}

const loginAnswer = z.object({ token: z.object({ token: z.string() }) });

/** The session token of a login that must succeed; by default that of the factory admin. */
export async function logIn(controller: Controller, username = "admin", password = "admin"): Promise<string> {
  const { body } = await request(controller, "POST", "/v1/auth", { body: { password: { username, password } } });
  return loginAnswer.parse(body).token.token;
}
