import {
  decodeJoinToken,
  type DeclaredMembership,
  type JoinVia,
  type TokenSource,
} from "@fedjoin/provider/internal/federation";
import type { Credentials } from "@fedjoin/provider/internal/neuvector";
import {
  canonicalServer,
  type RetryPolicy,
  formatAddress,
  type Address,
  type TlsSettings,
} from "@fedjoin/provider/internal/values";
import type * as z from "zod";
import { joinMode, joinSettings, joinSwitch } from "./joinSettings";
import { readSettings, type Sources } from "./readSettings";
import { withRoute } from "../values/route";
import { readTlsSettings } from "../values/tlsSettings";
import { host } from "../values/textSchemas";

/** The account that sends the join. */
export type JoinAccount =
  | { readonly is: "own"; readonly credentials: Credentials }
  /** The controller's account; sent to a master only if it requires a login, and only over verified TLS. */
  | { readonly is: "controllers" }
  | { readonly is: "none" };

/** How a membership is monitored. */
export interface WatchPolicy {
  readonly intervalMs: number;
  /** Minimum time between two rejoins. */
  readonly minRejoinMs: number;
  /** Whether a membership that another owner made is repaired or only reported. */
  readonly adopt: "report" | "own";
}

/** The valid configuration of the join at start. */
export interface JoinConfig {
  /** Includes the master's REST API only on the route to the master. */
  readonly membership: DeclaredMembership;
  readonly via: JoinVia;
  readonly masterRest: Address;
  readonly masterTls: TlsSettings;
  readonly token: TokenSource;
  readonly account: JoinAccount;
  readonly retry: RetryPolicy;
  /** Monitoring after the join; `undefined` for none. */
  readonly watch: WatchPolicy | undefined;
  /** Whether to join again after a kick. */
  readonly rejoinAfterKick: boolean;
  readonly warnings: readonly string[];
}

/** The join that the settings ask for. */
export type JoinIntent =
  | { readonly state: "off" }
  | { readonly state: "invalid"; readonly problems: readonly string[] }
  | { readonly state: "on"; readonly config: JoinConfig };

type Values = z.output<typeof joinSettings>;

/** Reads the join settings. With ENABLE_FED_JOIN off, no other setting is read (R1), and none after JOIN_MODE=off. */
export function readJoinConfig(sources: Sources): JoinIntent {
  const wanted = readSettings(joinSwitch, sources);
  if (wanted.values === undefined) return { state: "invalid", problems: wanted.problems };
  if (!wanted.values.ENABLE_FED_JOIN) return { state: "off" };
  const mode = readSettings(joinMode, sources);
  if (mode.values?.JOIN_MODE === "off") return { state: "off" };

  const { values, problems, warnings } = readSettings(joinSettings, sources);
  if (values === undefined || mode.values === undefined) {
    const missing = values === undefined ? missingToken(sources) : [];
    return { state: "invalid", problems: [...mode.problems, ...problems, ...missing] };
  }
  const master = readTlsSettings("MASTER_", {
    caFile: values.MASTER_CA_FILE,
    serverName: values.MASTER_TLS_SERVER_NAME,
    fingerprint: values.MASTER_TLS_FINGERPRINT,
    verify: values.MASTER_TLS_VERIFY,
    proxy: values.MASTER_PROXY,
  });
  const token = readToken(values);
  const account = readAccount(values);
  const address = readMaster(values);
  const wrong = [...master.problems, ...token.problems, ...account.problems, ...address.problems];
  if (wrong.length > 0 || token.source === undefined) return { state: "invalid", problems: wrong };
  return {
    state: "on",
    config: {
      membership: readMembership(values, address.rest),
      via: values.JOIN_VIA,
      masterRest: address.rest,
      masterTls: master.tls,
      token: token.source,
      account: account.account,
      retry: {
        maxRetries: values.MAX_JOIN_RETRIES,
        initialDelaySeconds: values.JOIN_INITIAL_DELAY_SECONDS,
        maxDelaySeconds: values.JOIN_MAX_DELAY_SECONDS,
        jitter: values.JOIN_JITTER,
      },
      watch:
        mode.values.JOIN_MODE === "watch"
          ? {
              intervalMs: values.JOIN_WATCH_INTERVAL_SECONDS * 1000,
              minRejoinMs: values.JOIN_REJOIN_MIN_INTERVAL_SECONDS * 1000,
              adopt: values.JOIN_ADOPT,
            }
          : undefined,
      rejoinAfterKick: values.JOIN_REJOIN_AFTER_KICK,
      warnings: [
        ...warnings,
        ...token.warnings,
        ...(values.JOIN_VIA === "master"
          ? [...master.warnings, ...account.warnings, ...addressWarnings(values, address.rest, token.source)]
          : []),
      ],
    },
  };
}

function readMembership(values: Values, masterRest: Address): DeclaredMembership {
  const { JOIN_FEDERATION_SERVER: server, JOIN_FEDERATION_PORT: port } = values;
  return {
    storeId: values.PAAS_STORE_ID,
    name: values.JOIN_CLUSTER_NAME,
    jointRest: { server: values.JOINT_REST_SERVER, port: values.JOINT_REST_PORT },
    master: {
      rest: values.JOIN_VIA === "master" ? masterRest : undefined,
      federation: server === undefined ? undefined : { server, port },
    },
  };
}

const tokenIsRequired = "JOIN_TOKEN is required (or JOIN_TOKEN_FILE, JOIN_TOKEN_URL, JOIN_TOKEN_URL_FILE)";

/** Reports a missing token together with other problems if the settings as a whole are invalid. */
function missingToken({ env }: Sources): string[] {
  const names = ["JOIN_TOKEN", "JOIN_TOKEN_FILE", "JOIN_TOKEN_URL", "JOIN_TOKEN_URL_FILE"];
  return names.some((name) => (env[name] ?? "") !== "") ? [] : [tokenIsRequired];
}

interface Checks {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** A direct token takes precedence over a URL (R3). */
function readToken(values: Values): Checks & { readonly source: TokenSource | undefined } {
  const { JOIN_TOKEN: token, JOIN_TOKEN_URL: url } = values;
  if (token !== undefined) {
    const warning = "JOIN_TOKEN does not look like a join token (base64 of a JSON object with the master's address)";
    return {
      source: { kind: "given", token },
      problems: [],
      warnings: decodeJoinToken(token) === undefined ? [warning] : [],
    };
  }
  if (url === undefined) return { source: undefined, problems: [tokenIsRequired], warnings: [] };
  const { tls, problems, warnings } = readTlsSettings("JOIN_TOKEN_URL_", {
    caFile: values.JOIN_TOKEN_URL_CA_FILE,
    serverName: values.JOIN_TOKEN_URL_TLS_SERVER_NAME,
    fingerprint: values.JOIN_TOKEN_URL_TLS_FINGERPRINT,
    verify: values.JOIN_TOKEN_URL_TLS_VERIFY,
    proxy: values.JOIN_TOKEN_URL_PROXY,
  });
  const isPlain = new URL(url.reveal()).protocol === "http:";
  const plainProblem = "JOIN_TOKEN_URL must be an https URL; JOIN_TOKEN_URL_ALLOW_HTTP=true allows http";
  return {
    source: { kind: "url", url, tls, proxy: values.JOIN_TOKEN_URL_PROXY, bearer: values.JOIN_TOKEN_URL_BEARER_FILE },
    problems: isPlain && !values.JOIN_TOKEN_URL_ALLOW_HTTP ? [...problems, plainProblem] : problems,
    warnings,
  };
}

function readAccount(values: Values): Checks & { readonly account: JoinAccount } {
  const { JOIN_USERNAME: username, JOIN_PASSWORD: password, JOIN_APIKEY: key, JOIN_VIA: via } = values;
  const problems: string[] = [];
  if (key !== undefined && (username !== undefined || password !== undefined)) {
    problems.push("JOIN_APIKEY and JOIN_USERNAME with JOIN_PASSWORD exclude each other");
  } else if ((username === undefined) !== (password === undefined)) {
    problems.push("JOIN_USERNAME and JOIN_PASSWORD go together");
  }
  if (key !== undefined) {
    return { account: { is: "own", credentials: { kind: "apiKey", key } }, problems, warnings: [] };
  }
  if (username !== undefined && password !== undefined) {
    return { account: { is: "own", credentials: { kind: "user", username, password } }, problems, warnings: [] };
  }
  if (values.JOIN_CREDENTIALS === "none") {
    if (via === "controller")
      problems.push("JOIN_CREDENTIALS=none leaves no account for the join with JOIN_VIA=controller");
    return { account: { is: "none" }, problems, warnings: [] };
  }
  if (via === "master" && !values.MASTER_TLS_VERIFY) {
    const warning = "MASTER_TLS_VERIFY=false: the controller's account is not sent to an unverified master";
    return { account: { is: "none" }, problems, warnings: [warning] };
  }
  return { account: { is: "controllers" }, problems, warnings: [] };
}

/** MASTER_CLUSTER_ADDRESS, otherwise the template (R4). */
function readMaster(values: Values): { readonly rest: Address; readonly problems: readonly string[] } {
  const fromTemplate = values.MASTER_ADDRESS_TEMPLATE.replaceAll("{storeId}", values.PAAS_STORE_ID);
  const server = values.MASTER_CLUSTER_ADDRESS ?? fromTemplate;
  const isHost = host().safeParse(server).success;
  return {
    rest: withRoute(
      { server, port: values.MASTER_CLUSTER_PORT },
      { basePath: values.MASTER_BASE_PATH, proxy: values.MASTER_PROXY },
    ),
    problems: isHost ? [] : ["MASTER_ADDRESS_TEMPLATE must be a host name with {storeId} in it"],
  };
}

function addressWarnings(values: Values, rest: Address, token: TokenSource): string[] {
  if (values.MASTER_CLUSTER_ADDRESS !== undefined || token.kind !== "given") return [];
  const inToken = decodeJoinToken(token.token);
  if (inToken === undefined || canonicalServer(inToken.server) === canonicalServer(rest.server)) return [];
  return [
    `MASTER_CLUSTER_ADDRESS is not set: the join is sent to ${formatAddress(rest)}, derived from PAAS_STORE_ID, but the join token names the master ${formatAddress(inToken)}`,
  ];
}
