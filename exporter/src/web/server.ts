import type { Log } from "@fedjoin/provider";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { scrapeTimeoutMs } from "../scrape/deadline";

export interface ServerParts {
  /** The exposition text, made within `timeoutMs`. */
  readonly metrics: (timeoutMs: number) => Promise<string>;
  readonly metricsContentType: string;
  readonly landingPage: string;
  readonly log: Log;
}

export interface MetricsServer {
  /** Where it really listens. @throws when the port is taken. */
  listen(at: { readonly address: string | undefined; readonly port: number }): Promise<AddressInfo>;
  /** Takes no more connections, lets running answers finish, and breaks them off when `signal` aborts. */
  close(signal: AbortSignal): Promise<void>;
}

/** The exporter's HTTP side: `/metrics`, `/-/healthy`, `/-/ready`, `/`. */
export function createMetricsServer(parts: ServerParts): MetricsServer {
  const listener: RequestListener = (request, response) => {
    answer(parts, request).then(
      (reply) => {
        send(response, reply, request.method === "HEAD" ? "headers" : "all", server.listening);
      },
      (error: unknown) => {
        parts.log("error", `A request failed unexpectedly: ${String(error)}`);
        send(response, plain(500, "internal error"), "all", server.listening);
      },
    );
  };
  const server = createServer(listener);

  return {
    listen: ({ address, port }) =>
      new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen({ port, ...(address === undefined ? {} : { host: address }) }, () => {
          server.removeListener("error", reject);
          const at = server.address();
          if (typeof at === "object" && at !== null) resolve(at);
          else reject(new Error("the server has no address"));
        });
      }),
    close: (signal) =>
      new Promise((resolve) => {
        const breakOff = (): void => {
          server.closeAllConnections();
        };
        signal.addEventListener("abort", breakOff, { once: true });
        server.close(() => {
          signal.removeEventListener("abort", breakOff);
          resolve();
        });
      }),
  };
}

interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const plain = (status: number, body: string): Reply => ({
  status,
  contentType: "text/plain; charset=utf-8",
  body: `${body}\n`,
});

async function answer(parts: ServerParts, { method, url = "/", headers }: IncomingMessage): Promise<Reply> {
  if (method !== "GET" && method !== "HEAD") {
    return { ...plain(405, "only GET and HEAD"), headers: { Allow: "GET, HEAD" } };
  }
  switch (url.split("?", 1)[0]) {
    case "/metrics": {
      const timeout = headers["x-prometheus-scrape-timeout-seconds"];
      // A HEAD asks whether the page is there; that needs no scrape of the controller.
      const body = method === "HEAD" ? "" : await parts.metrics(scrapeTimeoutMs([timeout].flat()[0]));
      return { status: 200, contentType: parts.metricsContentType, body };
    }
    case "/-/healthy":
      return plain(200, "healthy");
    // Ready without the controller: its outage must be scraped as nv_up 0.
    case "/-/ready":
      return plain(200, "ready");
    case "/":
      return {
        status: 200,
        contentType: "text/html; charset=utf-8",
        body: parts.landingPage,
        headers: { "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'" },
      };
    default:
      return plain(404, "not found");
  }
}

function send(response: ServerResponse, reply: Reply, what: "headers" | "all", keepAlive: boolean): void {
  response.writeHead(reply.status, {
    "Content-Type": reply.contentType,
    "X-Content-Type-Options": "nosniff",
    ...(what === "all" ? { "Content-Length": Buffer.byteLength(reply.body) } : {}),
    ...(keepAlive ? {} : { Connection: "close" }),
    ...reply.headers,
  });
  response.end(what === "all" ? reply.body : undefined);
}
