import type { Writable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { createGzip, gzip } from "node:zlib";
import type { Chunks, Reply } from "./page";
import { parseAccept } from "./parseAccept";

const gzipBuffer = promisify(gzip);

/** Smaller bodies are sent uncompressed: compressing them saves too little. */
const gzipThresholdBytes = 1024;

/** Whether this `Accept-Encoding` allows gzip; a name takes precedence over `*` (RFC 9110, 12.5.3). */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const items = parseAccept(acceptEncoding ?? "");
  const named = items.find(({ value }) => value === "gzip" || value === "x-gzip");
  return ((named ?? items.find(({ value }) => value === "*"))?.quality ?? 0) > 0;
}

/** A body as sent to the client. */
export interface CompressedBody {
  readonly bytes: Uint8Array;
  readonly encoding: "gzip" | "identity";
}

/**
 * Higher levels hardly compress better and take longer. Lines repeat those just before them, so a 4 KiB window finds as
 * much as 32 KiB in three quarters of the time. Larger chunks need fewer round trips to zlib's thread.
 */
const gzipOptions = { level: 1, windowBits: 12, chunkSize: 256 * 1024 };

/** Compresses `body` if the client accepts gzip and the body is large enough. */
export async function compressBody(body: Reply["body"], acceptEncoding: string | undefined): Promise<CompressedBody> {
  const isZipped = acceptsGzip(acceptEncoding);
  if (typeof body === "string" || body instanceof Uint8Array) {
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    if (bytes.byteLength <= gzipThresholdBytes || !isZipped) return { bytes, encoding: "identity" };
    return { bytes: await gzipBuffer(bytes, gzipOptions), encoding: "gzip" };
  }
  if (!isZipped) return { bytes: await buffer(body), encoding: "identity" };
  return { bytes: await gzipChunks(body), encoding: "gzip" };
}

async function gzipChunks(pieces: Chunks): Promise<Uint8Array> {
  const zipper = createGzip(gzipOptions);
  const [bytes] = await Promise.all([buffer(zipper), feed(zipper, pieces)]);
  return bytes;
}

/** Compresses each chunk in zlib's thread while this thread produces the next one. */
async function feed(zipper: Writable, pieces: Chunks): Promise<void> {
  try {
    let underWay = Promise.resolve();
    for await (const piece of pieces) {
      await underWay;
      underWay = new Promise((resolve) => {
        zipper.write(piece, () => {
          resolve();
        });
      });
    }
    zipper.end();
  } catch (error) {
    zipper.destroy();
    throw error;
  }
}
