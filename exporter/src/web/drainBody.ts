import type { IncomingMessage } from "node:http";

/** No page uses a request body. Up to this size it is drained so that the connection can be reused. */
const maxBodyBytes = 65_536;

/** Reads and discards a request's body; resolves to false if it is too long, with or without `Content-Length`. */
export async function drainBody(request: IncomingMessage): Promise<boolean> {
  if (Number(request.headers["content-length"] ?? 0) > maxBodyBytes) return false;
  return new Promise((resolve) => {
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.byteLength;
      if (bytes > maxBodyBytes) resolve(false);
    });
    request.once("end", () => {
      resolve(true);
    });
    // The client is gone; nobody will read the reply.
    request.once("close", () => {
      resolve(false);
    });
  });
}
