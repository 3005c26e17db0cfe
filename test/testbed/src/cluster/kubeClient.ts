import { Agent, request as httpsRequest } from "node:https";
import type { IncomingMessage } from "node:http";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { z } from "zod";

export interface KubeConnection {
  readonly url: string;
  /** PEM of the certificate that the API server's own is checked against. */
  readonly ca: string;
  readonly token: string;
}

/** An answer of the API server other than 2xx. */
export class KubeError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "KubeError";
  }
}

interface WatchEvent {
  readonly type: string;
  readonly object: unknown;
}

/** Calls of the API server by path, such as `/api/v1/namespaces/dev/pods`. All throw {@link KubeError}. */
export interface KubeClient {
  readonly get: <T>(path: string, schema: z.ZodType<T>) => Promise<T>;
  /** An answer that is not JSON, such as that of `/readyz`. */
  readonly text: (path: string) => Promise<string>;
  readonly post: (path: string, body: object) => Promise<void>;
  /** As `post`, with the answer. */
  readonly ask: <T>(path: string, body: object, schema: z.ZodType<T>) => Promise<T>;
  /** A JSON merge patch: a list replaces the whole list. */
  readonly patch: (path: string, body: object) => Promise<void>;
  readonly delete: (path: string, options?: object) => Promise<void>;
  /** Events after `resourceVersion`, until the server ends the watch or the signal aborts it. */
  readonly watch: (path: string, resourceVersion: string, signal: AbortSignal) => AsyncGenerator<WatchEvent>;
  readonly close: () => void;
}

const watchEvent = z.object({ type: z.string(), object: z.unknown() });
const status = z.object({ message: z.string() });

export function kubeClient({ url, ca, token }: KubeConnection): KubeClient {
  const agent = new Agent({ ca, keepAlive: true });

  function send(method: string, path: string, body?: object, contentType = "application/json", signal?: AbortSignal) {
    return new Promise<IncomingMessage>((resolve, reject) => {
      const content = body === undefined ? "" : JSON.stringify(body);
      const headers = {
        authorization: `Bearer ${token}`,
        // Node would send the body of a DELETE without a length, into the next request on the connection.
        ...(body && { "content-type": contentType, "content-length": Buffer.byteLength(content) }),
      };
      const options = { method, agent, headers, ...(signal && { signal }) };
      httpsRequest(new URL(path, url), options, resolve).on("error", reject).end(content);
    });
  }

  async function call(method: string, path: string, body?: object, contentType?: string): Promise<string> {
    const response = await send(method, path, body, contentType);
    await refuseErrors(method, path, response);
    return text(response);
  }

  return {
    get: async (path, schema) => schema.parse(JSON.parse(await call("GET", path))),
    text: (path) => call("GET", path),
    post: async (path, body) => {
      await call("POST", path, body);
    },
    ask: async (path, body, schema) => schema.parse(JSON.parse(await call("POST", path, body))),
    patch: async (path, body) => {
      await call("PATCH", path, body, "application/merge-patch+json");
    },
    delete: async (path, options) => {
      await call("DELETE", path, options);
    },
    watch: async function* (path, resourceVersion, signal) {
      const query = `${path}?watch=true&resourceVersion=${resourceVersion}`;
      const response = await send("GET", query, undefined, undefined, signal);
      await refuseErrors("GET", query, response);
      for await (const line of createInterface({ input: response })) {
        const event = watchEvent.parse(JSON.parse(line));
        yield { type: event.type, object: event.object };
      }
    },
    close: () => {
      agent.destroy();
    },
  };
}

async function refuseErrors(method: string, path: string, response: IncomingMessage): Promise<void> {
  const code = response.statusCode ?? 0;
  if (code >= 200 && code < 300) return;
  const body = await text(response);
  const parsed = status.safeParse(safeJson(body));
  throw new KubeError(code, `${method} ${path}: ${code} ${parsed.success ? parsed.data.message : body}`);
}

function safeJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
