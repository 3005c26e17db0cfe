import type { Readable } from "node:stream";
import { createGunzip, gunzipSync } from "node:zlib";
import { NeuVectorError } from "../../errors/neuVectorError";
import { systemErrorCode } from "../../values/systemErrorCode";
import type { TransportRequest, TransportResponse } from "../ports";

/** The connection ended within a response, or its compression is damaged. */
export class IncompleteResponseError extends Error {}

/**
 * Reads the body of a response as text, decompressed; empty if the request's sink took it.
 * @throws IncompleteResponseError, NeuVectorError unexpected_reply for a body that is too long, and what the sink throws.
 */
export async function readBody(
  response: Readable,
  { status, headers }: Omit<TransportResponse, "body">,
  { sink, maxBytes }: TransportRequest,
  what: string,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  const take = sink !== undefined && status >= 200 && status < 300 ? sink : (chunk: Uint8Array) => chunks.push(chunk);
  let length = 0;
  const tooLong = (): NeuVectorError =>
    new NeuVectorError("unexpected_reply", `${what} answered more than ${maxBytes} bytes`);
  const takeLimited = (chunk: Uint8Array): void => {
    length += chunk.length;
    if (length > maxBytes) throw tooLong();
    take(chunk);
  };
  const bytes = Number(headers["content-length"]);
  if (headers["content-encoding"] !== "gzip") await readChunks(response, takeLimited);
  else if (bytes <= shortBytes) takeLimited(await gunzipShort(response, maxBytes, tooLong));
  else await readChunks(gunzip(response, bytes), takeLimited);
  return new TextDecoder().decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
}

/** Passes on what `content` has, up to its end. @throws IncompleteResponseError, and what `take` throws. */
function readChunks(content: Readable, take: (chunk: Uint8Array) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    content.on("data", (chunk: Buffer) => {
      try {
        take(chunk);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
        content.destroy();
      }
    });
    const onClose = (): void => {
      // Every stream closes in the end; an error is created only for one that closed too early.
      if (!content.readableEnded) reject(new IncompleteResponseError());
    };
    content.on("end", resolve).on("error", onClose).on("close", onClose);
  });
}

/** To decompress no more than this takes less time than a round trip to zlib's thread. */
const shortBytes = 16 * 1024;

async function gunzipShort(response: Readable, maxBytes: number, tooLong: () => Error): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  await readChunks(response, (part) => parts.push(part));
  try {
    return gunzipSync(Buffer.concat(parts), { maxOutputLength: maxBytes });
  } catch (error) {
    throw systemErrorCode(error) === "ERR_BUFFER_TOO_LARGE" ? tooLong() : new IncompleteResponseError();
  }
}

/** Each chunk into or out of decompression costs a round trip to another thread, so that chunks are large. */
const inputChunkBytes = 128 * 1024;
const outputChunkBytes = { min: 16 * 1024, max: 512 * 1024 };
/** About how many times longer a response is than its compressed form. */
const usualRatio = 8;

/** Decompresses a response of this length, if it is known. Each stream ends when the other one breaks off. */
function gunzip(response: Readable, compressedBytes: number): Readable {
  const expectedBytes = compressedBytes * usualRatio || outputChunkBytes.max;
  const chunkSize = Math.min(Math.max(expectedBytes, outputChunkBytes.min), outputChunkBytes.max);
  const content = createGunzip({ chunkSize });
  let parts: Uint8Array[] = [];
  let length = 0;
  const takeInput = (): Uint8Array => {
    const input = Buffer.concat(parts, length);
    [parts, length] = [[], 0];
    return input;
  };
  response.on("data", (part: Uint8Array) => {
    parts.push(part);
    length += part.length;
    if (length >= inputChunkBytes && !content.write(takeInput())) response.pause();
  });
  response.on("end", () => content.end(takeInput()));
  response.on("close", () => {
    if (!response.readableEnded) content.destroy();
  });
  response.on("error", () => content.destroy());
  content.on("drain", () => response.resume());
  content.on("close", () => response.destroy());
  return content;
}
