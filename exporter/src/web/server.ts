import { NeuVectorError, type Log } from "@fedjoin/provider/internal/neuvector";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dispatch } from "./dispatch";
import { compressBody, type CompressedBody } from "./compress";
import type { RequestGuard } from "./requestGuard";
import { createListener } from "./listener";
import { listenProblem, type ListenAddress } from "./listenProblem";
import { textReply, type Page, type PageRequest, type Reply } from "./page";
import type { LiveWebConfig } from "../webConfig/liveWebConfig";
import { drainBody } from "./drainBody";

export interface WebServerDeps {
  /** By exact path. */
  readonly pages: Readonly<Record<string, Page>>;
  /** Maximum concurrent scrapes; 0 for no limit. */
  readonly maxScrapes: number;
  /** `undefined` for plain HTTP. */
  readonly webConfig: LiveWebConfig | undefined;
  readonly guard: RequestGuard;
  readonly log: Log;
}

export interface WebServer {
  /** Resolves to the actual address. @throws if the port is in use. */
  listen(at: ListenAddress): Promise<AddressInfo>;
  /** Stops accepting connections and lets running requests finish; closes them when `signal` aborts. */
  close(signal: AbortSignal): Promise<void>;
}

/** Limits that cut off slow clients. The longest scrape takes 120 s. */
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
  keepAliveTimeout: 75_000,
  maxHeaderSize: 16_384,
};
const idleSocketMs = 180_000;
const maxConnections = 1000;
/** The exporter's HTTP server. */
export function createWebServer({ pages, maxScrapes, webConfig, guard, log }: WebServerDeps): WebServer {
  const pageOf = new Map(Object.entries(pages));
  let runningScrapes = 0;

  /** Runs a page up to its complete body: a scrape is still running while its text is being produced. */
  const run = async (page: Page, request: PageRequest, encoded: CompressReply): Promise<CompressedReply> => {
    if (!page.isScrape) return encoded(await page.respond(request));
    if (maxScrapes > 0 && runningScrapes >= maxScrapes) {
      return encoded(textReply(503, `too many concurrent scrapes; the limit is ${maxScrapes}`));
    }
    runningScrapes++;
    try {
      return await encoded(await page.respond(request));
    } finally {
      runningScrapes--;
    }
  };

  const answer = async (request: IncomingMessage, signal: AbortSignal): Promise<CompressedReply> => {
    const { method = "", url = "", headers } = request;
    const acceptEncoding = request.headersDistinct["accept-encoding"]?.join(",");
    const encoded: CompressReply = (reply) => compressReply(reply, acceptEncoding);
    const refusal = await guard.reject(headers.authorization, signal);
    if (refusal !== undefined) return encoded(refusal);
    if (!(await drainBody(request))) return encoded(textReply(413, "the body is too long", { Connection: "close" }));
    const found = dispatch(pageOf, { method, url, accept: headers.accept });
    if (found.to === "reply") return encoded(found.reply);
    const header = (name: string): string | undefined => request.headersDistinct[name]?.[0];
    try {
      return await run(found.page, { ...found.target, header, signal }, encoded);
    } catch (error) {
      log("error", `The page ${found.target.path} failed unexpectedly: ${safeMessage(error)}`);
      return encoded(textReply(500, "internal error"));
    }
  };

  const listener: RequestListener = (request, response) => {
    const gone = new AbortController();
    response.once("close", () => {
      gone.abort();
    });
    answer(request, gone.signal)
      .then(({ headers, ...reply }) => ({ ...reply, headers: { ...headers, ...guard.headers() } }))
      .then((reply) => {
        send(request, response, reply, server.listening);
      })
      .catch((error: unknown) => {
        log("error", `An answer could not be sent: ${safeMessage(error)}`);
        response.destroy();
      });
  };
  const server = createListener({ options: limits, answer: listener, webConfig, log });
  server.maxConnections = maxConnections;
  server.setTimeout(idleSocketMs);

  return {
    listen: ({ address, port }) =>
      new Promise((resolve, reject) => {
        const refuse = (error: Error): void => {
          reject(listenProblem(error, { address, port }));
        };
        server.once("error", refuse);
        server.listen({ port, ...(address === undefined ? {} : { host: address }) }, () => {
          server.removeListener("error", refuse);
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

/** A message without secrets; only our own errors guarantee that. */
function safeMessage(error: unknown): string {
  if (error instanceof NeuVectorError) return error.message;
  return error instanceof Error ? error.name : "no error object";
}

/** A reply as sent to the client. */
type CompressedReply = Omit<Reply, "body"> & CompressedBody;
type CompressReply = (reply: Reply) => Promise<CompressedReply>;

async function compressReply({ body, ...reply }: Reply, acceptEncoding: string | undefined): Promise<CompressedReply> {
  return { ...reply, ...(await compressBody(body, acceptEncoding)) };
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, contentType, bytes, encoding, headers = {} }: CompressedReply,
  keepAlive: boolean,
): void {
  const isHead = request.method === "HEAD";
  const { Vary, ...others } = headers;
  response.writeHead(status, {
    "Content-Type": contentType,
    "X-Content-Type-Options": "nosniff",
    Vary: Vary === undefined ? "Accept-Encoding" : `${Vary}, Accept-Encoding`,
    ...(encoding === "gzip" ? { "Content-Encoding": encoding } : {}),
    // The length of a scrape that did not run is unknown.
    ...(isHead && bytes.byteLength === 0 ? {} : { "Content-Length": bytes.byteLength }),
    ...(keepAlive ? {} : { Connection: "close" }),
    ...others,
  });
  response.end(isHead ? undefined : bytes);
}
