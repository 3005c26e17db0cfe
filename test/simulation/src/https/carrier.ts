import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { fingerprint256, selfSignedCertificate, type VirtualRequest } from "@fedjoin/simulator";
import { createHttpTransport } from "../../../../provider/src/neuvector/transport/httpTransport";
import type { Carrier } from "../world/carrier";
import type { Reply } from "../world/wire";

/** Carries requests by the product's transport to a server on this host, and replies back from it. */
export interface HttpsCarrier extends Carrier {
  /** Requests that it carried. */
  readonly count: number;
  close(): Promise<void>;
}

interface Arrival {
  readonly request: VirtualRequest;
  readonly response: ServerResponse;
}

const idHeader = "x-simulation-request";
/** Time is virtual, and so are timeouts. */
const noTimeoutMs = 3_600_000;
const maxConnections = 256;

export async function openHttpsCarrier(): Promise<HttpsCarrier> {
  const { certificate, key } = await selfSignedCertificate();
  const awaited = new Map<string, (arrival: Arrival) => void>();
  const server = createServer({ cert: certificate, key, keepAliveTimeout: 0 }, (request, response) => {
    void readRequest(request).then(({ id, ...arrived }) => awaited.get(id)?.({ request: arrived, response }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const transport = createHttpTransport(() => undefined, { maxConnections });
  const tls = { fingerprint: fingerprint256(certificate) };
  let count = 0;
  let onTheWay = 0;
  const open = new Set<AbortController>();

  return {
    get count() {
      return count;
    },
    send(request) {
      const id = String(++count);
      const stop = new AbortController();
      open.add(stop);
      const sent = transport.send({
        ...request,
        // Each host has connections of its own.
        target: { protocol: "https", server: "127.0.0.1", port, tls: { ...tls, serverName: request.target.server } },
        headers: { ...request.headers, [idHeader]: id },
        timeoutMs: noTimeoutMs,
        signal: stop.signal,
      });
      onTheWay++;
      const arrival = new Promise<Arrival>((resolve, reject) => {
        awaited.set(id, resolve);
        // Has no effect after the arrival.
        sent.catch(reject);
      }).finally(() => {
        onTheWay--;
        awaited.delete(id);
      });
      const arrived = arrival.then((each) => each.request);
      // A process that is gone waits for neither.
      for (const each of [arrived, sent]) each.catch(() => undefined);
      return {
        arrived,
        async reply(reply) {
          const { response } = await arrival;
          onTheWay++;
          play(reply, response, request.maxBytes);
          return sent.finally(() => {
            onTheWay--;
          });
        },
        abandon() {
          void arrival.then(() => {
            stop.abort();
          });
        },
      };
    },
    async settled() {
      do await new Promise((resolve) => setImmediate(resolve));
      while (onTheWay > 0);
    },
    close() {
      for (const stop of open) stop.abort();
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      });
    },
  };
}

async function readRequest(request: IncomingMessage): Promise<VirtualRequest & { readonly id: string }> {
  const { [idHeader]: id = [], ...headers } = request.headersDistinct;
  return {
    id: id.join(),
    method: request.method ?? "",
    path: request.url ?? "",
    headers: Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, values ?? []])),
    body: await text(request),
  };
}

const compressedFromBytes = 1_200;

/** Lets the sender see what became of its request in the world. */
function play(reply: Reply, response: ServerResponse, maxBytes: number): void {
  switch (reply) {
    case "refused":
    case "EOF":
      response.socket?.destroy();
      return;
    case "unexpected EOF":
      response.writeHead(200, { "Content-Length": 2 }).write("{");
      response.socket?.destroySoon();
      return;
    case "oversized":
      response.writeHead(200).end(Buffer.alloc(maxBytes + 1, " "));
      return;
    default: {
      const { status, headers, body } = reply;
      const isCompressed = status === 200 && body.length > compressedFromBytes;
      response.writeHead(status, { ...headers, ...(isCompressed && { "Content-Encoding": "gzip" }) });
      response.end(isCompressed ? gzipSync(body) : body);
    }
  }
}
