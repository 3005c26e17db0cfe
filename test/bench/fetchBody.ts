import type { ClientRequest, IncomingMessage } from "node:http";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

const decompress = promisify(gunzip);

/** Sends the request and gives the whole, decompressed body. @throws Error unless the answer is 200 */
export async function fetchBody(request: ClientRequest): Promise<string> {
  request.end();
  const [answer] = (await once(request, "response")) as [IncomingMessage];
  const body = await buffer(answer);
  const text = (answer.headers["content-encoding"] === "gzip" ? await decompress(body) : body).toString();
  if (answer.statusCode !== 200) throw new Error(`${request.path} answered ${answer.statusCode ?? 0}: ${text}`);
  return text;
}
