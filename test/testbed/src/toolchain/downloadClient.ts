import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { Agent, EnvHttpProxyAgent, fetch, type Dispatcher } from "undici";
import type { Patience } from "./patience";
import type { Checksum } from "./releases";

/** Why a download failed, in one line. */
export class DownloadError extends Error {}

export interface DownloadClient {
  /** The text at an HTTPS address. @throws {DownloadError} */
  text(url: string): Promise<string>;
  /** Writes what is at the address to a new file. @throws {DownloadError} also when its checksum is not this one. */
  file(url: string, path: string, expected: Checksum): Promise<void>;
  close(): Promise<void>;
}

export interface DownloadClientOptions {
  readonly patience: Patience;
  /** PEM of a certificate to trust besides Node's own. */
  readonly ca?: string;
}

/** What counts as progress: less than that in the whole budget is a stalled download. */
const progressBytes = 64 * 1024;

type Body = AsyncIterable<Uint8Array>;

/** Follows redirects, and uses the proxy that HTTPS_PROXY and NO_PROXY name. */
export function createDownloadClient({ patience, ca }: DownloadClientOptions): DownloadClient {
  const dispatcher = createDispatcher(ca);

  const get = async <T>(url: string, consume: (body: Body, finalUrl: string) => Promise<T>): Promise<T> => {
    const wait = patience.begin();
    let result: "succeeded" | "failed" = "failed";
    try {
      const response = await fetch(url, { dispatcher, signal: wait.signal });
      if (!response.ok || response.body === null) throw new DownloadError(`${url}: status ${response.status}`);
      const value = await consume(watched(response.body, wait.progress), response.url);
      result = "succeeded";
      return value;
    } catch (error) {
      throw error instanceof DownloadError ? error : new DownloadError(`${url}: ${reasonOf(error, wait.signal)}`);
    } finally {
      wait.end(result);
    }
  };

  return {
    text: (url) =>
      get(url, async (body, finalUrl) => {
        if (!finalUrl.startsWith("https:")) throw new DownloadError(`${url}: redirected to an address without TLS`);
        const chunks: Uint8Array[] = [];
        for await (const chunk of body) chunks.push(chunk);
        return Buffer.concat(chunks).toString("utf8");
      }),
    file: (url, path, { algorithm, hex }) =>
      get(url, async (body) => {
        const hash = createHash(algorithm);
        await pipeline(body, (chunks: Body) => hashed(chunks, hash), createWriteStream(path, { flags: "wx" }));
        const actual = hash.digest("hex");
        if (actual !== hex) throw new DownloadError(`${url}: has the ${algorithm} ${actual}, expected ${hex}`);
      }),
    close: () => dispatcher.close(),
  };
}

function createDispatcher(ca: string | undefined): Dispatcher {
  const options = ca === undefined ? {} : { connect: { ca }, requestTls: { ca } };
  const proxied = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"].some((name) => process.env[name]);
  return proxied ? new EnvHttpProxyAgent(options) : new Agent(options);
}

async function* watched(body: Body, progress: () => void): Body {
  let sinceProgress = 0;
  for await (const chunk of body) {
    sinceProgress += chunk.length;
    if (sinceProgress >= progressBytes) {
      sinceProgress = 0;
      progress();
    }
    yield chunk;
  }
}

async function* hashed(chunks: Body, hash: ReturnType<typeof createHash>): Body {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

/** The innermost cause: fetch itself only says that it failed. */
function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return "no progress";
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : reasonOf(error.cause, signal);
}
