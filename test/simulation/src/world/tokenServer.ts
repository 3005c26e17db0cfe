import type { VirtualNetwork } from "@fedjoin/simulator";
import type { Controllers } from "./controllers";

/** Where join tokens are fetched: the path says of which master. */
export const tokenServer = { server: "tokens.test", port: 443 } as const;

export const tokenUrl = (master: string): string => `https://${tokenServer.server}/${master}`;

/** Adds a server that hands out join tokens of living masters. */
export function addTokenServer(network: VirtualNetwork, { masterHosts, handle }: Controllers): void {
  network.addServer(tokenServer, ({ path }) => {
    const host = masterHosts.find((each) => path === `/${each}`);
    const isMaster = host !== undefined && handle(host).role === "master";
    const answer = { status: isMaster ? 200 : 503, headers: {}, body: "" };
    return Promise.resolve(
      isMaster ? { ...answer, body: JSON.stringify({ context: handle(host).joinToken() }) } : answer,
    );
  });
}
