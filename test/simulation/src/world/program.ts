import type { ResourceOptions } from "../engine/program";
import type { Props } from "../engine/provider";
import { ourUser } from "./controllers";
import { tokenUrl } from "./tokenServer";
import type { World } from "./world";

/** A FedJoin as a program declares it, with the choices that matter here. */
export interface DeclaredFedJoin {
  /** The logical name. */
  readonly name: string;
  readonly inputs: FedJoinChoice;
  readonly options?: ResourceOptions;
}

export interface FedJoinChoice {
  readonly storeId: string;
  readonly site: string;
  readonly master: string;
  readonly route: "controller" | "master";
  /** The cluster name, if it is declared. */
  readonly clusterName?: string;
  /** The host of the joint address, if it is another one than the site's. */
  readonly jointHost?: string;
  readonly token: "minted" | "url";
  /** Where passwords are: in the program, and so in the state, or in the environment. */
  readonly passwords: "state" | "environment";
  readonly forceLeave?: boolean;
}

export const fedJoinType = "pulumi-nodejs:dynamic/neuvector:FedJoin";

/** Enough retries for an outage of half a minute, as a stack may set them. */
const retry = { maxRetries: 4, initialDelaySeconds: 2, maxDelaySeconds: 10 };

/** The inputs that the class FedJoin registers. */
export function fedJoinInputs(choice: FedJoinChoice, urn: string, world: World): Props {
  const { storeId, site, master, route, clusterName, jointHost = site, token, passwords, forceLeave } = choice;
  const { controllers } = world;
  const credentials = (host: string, username: string): Props =>
    passwords === "state"
      ? { username, password: controllers.password(host) }
      : { username, passwordFrom: { env: variableFor(host) } };
  const { rest } = controllers.handle(master);
  return {
    storeId,
    master: { rest, credentials: credentials(master, ourUser.master) },
    ...(route === "controller" && {
      controller: { ...controllers.handle(site).rest, credentials: credentials(site, ourUser.site) },
    }),
    joinVia: route,
    jointRest: { server: jointHost, port: 10443 },
    ...(clusterName !== undefined && { name: clusterName }),
    ...(token === "url" && { joinTokenUrl: tokenUrl(master) }),
    ...(forceLeave === true && { forceLeave }),
    retry,
    __urn: urn,
    __provider: 'exports.handler = () => require("@fedjoin/provider").lifecycle;',
  };
}

export function variableFor(host: string): string {
  return `PASSWORD_${host.toUpperCase().replace(".", "_")}`;
}
