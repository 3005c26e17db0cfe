import { z } from "zod";
import { createCollectors } from "../collectors";
import { setting } from "./setting";
import {
  address,
  apiKey,
  basePath,
  bool,
  certificates,
  duration,
  fingerprints,
  listenAddress,
  oneOf,
  port,
  proxy,
  secretText,
  someOf,
  telemetryPath,
  text,
  unlessOff,
  wholeNumber,
} from "../values/textSchemas";

/** Names of all groups. */
export const collectorNames = createCollectors().map(({ name }) => name);

/** A file of PEM certificates, `…CA_FILE`. */
export const caFile = (flag: string, whose: string) =>
  setting(certificates().optional(), {
    flag,
    source: "file",
    help: `File of PEM certificates trusted in addition to those that Node trusts for ${whose}.`,
  });

/** `…BASE_PATH` */
export const basePathOf = (flag: string, whose: string) =>
  setting(basePath().optional(), {
    flag,
    help: `Path before \`/v1\` of the REST API of ${whose} behind an ingress, such as \`/neuvector/site-1\`.`,
  });

/** `…PROXY` */
export const proxyOf = (whose: string) =>
  setting(proxy().optional(), {
    source: "secret",
    help: `Proxy on the way to ${whose}: its URL, such as \`http://user:password@proxy.example:3128\`, or \`environment\` for HTTPS_PROXY, ALL_PROXY and NO_PROXY. By default the connection is direct.`,
  });

/** `…TLS_SERVER_NAME` */
export const tlsServerName = (flag: string, whose: string) =>
  setting(text().optional(), {
    flag,
    help: `Name that the certificate of ${whose} carries, where it differs from the address. NeuVector's own carries \`neuvector\`.`,
  });

/** `…TLS_FINGERPRINT` */
export const tlsFingerprint = (flag: string, whose: string) =>
  setting(fingerprints().optional(), {
    flag,
    help: `SHA-256 fingerprint of the one certificate to accept from ${whose}, hex, colons allowed; several, separated by commas, while it is being rotated.`,
  });

/** `…TLS_VERIFY` */
export const tlsVerify = (flag: string, whose: string) =>
  setting(bool(), { flag, default: "true", help: `\`false\` accepts any certificate from ${whose}.` });

const controller = "the controller";

/** The settings without which the exporter does not start. */
export const exporterSettings = z.object({
  CTRL_API_SERVICE: setting(address(10443, { basePath: "CTRL_BASE_PATH" }).optional(), {
    flag: "ctrl.api-service",
    pythonFlags: ["s", "server"],
    help: "REST API of the controller, host[:port], port 10443 by default, an IPv6 address in brackets. Required without EXPORTER_CONFIG_FILE.",
  }),
  CTRL_BASE_PATH: basePathOf("ctrl.base-path", controller),
  CTRL_PROXY: proxyOf(controller),
  CTRL_USERNAME: setting(text(), {
    flag: "ctrl.username",
    pythonFlags: ["u", "username"],
    default: "admin",
    help: "User at the controller.",
  }),
  CTRL_PASSWORD: setting(secretText().optional(), {
    pythonFlags: ["p", "password"],
    source: "secret",
    help: "Password of that user. Its flags are there for old command lines: they show it to everybody who can list processes.",
  }),
  CTRL_APIKEY: setting(apiKey().optional(), {
    source: "secret",
    help: "API key `name:secret`, instead of user and password.",
  }),
  CTRL_CA_FILE: caFile("ctrl.ca-file", controller),
  CTRL_TLS_SERVER_NAME: tlsServerName("ctrl.tls-server-name", controller),
  CTRL_TLS_FINGERPRINT: tlsFingerprint("ctrl.tls-fingerprint", controller),
  CTRL_TLS_VERIFY: tlsVerify("ctrl.tls-verify", controller),
  EXPORTER_CONFIG_FILE: setting(text().optional(), {
    flag: "config.file",
    help: "YAML file of further controllers for `/probe` and `/sd`, and of the members that should be there: see targets.md.",
  }),
  EXPORTER_ADDRESS: setting(listenAddress().optional(), {
    flag: "web.listen-address",
    help: "Address to listen on, all interfaces by default: `host`, `host:port`, `:port` or `[::]:port`. A port here wins over EXPORTER_PORT.",
  }),
  EXPORTER_PORT: setting(port(0), {
    flag: "web.listen-port",
    pythonFlags: ["e", "port"],
    default: "8068",
    help: "Port to listen on; 0 takes a free one.",
  }),
  WEB_CONFIG_FILE: setting(text().optional(), {
    flag: "web.config.file",
    help: "File with TLS, users and headers, in the format of the Prometheus exporter-toolkit (docs/how-to/web-config.md).",
  }),
  WEB_TELEMETRY_PATH: setting(telemetryPath(), {
    flag: "web.telemetry-path",
    default: "/metrics",
    help: "Path of the metrics.",
  }),
  WEB_MAX_REQUESTS: setting(wholeNumber(0, 10_000), {
    flag: "web.max-requests",
    default: "40",
    help: "How many scrapes may run at once; more are answered with 503. 0 means no limit.",
  }),
  WEB_ENABLE_LIFECYCLE: setting(bool(), {
    flag: "web.enable-lifecycle",
    default: "false",
    help: "`true` allows POST and PUT of `/-/reload`.",
  }),
  WEB_LANDING: setting(bool(), { flag: "web.landing", default: "true", help: "`false` serves no page at `/`." }),
  EXPORTER_METRICS: setting(someOf(collectorNames), {
    flag: "collector.groups",
    default: collectorNames.join(","),
    help: "Groups of metrics to collect, separated by commas. `enforcer` needs ENFORCER_STATS as well.",
  }),
  ENFORCER_STATS: setting(unlessOff(), {
    flag: "collector.enforcer-stats",
    default: "false",
    help: "Collects the group `enforcer`, with one request for each enforcer. `false`, `no`, `off` and `0` are off, anything else is on.",
  }),
  EXPORTER_NAMES: setting(oneOf("both", "old", "new"), {
    flag: "metrics.names",
    default: "both",
    help: "Which names are shown: `old` those of the Python exporter, `new` the corrected and additional ones. A group without any such name asks the controller nothing.",
  }),
  CONVERSATION_LIMIT: setting(wholeNumber(0, 1_000_000), {
    flag: "collector.conversation.limit",
    default: "20000",
    help: "The largest conversations that are shown, so many samples at most.",
  }),
  LOG_EVENTS_LIMIT: setting(wholeNumber(0, 4096), {
    flag: "collector.log.limit",
    default: "5",
    help: "The newest events of each log that are shown.",
  }),
  MAX_LABEL_LENGTH: setting(wholeNumber(16, 65_536), {
    flag: "metrics.max-label-length",
    default: "1024",
    help: "Characters of a label value; the rest is cut.",
  }),
  MAX_CONNECTIONS: setting(wholeNumber(1, 256), {
    flag: "ctrl.max-connections",
    default: "8",
    help: "Connections to one controller at a time.",
  }),
  EXPORTER_STATE_DIR: setting(text().optional(), {
    flag: "state.dir",
    help: "Folder where pauses after refused logins and the state of the join outlive a restart; the folder for temporary files by default.",
  }),
  LOG_LEVEL: setting(oneOf("debug", "info", "warn", "error"), {
    flag: "log.level",
    default: "info",
    help: "Least level that is logged: debug, info, warn or error.",
  }),
  LOG_FORMAT: setting(oneOf("text", "json"), {
    flag: "log.format",
    default: "text",
    help: "text for people, json for machines.",
  }),
});

/** The variable that says how long what a group gave is shown again. */
export const intervalNameOf = (group: string): string => `COLLECTOR_${group.toUpperCase()}_INTERVAL`;

/** One interval for each group. */
export const intervalSettings = z.object(
  Object.fromEntries(
    collectorNames.map((group) => [
      intervalNameOf(group),
      setting(duration(), {
        flag: `collector.${group}.interval`,
        default: "0",
        help: `How long the data of the group \`${group}\` is served before the controller is asked again, such as 5m. 0 asks at every scrape. After failures it is served for at most twice as long.`,
      }),
    ]),
  ),
);
