import { choice, expected, mapping, port, text } from "@fedjoin/provider/internal/values";
import * as z from "zod";
import { selector } from "./placement";
import { list } from "./scalars";

const block = text.regex(/^[0-9a-fA-F:.]+\/\d{1,3}$/, "expected addresses such as 10.0.0.0/8");

const peer = mapping({
  namespaceSelector: selector.exactOptional().describe("which namespaces; default the exporter's own"),
  podSelector: selector.exactOptional().describe("which pods there; default all"),
  ipBlock: mapping({
    cidr: block.describe("addresses, such as 10.0.0.0/8"),
    except: list(block).exactOptional().describe("addresses to exclude"),
  })
    .exactOptional()
    .describe("addresses, instead of both selectors"),
}).meta({ title: "Peer" });

const rule = mapping({
  to: list(peer).exactOptional().describe("destinations; default any"),
  ports: list(
    mapping({
      protocol: choice("TCP", "UDP", "SCTP").exactOptional().describe("default TCP"),
      port: z.union([port, text], expected("a port or its name")).exactOptional().describe("default any"),
      endPort: port.exactOptional().describe("the last port, if port is the first of a range"),
    }),
  )
    .exactOptional()
    .describe("ports of the pods; default any"),
}).meta({ title: "Rule" });

/** Who may scrape, and what the exporter may connect to. */
export const networkPolicy = mapping({
  scrapers: list(peer).describe("who may scrape"),
  dns: rule.exactOptional().describe("egress to DNS; default port 53 in the namespace kube-system"),
  controller: rule.exactOptional().describe("egress to the controller; default derived from its address"),
  master: rule.exactOptional().describe("egress to the master, if the exporter sends its join there"),
  tokenUrl: rule.exactOptional().describe("egress to the URL of the join token, if the exporter fetches it"),
  push: rule.exactOptional().describe("egress to the receiver of pushes, if the exporter pushes"),
  more: list(rule).exactOptional().describe("more egress rules, such as for the controllers in targets"),
});
