import { once } from "node:events";
import { createServer } from "node:net";

const handedOut = new Set<number>();

/** A TCP port of 127.0.0.1 that nobody listens on; never the same twice in one process. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  if (handedOut.has(address.port)) return freePort();
  handedOut.add(address.port);
  return address.port;
}
