import { Secret } from "@fedjoin/provider/values";
import { describe, expect, test } from "vitest";
import { readJoinConfig, type JoinConfig, type JoinIntent } from "../../../../exporter/src/settings/joinConfig";

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

const intentOf = (env: Env): JoinIntent =>
  readJoinConfig({
    flags: new Map(),
    env,
    readFile: () => {
      throw new Error("no files here");
    },
  });

function configOf(env: Env): JoinConfig {
  const intent = intentOf(env);
  if (intent.state !== "on") throw new Error(`expected a join, got ${JSON.stringify(intent)}`);
  return intent.config;
}

const problemsOf = (env: Env): readonly string[] => {
  const intent = intentOf(env);
  return intent.state === "invalid" ? intent.problems : [];
};

describe("R1: the switch", () => {
  test.each([{}, { ENABLE_FED_JOIN: "" }, { ENABLE_FED_JOIN: "false" }, { ENABLE_FED_JOIN: "0" }])(
    "R1: %j joins nothing and looks at nothing else",
    (env: Env) => {
      expect(intentOf({ ...env, JOINT_REST_PORT: "wrong" })).toEqual({ state: "off" });
    },
  );

  test.each(["true", "TRUE", "yes", "on", "1"])("R1: ENABLE_FED_JOIN=%s joins", (value) => {
    expect(intentOf({ ...complete, ENABLE_FED_JOIN: value }).state).toBe("on");
  });

  test("R1: another word is told, not guessed", () => {
    expect(problemsOf({ ...complete, ENABLE_FED_JOIN: "ture" })).toEqual(["ENABLE_FED_JOIN must be true or false"]);
  });
});

describe("R2: required settings", () => {
  test("R2: the example of the requirements is understood", () => {
    const config = configOf(complete);
    expect(config).toMatchObject({
      membership: {
        storeId: "u2204a",
        name: undefined,
        jointRest: { server: "192.168.8.209", port: 10443 },
      },
      via: "master",
      account: { is: "controllers" },
      warnings: [],
    });
  });

  test.each<[string, string]>([
    ["PAAS_STORE_ID", "PAAS_STORE_ID is required"],
    ["JOINT_REST_SERVER", "JOINT_REST_SERVER is required"],
    ["JOINT_REST_PORT", "JOINT_REST_PORT is required"],
    ["JOIN_TOKEN", "JOIN_TOKEN is required (or JOIN_TOKEN_FILE, JOIN_TOKEN_URL, JOIN_TOKEN_URL_FILE)"],
  ])("R2: without %s the problem names it", (name, problem) => {
    expect(problemsOf({ ...complete, [name]: undefined })).toEqual([problem]);
  });

  test("R2: all missing settings are named together", () => {
    expect(problemsOf({ ENABLE_FED_JOIN: "true" }).map((problem) => problem.split(" ")[0])).toEqual([
      "PAAS_STORE_ID",
      "JOINT_REST_SERVER",
      "JOINT_REST_PORT",
      "JOIN_TOKEN",
    ]);
  });

  test.each<[string, string, string]>([
    ["PAAS_STORE_ID", "a/b", "PAAS_STORE_ID must be letters, digits and inner hyphens, at most 52"],
    [
      "JOINT_REST_SERVER",
      "https://192.168.8.209",
      "JOINT_REST_SERVER must be a host name or an address, without scheme, path or port",
    ],
    [
      "JOINT_REST_SERVER",
      "[::1]:10443",
      "JOINT_REST_SERVER must be a host name or an address, without scheme, path or port; the port belongs in JOINT_REST_PORT",
    ],
    [
      "MASTER_CLUSTER_ADDRESS",
      "https://gateway:8443/master",
      "MASTER_CLUSTER_ADDRESS must be a host name or an address, without scheme, path or port; the port belongs in MASTER_CLUSTER_PORT; a path belongs in MASTER_BASE_PATH",
    ],
    [
      "JOIN_FEDERATION_SERVER",
      "master:11443",
      "JOIN_FEDERATION_SERVER must be a host name or an address, without scheme, path or port; the port belongs in JOIN_FEDERATION_PORT",
    ],
    ["JOINT_REST_PORT", "port", "JOINT_REST_PORT must be a port number, 1 to 65535"],
    ["JOIN_VIA", "pigeon", "JOIN_VIA must be one of master, controller"],
    [
      "MASTER_ADDRESS_TEMPLATE",
      "https://{storeId}",
      "MASTER_ADDRESS_TEMPLATE must be a host name with {storeId} in it",
    ],
  ])("R2: %s=%s is refused by name", (name, value, problem) => {
    expect(problemsOf({ ...complete, [name]: value })).toEqual([problem]);
  });
});

describe("R3: the token", () => {
  const url = "https://master.example.com/join_token";

  test("R3: a direct token wins over the URL", () => {
    expect(configOf({ ...complete, JOIN_TOKEN_URL: url }).token.kind).toBe("given");
  });

  test("R3: the URL is used where no token is given", () => {
    const { token } = configOf({ ...complete, JOIN_TOKEN: undefined, JOIN_TOKEN_URL: url });
    expect(token).toMatchObject({ kind: "url", url: new Secret(url) });
  });

  test("R15: a plain http URL needs a word", () => {
    const plain = { ...complete, JOIN_TOKEN: undefined, JOIN_TOKEN_URL: "http://master.example.com/join_token" };
    expect(problemsOf(plain)).toEqual([
      "JOIN_TOKEN_URL must be an https URL; JOIN_TOKEN_URL_ALLOW_HTTP=true allows http",
    ]);
    expect(configOf({ ...plain, JOIN_TOKEN_URL_ALLOW_HTTP: "true" }).token.kind).toBe("url");
  });

  test("R3: a token that cannot be decoded is used, with a warning that does not show it", () => {
    const { token, warnings } = configOf({ ...complete, JOIN_TOKEN: "canary", MASTER_CLUSTER_ADDRESS: "m" });
    expect(token.kind).toBe("given");
    expect(warnings).toEqual([expect.stringMatching(/^JOIN_TOKEN does not look like a join token/)]);
    expect(warnings.join()).not.toContain("canary");
  });
});

describe("R4: the master", () => {
  test("R4: its address is made from the store id, on port 443", () => {
    expect(configOf(complete).masterRest).toEqual({ server: "cn-wukong-ru2204a.mcd.store", port: 443 });
  });

  test("R4: MASTER_CLUSTER_ADDRESS and MASTER_CLUSTER_PORT win", () => {
    const { masterRest } = configOf({
      ...complete,
      MASTER_CLUSTER_ADDRESS: "master.example",
      MASTER_CLUSTER_PORT: "10443",
    });
    expect(masterRest).toEqual({ server: "master.example", port: 10443 });
  });

  test("R4: the template is a setting", () => {
    const { masterRest } = configOf({ ...complete, MASTER_ADDRESS_TEMPLATE: "nv-{storeId}.example" });
    expect(masterRest.server).toBe("nv-u2204a.example");
  });

  test("R4: a made address that is not the token's master is said in a warning", () => {
    expect(configOf({ ...complete, JOIN_TOKEN: tokenFor("master.example") }).warnings).toEqual([
      "MASTER_CLUSTER_ADDRESS is not set: the join is sent to cn-wukong-ru2204a.mcd.store:443, derived from PAAS_STORE_ID, but the join token names the master master.example:11443",
    ]);
  });
});

describe("R8: retries", () => {
  test("R8: the defaults are 10 retries from 10 s to 300 s without jitter", () => {
    expect(configOf(complete).retry).toEqual({
      maxRetries: 10,
      initialDelaySeconds: 10,
      maxDelaySeconds: 300,
      jitter: "none",
    });
  });

  test.each([
    ["MAX_JOIN_RETRIES", "many", "MAX_JOIN_RETRIES must be a whole number, 0 to 1000; using 10"],
    ["MAX_JOIN_RETRIES", "-1", "MAX_JOIN_RETRIES must be a whole number, 0 to 1000; using 10"],
    ["MASTER_CLUSTER_PORT", "https", "MASTER_CLUSTER_PORT must be a port number, 1 to 65535; using 443"],
    ["JOIN_INITIAL_DELAY_SECONDS", "0", "JOIN_INITIAL_DELAY_SECONDS must be a number of seconds above 0; using 10"],
  ])("R8: %s=%s falls back to the default with a warning", (name, value, warning) => {
    const config = configOf({ ...complete, [name]: value });
    expect(config.warnings).toEqual([warning]);
    expect(config.retry).toEqual(configOf(complete).retry);
    expect(config.masterRest.port).toBe(443);
  });
});

describe("R15: who joins", () => {
  test("R15: own credentials keep the right to join apart from the scraping account", () => {
    expect(configOf({ ...complete, JOIN_USERNAME: "joiner", JOIN_PASSWORD: "x" }).account).toMatchObject({
      is: "own",
      credentials: { kind: "user", username: "joiner" },
    });
    expect(configOf({ ...complete, JOIN_APIKEY: "joiner:x" }).account).toMatchObject({
      is: "own",
      credentials: { kind: "apiKey" },
    });
  });

  test("R15: the controller's account is not offered to a master that is not verified, or when switched off", () => {
    const unverified = configOf({ ...complete, MASTER_TLS_VERIFY: "false" });
    expect(unverified.account).toEqual({ is: "none" });
    expect(unverified.warnings).toHaveLength(2);
    expect(configOf({ ...complete, JOIN_CREDENTIALS: "none" }).account).toEqual({ is: "none" });
  });

  test.each<[Env, string]>([
    [{ JOIN_USERNAME: "joiner" }, "JOIN_USERNAME and JOIN_PASSWORD go together"],
    [
      { JOIN_APIKEY: "a:b", JOIN_USERNAME: "joiner", JOIN_PASSWORD: "x" },
      "JOIN_APIKEY and JOIN_USERNAME with JOIN_PASSWORD exclude each other",
    ],
    [
      { JOIN_VIA: "controller", JOIN_CREDENTIALS: "none" },
      "JOIN_CREDENTIALS=none leaves no account for the join with JOIN_VIA=controller",
    ],
  ])("R15: %j is refused", (env, problem) => {
    expect(problemsOf({ ...complete, ...env })).toEqual([problem]);
  });
});
