import { request as requestHttp, STATUS_CODES } from "node:http";
import { request as requestHttps } from "node:https";
import type { Socket } from "node:net";
import { basicAuthorization } from "./basicAuthorization";
import { systemErrorCode } from "../../values/systemErrorCode";
import type { Target } from "../ports";
import { tlsServerName } from "../../values/server";
import { proxyAddress, resolveProxy, type ProxyRoute } from "./proxyRoute";
import { formatAddress, type Address } from "../../values/address";

/** No connection through a proxy: it refused with a status, or did not answer as one. */
export class ProxyError extends Error {
  override readonly name = "ProxyError";

  constructor(
    readonly route: ProxyRoute,
    /** Where the proxy should have connected to. */
    readonly address: Address,
    readonly reason: { readonly status: number } | { readonly code: string },
  ) {
    super("no connection through the proxy");
  }

  /** What the proxy did, such as `answered 403 Forbidden`. */
  get description(): string {
    if ("code" in this.reason) return `does not answer (${this.reason.code})`;
    const { status } = this.reason;
    return `refused with ${[status, STATUS_CODES[status] ?? ""].join(" ").trim()}`;
  }
}

const tunnelTimeoutMs = 20_000;

/** A connection to an address through a proxy, by CONNECT. @throws ProxyError. */
export function openTunnel(route: ProxyRoute, address: Address, timeoutMs = tunnelTimeoutMs): Promise<Socket> {
  const { url } = route;
  const { server, port } = proxyAddress(url);
  const authority = formatAddress(address);
  const authorization = basicAuthorization(url);
  const isTls = url.protocol === "https:";
  return new Promise((resolve, reject) => {
    const request = (isTls ? requestHttps : requestHttp)({
      ...{ host: server, port, method: "CONNECT", path: authority, agent: false, timeout: timeoutMs },
      ...(isTls && { servername: tlsServerName(server) ?? "", rejectUnauthorized: true }),
      headers: { Host: authority, ...(authorization !== undefined && { "Proxy-Authorization": authorization }) },
    });
    const fail = (reason: ProxyError["reason"]): void => {
      request.destroy();
      reject(new ProxyError(route, address, reason));
    };
    request.once("connect", ({ statusCode: status = 0 }, socket: Socket, head: Buffer) => {
      if (status === 200 && head.length === 0) {
        socket.setTimeout(0);
        resolve(socket);
        return;
      }
      socket.destroy();
      fail(status === 200 ? { code: "data before the connection" } : { status });
    });
    request.on("error", (error) => {
      fail({ code: systemErrorCode(error) });
    });
    request.once("timeout", () => {
      fail({ code: "ETIMEDOUT" });
    });
    request.end();
  });
}

/** Where TLS begins: in a tunnel that stands, or at the target itself. */
export type TlsEndpoint = { readonly socket: Socket } | { readonly host: string; readonly port: number };

/** @throws ProxyError, or NeuVectorError invalid_input for a proxy that cannot be used. */
export async function openTlsEndpoint(target: Target, timeoutMs: number): Promise<TlsEndpoint> {
  const { server, port } = target;
  const route = resolveProxy(target);
  return route === undefined
    ? { host: server, port }
    : { socket: await openTunnel(route, { server, port }, timeoutMs) };
}
