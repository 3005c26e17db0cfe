import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { NeuVectorError } from "../../errors/neuVectorError";
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
  const isCompressed = headers["content-encoding"] === "gzip";
  const content = isCompressed ? gunzip(response, Number(headers["content-length"])) : response;
  const chunks: Uint8Array[] = [];
  const take = sink !== undefined && status >= 200 && status < 300 ? sink : (chunk: Uint8Array) => chunks.push(chunk);
  let length = 0;
  await new Promise<void>((resolve, reject) => {
    const fail = (error: unknown): void => {
      reject(error instanceof Error ? error : new Error(String(error)));
      content.destroy();
    };
    content.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes) {
        fail(new NeuVectorError("unexpected_reply", `${what} answered more than ${maxBytes} bytes`));
        return;
      }
      try {
        take(chunk);
      } catch (error) {
        fail(error);
      }
    });
    const onClose = (): void => {
      // Every stream closes in the end; an error is created only for one that closed too early.
      if (!content.readableEnded) reject(new IncompleteResponseError());
    };
    content.on("end", resolve).on("error", onClose).on("close", onClose);
  });
  return new TextDecoder().decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
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
