import { Agent, request as httpsRequest } from "node:https";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import * as z from "zod";
import type { KubeAccess } from "./kubeconfig";

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
  readonly close: () => void;
}

const status = z.object({ message: z.string() });

export function kubeClient({ url, ca, token }: KubeAccess): KubeClient {
  const agent = new Agent({ ca, keepAlive: true });

  async function call(method: string, path: string, body?: object, contentType = "application/json"): Promise<string> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const content = body === undefined ? "" : JSON.stringify(body);
      const headers = {
        authorization: `Bearer ${token}`,
        // Node would send the body of a DELETE without a length, into the next request on the connection.
        ...(body && { "content-type": contentType, "content-length": Buffer.byteLength(content) }),
      };
      const options = { method, agent, headers };
      httpsRequest(new URL(path, url), options, resolve).on("error", reject).end(content);
    });
    const answer = await text(response);
    const code = response.statusCode ?? 0;
    if (code >= 200 && code < 300) return answer;
    const parsed = status.safeParse(safeJson(answer));
    throw new KubeError(code, `${method} ${path}: ${code} ${parsed.success ? parsed.data.message : answer}`);
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
    close: () => {
      agent.destroy();
    },
  };
}

function safeJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
