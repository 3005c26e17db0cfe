import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { NeuVectorError } from "../../errors/neuVectorError";
import type { TransportResponse, TransportRequest } from "../ports";

/** Each piece that goes into or out of unzipping costs a turn of another thread, so that a long answer goes in large ones. */
const gatherBytes = 128 * 1024;
const unzipBytes = { least: 16 * 1024, most: 512 * 1024 };
/** How many times longer a zipped answer is than it came, about. */
const usualZip = 8;

/** The connection ended within an answer, or its compression is damaged. */
export class IncompleteResponseError extends Error {}

/**
 * The body of `answer` as text, unzipped where it is zipped; empty where the sink of the request took it.
 * @throws BrokenOff, NeuVectorError unexpected_reply for one that is too long, and what the sink throws.
 */
export async function readBody(
  answer: Readable,
  { status, headers }: Omit<TransportResponse, "body">,
  { sink, maxBytes }: TransportRequest,
  what: string,
): Promise<string> {
  const content = headers["content-encoding"] === "gzip" ? gunzip(answer, Number(headers["content-length"])) : answer;
  const chunks: Uint8Array[] = [];
  const isForSink = sink !== undefined && status >= 200 && status < 300;
  const take = isForSink ? sink : (chunk: Uint8Array) => chunks.push(chunk);
  let length = 0;
  await new Promise<void>((resolve, reject) => {
    const giveUp = (error: unknown): void => {
      reject(error instanceof Error ? error : new Error(String(error)));
      content.destroy();
    };
    content.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes) {
        giveUp(new NeuVectorError("unexpected_reply", `${what} answered more than ${maxBytes} bytes`));
        return;
      }
      try {
        take(chunk);
      } catch (error) {
        giveUp(error);
      }
    });
    const breakOff = (): void => {
      // Every answer closes in the end; an error is made only of one that closed too early.
      if (!content.readableEnded) reject(new IncompleteResponseError());
    };
    content.on("end", resolve).on("error", breakOff).on("close", breakOff);
  });
  return new TextDecoder().decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
}

/** `answer` unzipped; `zippedBytes` is how long it is said to be. What breaks off the one breaks off the other. */
function gunzip(answer: Readable, zippedBytes: number): Readable {
  const length = zippedBytes * usualZip || unzipBytes.most;
  const chunkSize = Math.min(Math.max(length, unzipBytes.least), unzipBytes.most);
  const content = createGunzip({ chunkSize });
  let parts: Uint8Array[] = [];
  let gathered = 0;
  const take = (): Uint8Array => {
    const all = Buffer.concat(parts, gathered);
    [parts, gathered] = [[], 0];
    return all;
  };
  answer.on("data", (chunk: Uint8Array) => {
    parts.push(chunk);
    gathered += chunk.length;
    if (gathered >= gatherBytes && !content.write(take())) answer.pause();
  });
  answer.on("end", () => content.end(take()));
  answer.on("close", () => {
    if (!answer.readableEnded) content.destroy();
  });
  answer.on("error", () => content.destroy());
  content.on("drain", () => answer.resume());
  content.on("close", () => answer.destroy());
  return content;
}
