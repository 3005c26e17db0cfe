import { conditionTypes } from "@fedjoin/provider/internal/federation";
import { openJoinCheckpoint } from "../../../exporter/src/join/joinCheckpoint";
import { parseBackoffFile, parseLegacyBackoff } from "../../../exporter/src/account/backoffFile";
import { collectorNames } from "../../../exporter/src/settings/settings";
import { selectCollectors } from "../../../exporter/src/pages/selectCollectors";
import { scrapeTimeoutMs } from "../../../exporter/src/scrape/deadline";
import { readConfig } from "../../../exporter/src/settings/config";
import { readJoinConfig } from "../../../exporter/src/settings/joinConfig";
import { retryAfterMs, sendRequest } from "../../../exporter/src/push/sendRequest";
import { parseMemberFiles } from "../../../exporter/src/targets/memberStore";
import { parseProbeQuery } from "../../../exporter/src/targets/probeQuery";
import { createAuthenticator } from "../../../exporter/src/web/basicAuth";
import { isClientAllowed } from "../../../exporter/src/web/clientCertificate";
import { acceptsGzip } from "../../../exporter/src/web/compress";
import { negotiateFormat } from "../../../exporter/src/web/contentType";
import { dispatch } from "../../../exporter/src/web/dispatch";
import { readWebConfig } from "../../../exporter/src/webConfig/readWebConfig";
import { Secret } from "@fedjoin/provider/internal/values";
import { portsAnswering } from "../../support/outsideInput/answers";
import { caCertificate } from "../../support/caCertificate";
import { readFrom } from "../../support/memoryFiles";
import { memoryStateFiles } from "../../support/memoryStateFiles";
import type { Reader } from "../../support/outsideInput/reader";

const files = {
  "/c/ca.pem": caCertificate,
  "/c/password": "from-file\n",
  "/c/members.txt": "shop-1\nshop-2\n",
  "/c/web.crt": caCertificate,
};
const env = {
  CTRL_API_SERVICE: "c:10443",
  CTRL_PASSWORD: "p",
  CTRL_CA_FILE: "/c/ca.pem",
  EXPORTER_METRICS: "summary,enforcer",
  ENABLE_FED_JOIN: "true",
  PAAS_STORE_ID: "u1",
  JOINT_REST_SERVER: "h",
  JOINT_REST_PORT: "10443",
  JOIN_TOKEN_URL: "https://t.example/t",
  MASTER_REST_SERVER: "m",
  MASTER_REST_PORT: "10443",
};

const targetsFile = `
default_module: fast
modules:
  fast: { username: u, password_file: password, groups: [summary], intervals: { summary: 30 } }
  key: { apikey_env: KEY, tls: { ca_file: ca.pem, server_name: neuvector } }
targets:
  one: { address: "h:10443", module: fast, base_path: /nv, tls: &tls { verify: false } }
  two: { address: "[::1]:1", module: [fast, key], proxy: "http://p:3128", tls: *tls }
federation: { via: one, module: fast, members_file: members.txt }
`;

const pushTarget = { protocol: "https", server: "p", port: 443, tls: {} } as const;

const webConfig = `
http_server_config: { http2: false, headers: { X-Frame-Options: deny } }
basic_auth_users: { admin: "$2y$10$${"a".repeat(53)}" }
rate_limit: { interval: 1m30s, burst: 3 }
`;
const webConfigWithTls = `tls_server_config:
  { cert_file: web.crt, key_file: password, client_ca_file: ca.pem, client_auth_type: RequireAndVerifyClientCert, min_version: TLS12, cipher_suites: [TLS_AES_128_GCM_SHA256], client_allowed_sans: [a] }
`;

const readFile = (file: string, text: string) => readFrom({ ...files, [file]: text });
const src = (...names: readonly string[]) => names.map((name) => `exporter/src/${name}.ts`);

const asLines = (settings: Readonly<Record<string, string>>) =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${value}`)
    .join("\n");

/** An environment of one line for each variable. */
const parseEnvironment = (text: string): Readonly<Record<string, string>> => {
  const pairs = text.split("\n").map((line) => [line.split("=", 1)[0] ?? "", line.slice(line.indexOf("=") + 1)]);
  return Object.fromEntries(pairs) as Record<string, string>;
};

const checkpointKey = { server: "c", port: 10443 };

/** What reads settings, files, state and requests in the exporter. */
export const exporterReaders: readonly Reader[] = [
  {
    name: "settings from the environment",
    sources: src("settings/readSettings", "values/textSchemas", "settings/joinConfig", "settings/setting"),
    valid: [asLines(env)],
    read: (text) => {
      const sources = { flags: new Map<string, string>(), env: parseEnvironment(text), readFile: readFrom(files) };
      return [readConfig(sources), readJoinConfig(sources)];
    },
  },
  {
    name: "a file that a setting names",
    sources: src("settings/readSettings", "values/textSchemas"),
    valid: [caCertificate],
    read: (text) => {
      const more = { ...env, CTRL_PASSWORD: "", CTRL_PASSWORD_FILE: "/c/x", CTRL_CA_FILE: "/c/x" };
      return readConfig({ flags: new Map(), env: more, readFile: readFile("/c/x", text) });
    },
  },
  {
    name: "the targets file",
    sources: src("configFile/targetsFile", "configFile/references"),
    valid: [targetsFile],
    read: (text) => {
      const more = { ...env, KEY: "k:s", EXPORTER_CONFIG_FILE: "/c/t.yml" };
      return readConfig({ flags: new Map(), env: more, readFile: readFile("/c/t.yml", text) });
    },
  },
  {
    name: "the list of members that the targets file names",
    sources: src("configFile/references"),
    valid: ["# shops\nshop-1\n  shop-2   # closed\n"],
    read: (text) => {
      const more = { ...env, KEY: "k:s", EXPORTER_CONFIG_FILE: "/c/t.yml" };
      const named = readFrom({ ...files, "/c/t.yml": targetsFile, "/c/members.txt": text });
      return readConfig({ flags: new Map(), env: more, readFile: named });
    },
  },
  {
    name: "the web config file",
    sources: src("webConfig/readWebConfig", "webConfig/readTls"),
    valid: [webConfig, webConfigWithTls],
    read: (text) => readWebConfig({ path: "/c/web.yml", now: 0, readFile: readFile("/c/web.yml", text) }),
  },
  {
    name: "a certificate that the web config file names",
    sources: src("webConfig/readTls"),
    valid: [caCertificate],
    read: (text) =>
      readWebConfig({
        ...{ path: "/c/web.yml", now: 0 },
        readFile: readFrom({
          "/c/web.yml": webConfigWithTls,
          "/c/web.crt": text,
          "/c/ca.pem": text,
          "/c/password": text,
        }),
      }),
  },
  {
    name: "the file of login back-offs",
    sources: src("account/backoffFile"),
    valid: [
      '{"holds":[{"salt":"YQ==","hash":"YQ==","untilMs":null,"refusals":1,"reload":"asked","kind":"locked_out","summary":"s"}]}',
      '{"untilMs":1,"refusals":1,"kind":"locked_out","summary":"s"}',
    ],
    read: (text) => [parseBackoffFile(text), parseLegacyBackoff(text)],
  },
  {
    name: "the files of what was seen of members",
    sources: src("targets/memberStore"),
    valid: [
      '{"seenMs":2}',
      JSON.stringify({
        members: [
          {
            ...{ id: "i", status: "left", changes: 1, lastSyncedMs: 1 },
            conditions: Object.fromEntries(
              conditionTypes.map((type) => [type, { status: "Unknown", lastTransitionMs: 1 }]),
            ),
          },
        ],
      }),
    ],
    read: (text) => parseMemberFiles(text, text, 1),
  },
  {
    name: "the file of the join",
    sources: src("join/joinCheckpoint"),
    valid: [
      '{"name":"u1-x","underWay":false,"sent":true,"membership":{"name":"u1-x","clusterId":"i","own":true},"kicked":false,"lastTryMs":1}',
    ],
    read: (text) => {
      const intent = readJoinConfig({ flags: new Map(), env, readFile: readFrom(files) });
      if (intent.state !== "on") throw new Error(JSON.stringify(intent));
      const opened = { ...memoryStateFiles(), read: () => text };
      return openJoinCheckpoint(opened, intent.config, checkpointKey, () => "u1-y").current;
    },
  },
  {
    name: "Accept",
    sources: src("web/parseAccept", "web/contentType"),
    valid: ["application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1"],
    read: (header) => negotiateFormat(header),
  },
  {
    name: "Accept-Encoding",
    sources: src("web/compress"),
    valid: ["gzip;q=1.0, identity; q=0.5, *;q=0"],
    read: (header) => acceptsGzip(header),
  },
  {
    name: "Authorization",
    sources: src("web/basicAuth"),
    valid: [`Basic ${Buffer.from("admin:secret").toString("base64")}`],
    read: (header) =>
      createAuthenticator(() => Promise.resolve(false))(
        new Map([["admin", `$2y$10$${"a".repeat(53)}`]]),
        header,
        new AbortController().signal,
      ),
  },
  {
    name: "X-Prometheus-Scrape-Timeout-Seconds",
    sources: src("scrape/deadline", "pages/scrapePage"),
    valid: ["10", "0.25"],
    read: (header) => scrapeTimeoutMs(header),
  },
  {
    name: "a request target and its query",
    sources: src("web/dispatch", "targets/probeQuery", "pages/selectCollectors"),
    valid: ["/probe?target=one&module=fast&collect[]=summary", "/probe?target=member:abc&exclude[]=log"],
    read: (url) => {
      const respond = () => Promise.resolve({ status: 200, contentType: "", body: "" });
      const found = dispatch(new Map([["/probe", { isScrape: true, respond }]]), { method: "GET", url, accept: url });
      if (found.to === "reply") return found;
      const { query } = found.target;
      return [parseProbeQuery(query), selectCollectors(query, collectorNames)];
    },
  },
  {
    name: "the answer to a push",
    sources: src("push/sendRequest"),
    valid: ['{"partialSuccess":{"rejectedDataPoints":"3","errorMessage":"m"}}', "{}"],
    read: (body) => {
      const { transport } = portsAnswering({ body });
      const config = { target: pushTarget, path: new Secret("/"), authorization: undefined };
      const attributes = new Map<string, string>();
      const signal = new AbortController().signal;
      return sendRequest({ ...config, intervalMs: 1, attributes }, Buffer.from(""), {
        transport,
        nowMs: () => 0,
        signal,
      });
    },
  },
  {
    name: "the header Retry-After",
    sources: src("push/sendRequest"),
    valid: ["120", "Wed, 21 Oct 2026 07:28:00 GMT"],
    read: (header) => retryAfterMs(header, 0),
  },
  {
    name: "the names in a client certificate",
    sources: src("web/clientCertificate"),
    valid: ['DNS:a.example.com, IP Address:10.0.0.1, DNS:"a, \\"b", URI:x'],
    read: (subjectAltName) =>
      isClientAllowed({ clientAuth: "RequireAnyClientCert", allowedSans: ["b"] }, { isVerified: true, subjectAltName }),
  },
];
