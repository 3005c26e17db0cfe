import { NeuVectorError } from "../../errors/neuVectorError";
import { formatProxy, resolveProxy } from "../../neuvector/transport/proxyRoute";
import { ProxyError } from "../../neuvector/transport/proxyTunnel";
import { probeTls, type ServerCertificate } from "../../neuvector/transport/serverCertificate";
import { toTarget } from "../../resources/shared/controllerAccess";
import type { Address } from "../../values/address";
import type { TlsSettings } from "../../values/tls";

/** What a server shows to a client that only connects. */
export type ProbeResult =
  | { readonly state: "unreachable"; readonly code: string }
  /** It accepts connections, but completes no TLS handshake. */
  | { readonly state: "no_tls"; readonly code: string }
  | {
      readonly state: "tls";
      /** The address that answered, or the proxy in between. */
      readonly by: string;
      readonly certificate: ServerCertificate;
    };

/** Connects and disconnects. Sends nothing, verifies nothing, never throws. */
export type ServerProbe = (address: Address, tls: TlsSettings) => Promise<ProbeResult>;

/** Probes the real network. */
export const probeServer: ServerProbe = async (address, tls) => {
  const target = toTarget(address, tls);
  try {
    const proxy = resolveProxy(target);
    const probe = await probeTls(target);
    if (probe.state !== "tls") return probe;
    const by = proxy === undefined ? `${probe.remoteAddress}, directly` : `through the proxy ${formatProxy(proxy)}`;
    return { state: "tls", by, certificate: probe.certificate };
  } catch (error) {
    if (error instanceof ProxyError) {
      return { state: "unreachable", code: `the proxy ${formatProxy(error.route)} ${error.description}` };
    }
    if (error instanceof NeuVectorError) return { state: "unreachable", code: error.summary };
    throw error;
  }
};
