import * as z from "zod";
import type { Controller } from "./core/controller";
import type { ApiKey, FederationRole, FederationStatus, RestInfo, User } from "./core/state";

export interface Account {
  readonly username: string;
  readonly password: string;
}

export interface RequestOptions {
  readonly token?: string;
  readonly apiKey?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** A string is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  /** The listener; default "rest". */
  readonly to?: "rest" | "federation";
  /** Breaks the connection. */
  readonly signal?: AbortSignal;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
  /** The JSON body; undefined when it is empty or not JSON. */
  readonly body: unknown;
}

/** What a test sees and does of a simulated controller, whether it listens on sockets or lives in memory. */
export interface ControllerHandle extends Omit<Controller, "handle" | "promote" | "close"> {
  /** The REST listener (10443 in the product). */
  readonly rest: RestInfo;
  /** The federation listener (11443 in the product), which only a master has. */
  readonly federation: RestInfo | undefined;
  /** Where the federation listener is or would be: what to promote with. */
  readonly federationAddress: RestInfo;
  /** The first user's login. */
  readonly admin: Account;
  readonly clusterName: string;
  readonly role: FederationRole;
  /** This cluster's own membership while it is joint. */
  readonly membership: { readonly id: string; readonly status: FederationStatus } | undefined;
  /** The accounts by name; tests may change them. */
  readonly users: ReadonlyMap<string, User>;
  /** The API keys by name; tests may delete them. */
  readonly apiKeys: Map<string, ApiKey>;
  /** Promotes without a login; by default without a cluster name and at `federationAddress`. */
  readonly promote: (options?: { readonly name?: string; readonly rest?: RestInfo }) => Promise<void>;
  /** Stops answering on every listener, as in an outage; the state stays. */
  readonly goOffline: () => Promise<void>;
  /** Ends the outage, on the same ports. */
  readonly goOnline: () => Promise<void>;
  /** Ends everything that the controller does by itself, and stops listening. */
  readonly close: () => Promise<void>;
  /** Sends one request on a connection of its own. Rejects when the connection breaks. */
  readonly request: (method: string, path: string, options?: RequestOptions) => Promise<Reply>;
  /** Resolves to the session token of a login, by default as the first user. */
  readonly logIn: (account?: Account) => Promise<string>;
}

type HandleOptions = Pick<
  ControllerHandle,
  "rest" | "federationAddress" | "admin" | "request" | "goOffline" | "goOnline"
>;

const loginReply = z.object({ token: z.object({ token: z.string() }) });

/** A handle on a controller that is reached as `options` say. */
export function createHandle(controller: Controller, options: HandleOptions): ControllerHandle {
  const { promote, close, ...shared } = controller;
  const { state } = shared;
  const { federationAddress, request, goOffline } = options;
  const { username, password } = options.admin;
  const admin = { username, password };
  return {
    ...shared,
    ...options,
    admin,
    users: state.users,
    apiKeys: state.apiKeys,
    get federation() {
      return state.federation.role === "master" ? federationAddress : undefined;
    },
    get clusterName() {
      return state.clusterName;
    },
    get role() {
      return state.federation.role;
    },
    get membership() {
      const { federation } = state;
      return federation.role === "joint" ? { id: federation.id, status: federation.status } : undefined;
    },
    promote: ({ name = "", rest = federationAddress } = {}) => promote({ name, rest }),
    close() {
      close();
      return goOffline();
    },
    async logIn(account = admin) {
      const { body } = await request("POST", "/v1/auth", { body: { password: account } });
      return loginReply.parse(body).token.token;
    },
  };
}

export function serializeBody(body: unknown): string {
  if (body === undefined) return "";
  return typeof body === "string" ? body : JSON.stringify(body);
}

/** The headers that a request carries, as HTTP sends them. */
export function requestHeaders({ token, apiKey, headers = {} }: RequestOptions): Record<string, string | string[]> {
  const all = {
    ...(token !== undefined && { "X-Auth-Token": token }),
    ...(apiKey !== undefined && { "X-Auth-Apikey": apiKey }),
    ...headers,
  };
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [name, typeof value === "string" ? value : [...value]]),
  );
}
