import { request as plainRequest, type IncomingHttpHeaders } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { TLSSocket } from "node:tls";
import { buffer } from "node:stream/consumers";

export interface HttpRequestOptions extends RequestOptions {
  /** Sent in chunks, without a length. */
  readonly chunks?: readonly Uint8Array[];
}

export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** SHA-256 of the server's certificate; `undefined` without TLS. */
  readonly fingerprint: string | undefined;
  /** Whether the connection took over the TLS session of an earlier one. */
  readonly isResumed: boolean;
}

/** One request on a connection of its own, as it really goes over the wire. Rejects when there is no answer. */
export function httpRequest(url: string, { chunks, ...options }: HttpRequestOptions = {}): Promise<HttpReply> {
  const request = url.startsWith("https:") ? httpsRequest : plainRequest;
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent: false, ...options }, (response) => {
      const { socket, statusCode: status = 0, headers } = response;
      const tls = socket instanceof TLSSocket ? socket : undefined;
      const fingerprint = tls?.getPeerX509Certificate()?.fingerprint256;
      const isResumed = tls?.isSessionReused() ?? false;
      buffer(response).then((body) => {
        resolve({ status, headers, body, fingerprint, isResumed });
      }, reject);
    }).on("error", reject);
    for (const chunk of chunks ?? []) sent.write(chunk);
    // A request that is too long is answered before its end.
    if (chunks === undefined) sent.end();
  });
}
