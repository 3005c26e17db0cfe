import { isIP } from "node:net";
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { stripBrackets } from "@fedjoin/provider/internal/values";
import type { AddressArgs } from "@fedjoin/provider/fedJoin";
import type { ExporterJoinArgs, PushArgs } from "./exporterArgs";
import { mayBeDefined, withDefault, mapInput } from "./inputs";

type Peer = k8s.types.input.networking.v1.NetworkPolicyPeer;
type EgressRule = k8s.types.input.networking.v1.NetworkPolicyEgressRule;

/**
 * Who may scrape, and what the exporter may connect to. A network policy has no host names: a server given as an address
 * is allowed by address and port, one given by name only by port. A rule of your own replaces that. Ports are those of
 * the pods, if a Service translates them.
 */
export interface NetworkPolicyArgs {
  /** Who may scrape. The node's own probes are always allowed. */
  readonly scrapers: readonly Peer[];
  /** Default: port 53 in the namespace `kube-system`. */
  readonly dns?: EgressRule;
  /** Default: the controller's port, and its address if that is an IP address. */
  readonly controller?: EgressRule;
  /** Used if the exporter sends its join to the master. */
  readonly master?: EgressRule;
  /** Used if the exporter fetches its join token. Required if `existingSecret` holds the URL. */
  readonly tokenUrl?: EgressRule;
  /** Used if the exporter pushes. Required if `existingSecret` holds the URL. */
  readonly push?: EgressRule;
  /** Further rules, such as for the controllers of a targets file. */
  readonly more?: readonly EgressRule[];
}

interface PolicyEndpoints {
  readonly selector: Readonly<Record<string, string>>;
  readonly controller: pulumi.Input<AddressArgs>;
  readonly join: ExporterJoinArgs | undefined;
  readonly push: PushArgs | undefined;
  /** The settings that an existing Secret holds; a URL among them needs a rule of your own. */
  readonly held: readonly string[];
}

/** Allows only scrapes as ingress, and DNS, the controller and what join and push need as egress. */
export function networkPolicySpec(args: NetworkPolicyArgs, endpoints: PolicyEndpoints) {
  const { selector, controller, join, push, held } = endpoints;
  const tokenUrl = mayBeDefined(join?.joinToken) ? undefined : join?.joinTokenUrl;
  const dns = args.dns ?? clusterDns;
  return {
    podSelector: { matchLabels: selector },
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from: [...args.scrapers], ports: [{ protocol: "TCP", port: "metrics" }] }],
    egress: [
      dns,
      args.controller ?? egressTo(controller),
      ...(join?.joinVia === "master" ? [args.master ?? egressToMaster(join)] : []),
      ...(tokenUrl === undefined && !held.includes("JOIN_TOKEN_URL")
        ? []
        : [args.tokenUrl ?? egressToUrl(tokenUrl, dns)]),
      ...(push === undefined && !held.includes("EXPORTER_PUSH_URL") ? [] : [args.push ?? egressToUrl(push?.url, dns)]),
      ...(args.more ?? []),
    ],
  } satisfies k8s.types.input.networking.v1.NetworkPolicySpec;
}

const clusterDns: EgressRule = {
  to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } }],
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
};

function egressTo(address: pulumi.Input<AddressArgs>): pulumi.Output<EgressRule> {
  const [server, port] = [mapInput(address, (inner) => inner.server), mapInput(address, (inner) => inner.port)];
  return pulumi.all([server, port]).apply(([host = "", number = 0]) => ruleTo(host, number));
}

function egressToMaster({ master }: ExporterJoinArgs): pulumi.Output<EgressRule> {
  const rest = mapInput(master, (inner) => inner.rest);
  const server = mapInput(rest, (inner) => inner.server);
  const port = mapInput(rest, (inner) => withDefault(inner.port, 10443));
  return pulumi.all([server, port]).apply(([host = "", number = 443]) => ruleTo(host, number));
}

/** Egress to the host of a URL, which is not secret unlike the rest of it; `otherwise` without a URL. */
function egressToUrl(url: pulumi.Input<string> | undefined, otherwise: EgressRule): pulumi.Output<EgressRule> {
  const rule = pulumi.output<string | null | undefined>(url).apply((text) => {
    if (text === undefined || text === null) return pulumi.output(otherwise);
    const { protocol, hostname, port } = new URL(text);
    return pulumi.output(ruleTo(hostname, Number(port || (protocol === "https:" ? 443 : 80))));
  });
  return pulumi.unsecret(rule);
}

function ruleTo(server: string, port: number): EgressRule {
  const host = stripBrackets(server);
  const bits = { 0: undefined, 4: 32, 6: 128 }[isIP(host)];
  return {
    ...(bits !== undefined && { to: [{ ipBlock: { cidr: `${host}/${bits}` } }] }),
    ports: [{ protocol: "TCP", port }],
  };
}
