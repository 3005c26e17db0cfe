import type { IncomingMessage } from "node:http";

/** A body is of no use to any page; one up to here is read away, so that the connection can go on. */
const maxBodyBytes = 65_536;

/** Reads a request's body and forgets it; false when it is too long, whether it says so or not. */
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
    // Nobody is there any more to see the answer.
    request.once("close", () => {
      resolve(false);
    });
  });
}
