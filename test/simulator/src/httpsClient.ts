import { request as httpsRequest } from "node:https";
import { text } from "node:stream/consumers";
import { requestHeaders, serializeBody, type Reply, type RequestOptions } from "./controllerHandle";
import { parseJson } from "./core/requestBody";
import type { RestInfo } from "./core/state";

/** Sends one request over verified HTTPS, on a connection of its own. Rejects when the connection breaks. */
export function sendHttps(
  { server, port }: RestInfo,
  ca: string,
  method: string,
  path: string,
  options: RequestOptions = {},
): Promise<Reply> {
  const { body, signal } = options;
  return new Promise((resolve, reject) => {
    const outgoing = httpsRequest({
      host: server,
      port,
      method,
      path,
      ca,
      agent: false,
      ...(signal && { signal }),
      headers: requestHeaders(options),
    });
    outgoing.on("error", reject);
    outgoing.on("response", (response) => {
      text(response).then((read) => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: read, body: parseJson(read) });
      }, reject);
    });
    outgoing.end(serializeBody(body) || undefined);
  });
}
