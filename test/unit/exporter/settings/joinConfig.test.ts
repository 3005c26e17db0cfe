import { Secret } from "@fedjoin/provider/internal/values";
import { describe, expect, test } from "vitest";
import { readJoinConfig, type JoinConfig, type JoinIntent } from "../../../../exporter/src/settings/joinConfig";
import { noFiles } from "../../../support/memoryFiles";

type Env = Readonly<Record<string, string | undefined>>;

const tokenFor = (server: string): string =>
  Buffer.from(JSON.stringify({ s: server, p: 11443, t: "ticket" })).toString("base64");

const complete: Env = {
  ENABLE_FED_JOIN: "true",
  PAAS_STORE_ID: "u2204a",
  JOINT_REST_SERVER: "192.168.8.209",
  JOINT_REST_PORT: "10443",
  JOIN_TOKEN: tokenFor("cn-wukong-ru2204a.mcd.store"),
};

const intentOf = (env: Env): JoinIntent => readJoinConfig({ flags: new Map(), env, readFile: noFiles });

function configOf(env: Env): JoinConfig {
  const intent = intentOf({ ...complete, ...env });
  if (intent.state !== "on") throw new Error(`expected a join, got ${JSON.stringify(intent)}`);
  return intent.config;
}

describe("R1: the switch", () => {
  test.each([undefined, "", "false", "0"])("R1: with ENABLE_FED_JOIN=%s no other setting is read", (value) => {
    expect(intentOf({ ENABLE_FED_JOIN: value, JOINT_REST_PORT: "wrong" })).toEqual({ state: "off" });
  });

  test.each(["true", "TRUE", "yes", "on", "1"])("R1: ENABLE_FED_JOIN=%s joins", (value) => {
    expect(intentOf({ ...complete, ENABLE_FED_JOIN: value }).state).toBe("on");
  });

  test("JOIN_MODE=off joins nothing, regardless of other settings", () => {
    expect(intentOf({ ENABLE_FED_JOIN: "true", JOIN_MODE: "off" })).toEqual({ state: "off" });
  });
});

describe("R2: problems", () => {
  const missingToken = "is required (or JOIN_TOKEN_FILE, JOIN_TOKEN_URL, JOIN_TOKEN_URL_FILE)";
  const port = "the port belongs in MASTER_CLUSTER_PORT";
  const allow = "JOIN_TOKEN_URL_ALLOW_HTTP=true allows http";
  const account = { JOIN_USERNAME: "joiner", JOIN_PASSWORD: "x" };
  const host = "must be a host name or an address, without scheme, path or port";

  test("R2: all missing settings are named together", () => {
    const required = ["PAAS_STORE_ID", "JOINT_REST_SERVER", "JOINT_REST_PORT"].map((name) => `${name} is required`);
    expect(intentOf({ ENABLE_FED_JOIN: "true" })).toEqual({
      state: "invalid",
      problems: [...required, `JOIN_TOKEN ${missingToken}`],
    });
  });

  test.each<[name: string, value: string | undefined, problem: string, more?: Env]>([
    ["ENABLE_FED_JOIN", "ture", "must be true or false"],
    ["PAAS_STORE_ID", undefined, "is required"],
    ["JOINT_REST_SERVER", undefined, "is required"],
    ["JOINT_REST_PORT", undefined, "is required"],
    ["JOIN_TOKEN", undefined, missingToken],
    ["PAAS_STORE_ID", "a/b", "must be letters, digits and inner hyphens, at most 52"],
    ["JOINT_REST_SERVER", "https://192.168.8.209", host],
    ["JOINT_REST_SERVER", "[::1]:10443", `${host}; the port belongs in JOINT_REST_PORT`],
    ["MASTER_CLUSTER_ADDRESS", "https://gateway:8443/master", `${host}; ${port}; a path belongs in MASTER_BASE_PATH`],
    ["JOIN_FEDERATION_SERVER", "master:11443", `${host}; the port belongs in JOIN_FEDERATION_PORT`],
    ["JOINT_REST_PORT", "port", "must be a port number, 1 to 65535"],
    ["JOIN_VIA", "pigeon", "must be one of master, controller"],
    ["MASTER_ADDRESS_TEMPLATE", "https://{storeId}", "must be a host name with {storeId} in it"],
    ["JOIN_TOKEN_URL", "http://m/t", `must be an https URL; ${allow}`, { JOIN_TOKEN: undefined }],
    ["JOIN_USERNAME", "joiner", "and JOIN_PASSWORD go together"],
    ["JOIN_APIKEY", "a:b", "and JOIN_USERNAME with JOIN_PASSWORD exclude each other", account],
  ])("R2: %s=%s is refused by name", (name, value, problem, more = {}) => {
    const problems = [`${name} ${problem}`];
    expect(intentOf({ ...complete, ...more, [name]: value })).toEqual({ state: "invalid", problems });
  });

  test("R2: a join by the site's controller needs an account", () => {
    const problems = ["JOIN_CREDENTIALS=none leaves no account for the join with JOIN_VIA=controller"];
    const intent = intentOf({ ...complete, JOIN_VIA: "controller", JOIN_CREDENTIALS: "none" });
    expect(intent).toEqual({ state: "invalid", problems });
  });
});

const url = "https://master.example.com/join_token";
const plainUrl = { JOIN_TOKEN: undefined, JOIN_TOKEN_URL: "http://m", JOIN_TOKEN_URL_ALLOW_HTTP: "true" };
const byUrl = { JOIN_TOKEN: undefined, JOIN_TOKEN_URL: url };
const own = (credentials: object) => ({ account: { is: "own", credentials } });

test.each<[string, Env, object]>([
  [
    "R2: the example of the requirements",
    {},
    {
      membership: { storeId: "u2204a", name: undefined, jointRest: { server: "192.168.8.209", port: 10443 } },
      via: "master",
      account: { is: "controllers" },
      masterRest: { server: "cn-wukong-ru2204a.mcd.store", port: 443 },
      retry: { maxRetries: 10, initialDelaySeconds: 10, maxDelaySeconds: 300, jitter: "none" },
      warnings: [],
    },
  ],
  ["R3: a token wins over its URL", { JOIN_TOKEN_URL: url }, { token: { kind: "given" } }],
  ["R3: a URL without a token", byUrl, { token: { kind: "url", url: new Secret(url) } }],
  ["R15: a plain http URL is used if that is allowed", plainUrl, { token: { kind: "url" } }],
  [
    "R4: MASTER_CLUSTER_ADDRESS and MASTER_CLUSTER_PORT win over the template",
    { MASTER_CLUSTER_ADDRESS: "master.example", MASTER_CLUSTER_PORT: "10443" },
    { masterRest: { server: "master.example", port: 10443 } },
  ],
  [
    "R4: MASTER_ADDRESS_TEMPLATE makes the address from the store id",
    { MASTER_ADDRESS_TEMPLATE: "nv-{storeId}.example" },
    { masterRest: { server: "nv-u2204a.example" } },
  ],
  ["R15: a user for joins", { JOIN_USERNAME: "joiner", JOIN_PASSWORD: "x" }, own({ kind: "user", username: "joiner" })],
  ["R15: an API key for joins", { JOIN_APIKEY: "joiner:x" }, own({ kind: "apiKey" })],
  ["R15: no account at all", { JOIN_CREDENTIALS: "none" }, { account: { is: "none" } }],
  ["R15: no account for an unverified master", { MASTER_TLS_VERIFY: "false" }, { account: { is: "none" } }],
])("%s", (_title, env, expected) => {
  expect(configOf(env)).toMatchObject(expected);
});

describe("warnings", () => {
  const retries = "MAX_JOIN_RETRIES must be a whole number, 0 to 1000; using 10";

  test.each<[string, Env, string[]]>([
    ["R8: a word", { MAX_JOIN_RETRIES: "many" }, [retries]],
    ["R8: a number out of range", { MAX_JOIN_RETRIES: "-1" }, [retries]],
    [
      "R8: a port that is none",
      { MASTER_CLUSTER_PORT: "https" },
      ["MASTER_CLUSTER_PORT must be a port number, 1 to 65535; using 443"],
    ],
    [
      "R8: a delay of 0",
      { JOIN_INITIAL_DELAY_SECONDS: "0" },
      ["JOIN_INITIAL_DELAY_SECONDS must be a number of seconds above 0; using 10"],
    ],
    [
      "R4: the template's master is not the token's",
      { JOIN_TOKEN: tokenFor("master.example") },
      [
        "MASTER_CLUSTER_ADDRESS is not set: the join is sent to cn-wukong-ru2204a.mcd.store:443, derived from PAAS_STORE_ID, but the join token names the master master.example:11443",
      ],
    ],
    [
      "R3: a token that cannot be decoded is used nevertheless, and not shown",
      { JOIN_TOKEN: "canary", MASTER_CLUSTER_ADDRESS: "m" },
      ["JOIN_TOKEN does not look like a join token (base64 of a JSON object with the master's address)"],
    ],
    [
      "R15: an unverified master",
      { MASTER_TLS_VERIFY: "false" },
      [
        expect.stringMatching(/^MASTER_TLS_VERIFY=false: any certificate/) as string,
        "MASTER_TLS_VERIFY=false: the controller's account is not sent to an unverified master",
      ],
    ],
  ])("%s", (_title, env, warnings) => {
    const config = configOf(env);
    expect(config.warnings).toEqual(warnings);
    expect(config.retry).toEqual(configOf({}).retry);
    expect(config.masterRest.port).toBe(443);
  });
});
