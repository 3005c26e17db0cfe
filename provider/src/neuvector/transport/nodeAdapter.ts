import { AxiosError, type AxiosAdapter, type AxiosResponse, type InternalAxiosRequestConfig } from "axios";
import { request as requestHttp, type Agent, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import { request as requestHttps } from "node:https";
import { NeuVectorError } from "../../errors/neuVectorError";
import type { Target } from "../ports";
import { tlsServerName } from "../../values/server";
import { ProxyError } from "./proxyTunnel";

/**
 * What axios sends with, for one target: Node's own client on the connections of `agent`. The URL of a request is path
 * and query, its data a text; the answer's data is Node's message as it comes, zipped or not, which has the headers too:
 * axios would copy them twice. It knows no redirects, proxies and forms, which cost time in the adapter that comes with
 * axios even where they are off (docs/explanation/performance.md).
 * @throws AxiosError with the code that Node gives.
 */
export function createNodeAdapter(target: Target, agent: Agent): AxiosAdapter {
  return async (config) => {
    try {
      return await exchange(target, agent, config);
    } catch (error) {
      throw error instanceof Error && !isOurs(error) ? AxiosError.from(error, undefined, config) : error;
    }
  };
}

/** An error of the way to the target, which has more to tell than a code. */
function isOurs(error: Error): boolean {
  return error instanceof ProxyError || error instanceof NeuVectorError;
}

async function exchange(
  { protocol, server, port, basePath = "" }: Target,
  agent: Agent,
  config: InternalAxiosRequestConfig<unknown>,
): Promise<AxiosResponse<IncomingMessage>> {
  const { method, url: path, data: body, signal } = config;
  const request = protocol === "https" ? requestHttps : requestHttp;
  const sent: OutgoingHttpHeaders = Object.fromEntries(
    Array.from(config.headers, ([name, value]) => [name, String(value)]),
  );
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request({
      ...{ host: server, servername: tlsServerName(server), port },
      ...{ method: method?.toUpperCase(), path: `${basePath}${path ?? ""}`, headers: sent, agent },
    });
    outgoing.on("response", resolve).on("error", reject);
    signal?.addEventListener?.("abort", () => {
      outgoing.destroy();
      // A request that has no connection yet says so only once it gets one, or none.
      reject(new Error("aborted"));
    });
    outgoing.end(body);
  });
  const { statusCode: status = 0, statusMessage: statusText = "" } = answer;
  return { status, statusText, headers: {}, data: answer, config };
}
