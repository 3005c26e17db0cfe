import { createServer } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import type { KeyPair } from "./certificates";
import type { ControllerRequest, ControllerResponse, Listener, Outcome } from "./core/message";
import type { VersionTraits } from "./core/productVersion";
import { sendAnswer } from "./sendAnswer";

export interface ListenerOptions {
  readonly listener: Listener;
  readonly server: string;
  readonly port: number;
  readonly keyPair: KeyPair;
  readonly minTls: VersionTraits["minTls"];
  handle(request: ControllerRequest): Promise<Outcome>;
}

export interface OpenListener {
  readonly port: number;
  /** Stops listening and breaks every connection. */
  close(): Promise<void>;
}

/** One HTTPS listener in front of a controller: HTTP/1.1 only, as the product (rest-api.md#requests). */
export async function openListener(options: ListenerOptions): Promise<OpenListener> {
  const { keyPair, minTls: minVersion, server: host, port } = options;
  const tls = { cert: keyPair.certificate, key: keyPair.key, minVersion };
  // Idle connections stay open: a client on a busy machine may come back to one after any time.
  const server = createServer(
    { ...tls, keepAliveTimeout: 0 },
    (request, response) => void serve(options, request, response),
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => {
          if (error) reject(error);
          else resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function serve(options: ListenerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  if (body === undefined) return;
  const outcome = await options.handle({
    listener: options.listener,
    method: request.method ?? "",
    path: request.url ?? "/",
    headers: receivedHeaders(request),
    body,
    remote: request.socket.remoteAddress ?? "",
  });
  if (outcome === "drop") {
    request.socket.destroy();
    return;
  }
  const isCompressed = shouldGzip(request, outcome);
  await sendAnswer(response, {
    status: outcome.status,
    headers: { ...outcome.headers, ...(isCompressed && { "Content-Encoding": "gzip" }) },
    payload: isCompressed ? gzipSync(outcome.body) : Buffer.from(outcome.body),
    delivery: outcome.delivery,
  });
}

const compressedFromBytes = 1200;

/**
 * The product zips long answers, but no errors, when one item of Accept-Encoding is exactly "gzip"
 * (rest-api.md#compression).
 */
function shouldGzip(request: IncomingMessage, { status, body }: ControllerResponse): boolean {
  const accepted = request.headers["accept-encoding"]?.toString().split(",") ?? [];
  return status === 200 && Buffer.byteLength(body) > compressedFromBytes && accepted.includes("gzip");
}

/** The body, or undefined when the caller went away before it was complete. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  try {
    return await text(request);
  } catch (error) {
    if (request.destroyed) return undefined;
    throw error;
  }
}

function receivedHeaders(request: IncomingMessage): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(request.headersDistinct).map(([name, values]) => [name, values ?? []]));
}
