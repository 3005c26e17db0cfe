import type { Log } from "@fedjoin/provider/internal/neuvector";
import { createServer as createHttpServer, type RequestListener, type Server, type ServerOptions } from "node:http";
import { createServer as createHttpsServer, type Server as HttpsServer } from "node:https";
import type { TLSSocket } from "node:tls";
import type { LiveWebConfig } from "../webConfig/liveWebConfig";
import type { WebTls } from "../webConfig/webConfig";
import { isClientAllowed } from "./clientCertificate";

const handshakeTimeout = 10_000;

export interface ListenerDeps {
  readonly options: ServerOptions;
  readonly answer: RequestListener;
  readonly webConfig: LiveWebConfig | undefined;
  readonly log: Log;
}

/** Creates the server without listening: HTTPS if the web config has a certificate, otherwise HTTP. */
export function createListener({ options, answer, webConfig, log }: ListenerDeps): Server | HttpsServer {
  let inUse = webConfig?.current().tls;
  if (webConfig === undefined || inUse === undefined) return createHttpServer(options, answer);
  const server = createHttpsServer(
    {
      ...options,
      ...inUse.context,
      handshakeTimeout,
      requestCert: inUse.clientAuth !== "NoClientCert",
      // Checked below, because the policy can change while the server is listening.
      rejectUnauthorized: false,
    },
    answer,
  );
  const current = (): WebTls | undefined => webConfig.current().tls;
  // Runs before Node's own listener picks the secure context for this handshake.
  server.prependListener("connection", () => {
    const now = current();
    if (now === undefined || now === inUse) return;
    inUse = now;
    server.setSecureContext(now.context);
  });
  server.prependListener("secureConnection", (socket: TLSSocket) => {
    const tls = current();
    const certificate = socket.getPeerX509Certificate();
    const shown = certificate && { isVerified: socket.authorized, subjectAltName: certificate.subjectAltName };
    if (tls !== undefined && isClientAllowed(tls, shown)) return;
    log("debug", `Client rejected: ${shown === undefined ? "no certificate" : "its certificate is not allowed"}`);
    socket.destroy();
  });
  return server;
}
