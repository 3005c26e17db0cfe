import * as z from "zod";
import { documentationBase } from "@fedjoin/provider/internal/neuvector";
import { createCollectors } from "../collectors";
import { extraCollectors, type Collector } from "../collectors/collector";
import { setting } from "./setting";
import {
  address,
  apiKey,
  basePath,
  bool,
  byteSize,
  certificates,
  duration,
  fingerprints,
  listenAddress,
  oneOf,
  listenPort,
  proxy,
  secretText,
  someOf,
  telemetryPath,
  text,
  unlessOff,
  wholeNumber,
} from "../values/textSchemas";

const collectors = createCollectors();

/** The names of all collectors. */
export const collectorNames = collectors.map(({ name }) => name);

const isExtra = ({ needs }: Collector): boolean => needs === extraCollectors;
const namesOf = (isMatch: (collector: Collector) => boolean): string[] =>
  collectors.filter(isMatch).map(({ name }) => name);

/** A file of PEM certificates, `…CA_FILE`. */
export const caFile = (flag: string, whose: string) =>
  setting(certificates().optional(), {
    flag,
    source: "file",
    help: `File of PEM certificates to trust in addition to Node's for ${whose}.`,
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
    help: `Proxy for connections to ${whose}: its URL, such as \`http://user:password@proxy.example:3128\`, or \`environment\` for HTTPS_PROXY, ALL_PROXY and NO_PROXY. By default the connection is direct.`,
  });

/** `…TLS_SERVER_NAME` */
export const tlsServerName = (flag: string, whose: string) =>
  setting(text().optional(), {
    flag,
    help: `Name in the certificate of ${whose}, if it differs from the address. NeuVector's own certificate has \`neuvector\`.`,
  });

/** `…TLS_FINGERPRINT` */
export const tlsFingerprint = (flag: string, whose: string) =>
  setting(fingerprints().optional(), {
    flag,
    help: `SHA-256 fingerprint of the only certificate to accept from ${whose}, in hex, with or without colons; during a rotation several, separated by commas.`,
  });

/** `…TLS_VERIFY` */
export const tlsVerify = (flag: string, whose: string) =>
  setting(bool(), { flag, default: "true", help: `\`false\` accepts any certificate from ${whose}.` });

const controller = "the controller";

/** The settings of the exporter. An invalid one prevents the start. */
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
    help: "Password of that user. The flags exist for old command lines: everybody who can list processes sees the password.",
  }),
  CTRL_APIKEY: setting(apiKey().optional(), {
    source: "secret",
    help: "API key `name:secret` instead of user and password.",
  }),
  CTRL_CA_FILE: caFile("ctrl.ca-file", controller),
  CTRL_TLS_SERVER_NAME: tlsServerName("ctrl.tls-server-name", controller),
  CTRL_TLS_FINGERPRINT: tlsFingerprint("ctrl.tls-fingerprint", controller),
  CTRL_TLS_VERIFY: tlsVerify("ctrl.tls-verify", controller),
  EXPORTER_CONFIG_FILE: setting(text().optional(), {
    flag: "config.file",
    help: `YAML file with further controllers for \`/probe\` and \`/sd\`, and the roster of expected members: see ${documentationBase}docs/how-to/targets.md`,
  }),
  EXPORTER_ADDRESS: setting(listenAddress().optional(), {
    flag: "web.listen-address",
    help: "Address to listen on, all interfaces by default: `host`, `host:port`, `:port` or `[::]:port`. A port here overrides EXPORTER_PORT.",
  }),
  EXPORTER_PORT: setting(listenPort(), {
    flag: "web.listen-port",
    pythonFlags: ["e", "port"],
    default: "8068",
    help: "Port to listen on; 0 chooses a free one.",
  }),
  WEB_CONFIG_FILE: setting(text().optional(), {
    flag: "web.config.file",
    help: `File with TLS settings, users and headers, in the format of the Prometheus exporter-toolkit: see ${documentationBase}docs/how-to/web-config.md`,
  }),
  WEB_TELEMETRY_PATH: setting(telemetryPath(), {
    flag: "web.telemetry-path",
    default: "/metrics",
    help: "Path of the metrics.",
  }),
  WEB_MAX_REQUESTS: setting(wholeNumber(0, 10_000), {
    flag: "web.max-requests",
    default: "40",
    help: "Maximum number of concurrent scrapes; more get 503. 0 means no limit.",
  }),
  WEB_ENABLE_LIFECYCLE: setting(bool(), {
    flag: "web.enable-lifecycle",
    default: "false",
    help: "`true` enables POST and PUT requests to `/-/reload`.",
  }),
  WEB_LANDING: setting(bool(), {
    flag: "web.landing",
    default: "true",
    help: "`false` disables the landing page at `/`.",
  }),
  EXPORTER_METRICS: setting(someOf(collectorNames), {
    flag: "collector.groups",
    default: namesOf((collector) => !isExtra(collector)).join(","),
    help: "Collectors to run, separated by commas. `enforcer` also needs ENFORCER_STATS.",
  }),
  [extraCollectors]: setting(someOf(namesOf(isExtra)).optional(), {
    flag: "collector.extra",
    help: `Collectors to run in addition, separated by commas: ${namesOf(isExtra).join(", ")}. They cost more requests or put more load on the controller.`,
  }),
  ENFORCER_STATS: setting(unlessOff(), {
    flag: "collector.enforcer-stats",
    default: "false",
    help: "Runs the collector `enforcer`, with one request per enforcer. `false`, `no`, `off` and `0` switch it off, anything else on.",
  }),
  EXPORTER_NAMES: setting(oneOf("both", "old", "new"), {
    flag: "metrics.names",
    default: "both",
    help: "Which names to export: `old` those of the Python exporter, `new` the corrected and additional ones. A collector without any selected name makes no requests.",
  }),
  CONVERSATION_LIMIT: setting(wholeNumber(0, 1_000_000), {
    flag: "collector.conversation.limit",
    default: "20000",
    help: "Maximum number of samples of conversations; the largest are exported.",
  }),
  LOG_EVENTS_LIMIT: setting(wholeNumber(0, 4096), {
    flag: "collector.log.limit",
    default: "5",
    help: "Number of newest events to export from each log.",
  }),
  VULNERABILITY_LIMIT: setting(wholeNumber(0, 1000), {
    flag: "collector.vulnerability.limit",
    default: "0",
    help: "Number of vulnerabilities with the highest scores for which the collector `vulnerability` exports series of their own.",
  }),
  FED_STATUS_SETS: setting(bool(), {
    flag: "collector.federation.status-sets",
    default: "true",
    help: "`false` omits `nv_fed_member_status` and `nv_fed_own_status`, which have a series for each status that a member could have. `nv_fed_member_current_status` and `nv_fed_own_current_status` have one for each member.",
  }),
  MAX_LABEL_LENGTH: setting(wholeNumber(16, 65_536), {
    flag: "metrics.max-label-length",
    default: "1024",
    help: "Maximum length of a label value in characters; longer ones are truncated.",
  }),
  SCRAPE_SIZE_LIMIT: setting(byteSize(), {
    flag: "metrics.size-limit",
    default: "16MiB",
    help: "Size above which Prometheus refuses a scrape (`body_size_limit`) or vmagent does (`max_scrape_size`, 16MiB by default), for the alert NeuVectorScrapeTooLarge. The exporter itself refuses nothing. 0 means no limit.",
  }),
  MAX_CONNECTIONS: setting(wholeNumber(1, 256), {
    flag: "ctrl.max-connections",
    default: "8",
    help: "Maximum number of concurrent connections to a controller.",
  }),
  EXPORTER_STATE_DIR: setting(text().optional(), {
    flag: "state.dir",
    help: "Folder that keeps pauses after refused logins, the state of the join and, only if it is set, what was seen of members across restarts; by default the folder for temporary files.",
  }),
  LOG_LEVEL: setting(oneOf("debug", "info", "warn", "error"), {
    flag: "log.level",
    default: "info",
    help: "Minimum level to log: debug, info, warn or error.",
  }),
  LOG_FORMAT: setting(oneOf("text", "json"), {
    flag: "log.format",
    default: "text",
    help: "`text` for people, `json` for machines.",
  }),
});

/** The variable for the interval of a collector. */
export const intervalNameOf = (group: string): string => `COLLECTOR_${group.toUpperCase()}_INTERVAL`;

/** One interval per collector. */
export const intervalSettings = z.object(
  Object.fromEntries(
    collectors.map(({ name: group, minIntervalMinutes }) => [
      intervalNameOf(group),
      setting(duration(), {
        flag: `collector.${group}.interval`,
        default: "0",
        help: `How long to reuse the data of the collector \`${group}\`, such as 5m. ${
          minIntervalMinutes === undefined
            ? "0 reads the controller at every scrape."
            : `Less than ${minIntervalMinutes}m counts as ${minIntervalMinutes}m.`
        } After failures, data is reused for at most twice as long.`,
      }),
    ]),
  ),
);
