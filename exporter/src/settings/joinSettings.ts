import { defaultRetryPolicy, retryParts } from "@fedjoin/provider/internal/values";
import * as z from "zod";
import { setting } from "./setting";
import { basePathOf, caFile, proxyOf, tlsFingerprint, tlsServerName, tlsVerify } from "./settings";
import {
  apiKey,
  bool,
  host,
  joinToken,
  oneOf,
  port,
  seconds,
  secretText,
  storeId,
  text,
  url,
  numberText,
} from "../values/textSchemas";

/** Whether the exporter joins; read on its own, because no other join setting is read when it is off (R1). */
export const joinSwitch = z.object({
  ENABLE_FED_JOIN: setting(bool(), {
    flag: "join.enable",
    default: "false",
    help: "`true` joins the federation at start.",
  }),
});

/** The mode of the join; read before the rest, because with `off` no other setting is read. */
export const joinMode = z.object({
  JOIN_MODE: setting(oneOf("once", "watch", "off"), {
    flag: "join.mode",
    default: "once",
    help: "`once` joins at start. `watch` joins at start, then monitors the membership. `off` never joins, regardless of other settings.",
  }),
});

const master = "the master";
const tokenUrl = "the token URL";

/** The settings of the join at start. An invalid one skips the join; the exporter keeps running (R2). */
export const joinSettings = z.object({
  PAAS_STORE_ID: setting(storeId(), {
    flag: "join.store-id",
    help: "Identifier of the site, and prefix of its cluster name.",
  }),
  JOINT_REST_SERVER: setting(host({ port: "JOINT_REST_PORT" }), {
    flag: "join.joint-rest-server",
    help: "Where the master can reach this site's controller: host name or address.",
  }),
  JOINT_REST_PORT: setting(port(), {
    flag: "join.joint-rest-port",
    help: "Where the master can reach this site's controller: port, usually 10443.",
  }),
  JOIN_TOKEN: setting(joinToken().optional(), {
    source: "secret",
    isWrapped: true,
    help: "Join token of the master. Overrides JOIN_TOKEN_URL.",
  }),
  JOIN_TOKEN_URL: setting(url().optional(), {
    source: "secret",
    help: 'URL that returns `{"context": "<join token>"}`.',
  }),
  JOIN_TOKEN_URL_ALLOW_HTTP: setting(bool(), {
    flag: "join.token-url-allow-http",
    default: "false",
    help: "`true` allows a token URL without TLS.",
  }),
  JOIN_TOKEN_URL_BEARER_FILE: setting(secretText().optional(), {
    flag: "join.token-url-bearer-file",
    source: "file",
    help: "File with a bearer token for the token URL.",
  }),
  JOIN_TOKEN_URL_PROXY: proxyOf(tokenUrl),
  JOIN_TOKEN_URL_CA_FILE: caFile("join.token-url-ca-file", tokenUrl),
  JOIN_TOKEN_URL_TLS_SERVER_NAME: tlsServerName("join.token-url-tls-server-name", tokenUrl),
  JOIN_TOKEN_URL_TLS_FINGERPRINT: tlsFingerprint("join.token-url-tls-fingerprint", tokenUrl),
  JOIN_TOKEN_URL_TLS_VERIFY: tlsVerify("join.token-url-tls-verify", tokenUrl),
  MASTER_CLUSTER_ADDRESS: setting(host({ port: "MASTER_CLUSTER_PORT", basePath: "MASTER_BASE_PATH" }).optional(), {
    flag: "master.address",
    help: "REST API of the master, or of a gateway in front of it: host name or address.",
  }),
  MASTER_CLUSTER_PORT: setting(port(), {
    flag: "master.port",
    default: "443",
    lenient: true,
    help: "Port of the master's REST API.",
  }),
  MASTER_BASE_PATH: basePathOf("master.base-path", master),
  MASTER_PROXY: proxyOf(master),
  MASTER_ADDRESS_TEMPLATE: setting(text(), {
    flag: "master.address-template",
    default: "cn-wukong-r{storeId}.mcd.store",
    help: "The master's host name if MASTER_CLUSTER_ADDRESS is not set; `{storeId}` is replaced.",
  }),
  MASTER_CA_FILE: caFile("master.ca-file", master),
  MASTER_TLS_SERVER_NAME: tlsServerName("master.tls-server-name", master),
  MASTER_TLS_FINGERPRINT: tlsFingerprint("master.tls-fingerprint", master),
  MASTER_TLS_VERIFY: tlsVerify("master.tls-verify", master),
  JOIN_VIA: setting(oneOf("master", "controller"), {
    flag: "join.via",
    default: "master",
    help: "Where to send the join: to a master that joins sites on their behalf, or to this site's own controller, as NeuVector itself requires.",
  }),
  JOIN_CLUSTER_NAME: setting(text().optional(), {
    flag: "join.cluster-name",
    help: "The cluster name instead of the store id and six random characters.",
  }),
  JOIN_FEDERATION_SERVER: setting(host({ port: "JOIN_FEDERATION_PORT" }).optional(), {
    flag: "join.federation-server",
    help: "The master's federation address, if the one in the join token is not right for this site.",
  }),
  JOIN_FEDERATION_PORT: setting(port(), {
    flag: "join.federation-port",
    default: "11443",
    help: "Port of JOIN_FEDERATION_SERVER.",
  }),
  JOIN_USERNAME: setting(text().optional(), {
    flag: "join.username",
    help: "User that joins, at the host that receives the join.",
  }),
  JOIN_PASSWORD: setting(secretText().optional(), { source: "secret", help: "Password of that user." }),
  JOIN_APIKEY: setting(apiKey().optional(), {
    source: "secret",
    help: "API key for joining, instead of user and password.",
  }),
  JOIN_CREDENTIALS: setting(oneOf("auto", "none"), {
    flag: "join.credentials",
    default: "auto",
    help: "`auto`: if JOIN_USERNAME and JOIN_APIKEY are not set, join with the controller's account. `none`: join without an account.",
  }),
  MAX_JOIN_RETRIES: setting(numberText(retryParts.maxRetries), {
    flag: "join.max-retries",
    default: String(defaultRetryPolicy.maxRetries),
    lenient: true,
    help: "Retries after the first attempt.",
  }),
  JOIN_INITIAL_DELAY_SECONDS: setting(numberText(retryParts.initialDelaySeconds), {
    flag: "join.initial-delay-seconds",
    default: String(defaultRetryPolicy.initialDelaySeconds),
    lenient: true,
    help: "Delay before the first retry; doubles each time.",
  }),
  JOIN_MAX_DELAY_SECONDS: setting(numberText(retryParts.maxDelaySeconds), {
    flag: "join.max-delay-seconds",
    default: String(defaultRetryPolicy.maxDelaySeconds),
    lenient: true,
    help: "Maximum delay before a retry.",
  }),
  JOIN_JITTER: setting(oneOf(...retryParts.jitter.options), {
    flag: "join.jitter",
    default: defaultRetryPolicy.jitter,
    lenient: true,
    help: "`equal` randomizes half of each delay, `full` all of it.",
  }),
  JOIN_WATCH_INTERVAL_SECONDS: setting(seconds(), {
    flag: "join.watch-interval-seconds",
    default: "300",
    lenient: true,
    help: "With JOIN_MODE=watch: time between two checks of the membership.",
  }),
  JOIN_REJOIN_MIN_INTERVAL_SECONDS: setting(seconds(), {
    flag: "join.rejoin-min-interval-seconds",
    default: "86400",
    lenient: true,
    help: "With JOIN_MODE=watch: minimum time between two rejoins, even across restarts (EXPORTER_STATE_DIR).",
  }),
  JOIN_REJOIN_AFTER_KICK: setting(bool(), {
    flag: "join.rejoin-after-kick",
    default: "false",
    help: "`true` joins again even after the master removed the site, which was an admin's decision.",
  }),
  JOIN_ADOPT: setting(oneOf("report", "own"), {
    flag: "join.adopt",
    default: "report",
    help: "With JOIN_MODE=watch, if a membership of another owner is lost: `report` only reports it, `own` joins again as for its own.",
  }),
});
