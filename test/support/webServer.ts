import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer, type ServerOptions } from "node:https";
import type { AddressInfo, Server } from "node:net";

/** A server of a test, on a free port of loopback. */
export interface WebServer {
  readonly server: "127.0.0.1";
  readonly port: number;
  /** Method and path of each request, and its `Authorization` where it had one, in order of arrival. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Serves HTTPS with the given options (`cert` and `key` at least), or plain HTTP without any. */
export async function startWebServer(options: ServerOptions | "plain", answer: RequestListener): Promise<WebServer> {
  const requests: string[] = [];
  const listener: RequestListener = (request, response) => {
    const { authorization } = request.headers;
    requests.push([request.method, request.url, ...(authorization === undefined ? [] : [authorization])].join(" "));
    answer(request, response);
  };
  const server = options === "plain" ? createHttpServer(listener) : createHttpsServer(options, listener);
  const port = await listen(server);
  return {
    server: "127.0.0.1",
    port,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Listens on a free port of loopback and gives it. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  return (server.address() as AddressInfo).port;
}
