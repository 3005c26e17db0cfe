import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { preferences } from "./qualities";

const zip = promisify(gzip);

/** Below this many bytes zipping saves nothing worth the time. */
const zippedFromBytes = 1024;

/** Whether a client with this `Accept-Encoding` takes gzip; by RFC 9110, 12.5.3, a name counts before `*`. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const items = preferences(acceptEncoding ?? "");
  const named = items.find(({ value }) => value === "gzip" || value === "x-gzip");
  return ((named ?? items.find(({ value }) => value === "*"))?.quality ?? 0) > 0;
}

/** A body as it goes over the wire. */
export interface Encoded {
  readonly bytes: Uint8Array;
  readonly encoding: "gzip" | "identity";
}

/** `body`, zipped where the client takes it and it is worth it. */
export async function encode(body: string | Uint8Array, acceptEncoding: string | undefined): Promise<Encoded> {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  if (bytes.byteLength <= zippedFromBytes || !acceptsGzip(acceptEncoding)) return { bytes, encoding: "identity" };
  return { bytes: await zip(bytes, { level: 1 }), encoding: "gzip" };
}
