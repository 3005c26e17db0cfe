import { createServer } from "node:http";
import { connect, type Socket } from "node:net";
import { listen } from "./webServer";

/** A forward proxy on loopback that knows CONNECT. */
export interface ConnectProxy {
  readonly port: number;
  /** Where it was asked to connect to, as `host:port`, with its credentials where it got any. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** Answers every CONNECT with `refusal`, if one is given, instead of connecting. Every host is loopback. */
export async function startConnectProxy(refusal?: string): Promise<ConnectProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket));
  };
  const server = createServer((_request, response) => {
    response.writeHead(405).end();
  });
  server.on("connect", ({ url = "", headers }, client: Socket) => {
    const [, encoded] = headers["proxy-authorization"]?.split(" ") ?? [];
    asked.push(encoded === undefined ? url : `${url} ${Buffer.from(encoded, "base64").toString()}`);
    keep(client);
    if (refusal !== undefined) {
      client.end(`HTTP/1.1 ${refusal}\r\nContent-Length: 14\r\n\r\nproxy's canary`);
      return;
    }
    const upstream = keep(connect({ host: "127.0.0.1", port: Number(url.split(":").at(-1)) }));
    upstream.once("connect", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      client.pipe(upstream).pipe(client);
    });
    upstream.once("close", () => client.destroy());
    client.once("close", () => upstream.destroy());
  });
  const port = await listen(server);
  return {
    port,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
        for (const socket of sockets) socket.destroy();
      }),
  };
}
