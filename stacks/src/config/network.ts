import { z } from "zod";
import { choice, expected, list, mapping, port, text } from "./scalars";
import { selector } from "./selector";

const block = text.regex(/^[0-9a-fA-F:.]+\/\d{1,3}$/, "expected addresses such as 10.0.0.0/8");

const peer = mapping({
  namespaceSelector: selector.exactOptional().describe("which namespaces; without it the exporter's own"),
  podSelector: selector.exactOptional().describe("which pods there; without it all"),
  ipBlock: mapping({
    cidr: block.describe("addresses, such as 10.0.0.0/8"),
    except: list(block).exactOptional().describe("but not these"),
  })
    .exactOptional()
    .describe("addresses, in place of both selectors"),
}).meta({ title: "Peer" });

const rule = mapping({
  to: list(peer).exactOptional().describe("where to; without it anywhere"),
  ports: list(
    mapping({
      protocol: choice("TCP", "UDP", "SCTP").exactOptional().describe("default TCP"),
      port: z.union([port, text], expected("a port or its name")).exactOptional().describe("without it any"),
      endPort: port.exactOptional().describe("the last one, where port is the first of several"),
    }),
  )
    .exactOptional()
    .describe("to which ports of the pods; without it any"),
}).meta({ title: "Rule" });

/** Who may scrape, and where the exporter may go. */
export const networkPolicy = mapping({
  scrapers: list(peer).describe("who may scrape"),
  dns: rule.exactOptional().describe("the way to DNS; default port 53 in the namespace kube-system"),
  controller: rule.exactOptional().describe("the way to the controller, in place of one made from its address"),
  master: rule.exactOptional().describe("the way to the master, where the exporter sends its join there"),
  tokenUrl: rule.exactOptional().describe("the way to the URL of the join token, where the exporter fetches it"),
  more: list(rule).exactOptional().describe("more ways, such as to the controllers in targets"),
});
