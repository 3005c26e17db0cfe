import { describe, expect, test } from "vitest";
import { parseCommand, type Command } from "../../../../exporter/src/settings/command";
import { collectorNames } from "../../../../exporter/src/settings/settings";
import { caCertificate } from "../../../support/caCertificate";
import { readFrom } from "../../../support/memoryFiles";

type Env = Readonly<Record<string, string | undefined>>;

const readFile = readFrom({
  "/password": "from-file",
  "/ca.pem": caCertificate,
  "/no.pem": "something else",
  "/good.yml": "rate_limit: { interval: 1s, burst: 5 }",
  "/bad.yml": "tls_server_config: { cert_file: server.crt }\nbasic_auth_users: { alice: canary }",
});

const noPassword: Env = { CTRL_API_SERVICE: "controller.neuvector:10443" };
const minimal: Env = { ...noPassword, CTRL_PASSWORD: "canary-password" };
const pin = "ab".repeat(32);

const parse = (env: Env, argv: readonly string[] = []): Command => parseCommand({ argv, env, readFile });

function configOf(env: Env, argv?: readonly string[]) {
  const command = parse(env, argv);
  if (command.does !== "run" || command.config.controller === undefined) throw new Error(JSON.stringify(command));
  return { ...command.config, controller: command.config.controller };
}

const problemsOf = (env: Env, argv?: readonly string[]): readonly string[] => {
  const command = parse(env, argv);
  return command.does === "refuse" ? command.problems : [];
};

describe("R11: the controller", () => {
  test("R11: the defaults are port 8068, user admin, verified TLS, text at level info, and no join", () => {
    const config = configOf({ ...minimal, CTRL_APIKEY: "", EXPORTER_PORT: "", CTRL_CA_FILE: "" });
    expect(config).toMatchObject({
      controller: {
        address: { server: "controller.neuvector", port: 10443 },
        credentials: { kind: "user", username: "admin" },
        tls: { ca: undefined, serverName: undefined, fingerprint: undefined, verify: true },
      },
      web: { address: undefined, port: 8068 },
      log: { level: "info", format: "text" },
      join: { state: "off" },
      warnings: [],
    });
    expect(Object.isFrozen(config.controller.address)).toBe(true);
    expect(JSON.stringify(config)).not.toContain("canary");
  });

  test("R11: CTRL_USERNAME and EXPORTER_PORT keep their meaning; a flag wins, in both spellings", () => {
    const env = { ...minimal, CTRL_USERNAME: "scraper", EXPORTER_PORT: "9000", LOG_LEVEL: "warn" };
    expect(configOf(env)).toMatchObject({ controller: { credentials: { username: "scraper" } }, web: { port: 9000 } });
    const { log, web } = configOf(env, ["--log.level", "debug", "--web.listen-port=0"]);
    expect([log.level, web.port]).toEqual(["debug", 0]);
  });

  test.each([
    ["controller", { server: "controller", port: 10443 }],
    ["10.0.0.7:8443", { server: "10.0.0.7", port: 8443 }],
    ["[fd00::7]", { server: "fd00::7", port: 10443 }],
    ["[fd00::7]:8443", { server: "fd00::7", port: 8443 }],
  ])("R11: CTRL_API_SERVICE=%s is understood", (service, address) => {
    expect(configOf({ ...minimal, CTRL_API_SERVICE: service }).controller.address).toEqual(address);
  });

  const pathHint = "; a path belongs in CTRL_BASE_PATH";
  test.each([
    ["https://controller:10443", pathHint],
    ["https://gateway/site-1", pathHint],
    ["host/path", pathHint],
    ["fd00::7", ""],
    ["controller:0", ""],
    ["controller:70000", ""],
    ["user:pw@host", ""],
    [":1", ""],
  ])("R11: CTRL_API_SERVICE=%s is refused with a hint", (service, hint) => {
    expect(problemsOf({ ...minimal, CTRL_API_SERVICE: service })).toEqual([
      `CTRL_API_SERVICE must be host[:port] without a scheme, an IPv6 address in brackets, such as controller:10443${hint}`,
    ]);
  });

  test("CTRL_TLS_FINGERPRINT takes several, separated by commas, and CTRL_CA_FILE a file of certificates", () => {
    const other = "CD:".repeat(31) + "EF";
    const tlsOf = (env: Env) => configOf({ ...minimal, ...env }).controller.tls;
    expect(tlsOf({ CTRL_TLS_FINGERPRINT: pin }).fingerprint).toBe(pin);
    expect(tlsOf({ CTRL_TLS_FINGERPRINT: `${pin}, ${other}` }).fingerprint).toEqual([pin, other]);
    expect(tlsOf({ CTRL_CA_FILE: "/ca.pem" }).ca).toBe(caCertificate.trim());
    expect(configOf({ ...minimal, CTRL_TLS_VERIFY: "false" }).warnings).toEqual([
      "CTRL_TLS_VERIFY=false: any certificate is accepted, so passwords and tokens can be intercepted",
    ]);
  });
});

const argument = "an argument is not a flag of the form --name=value";
const port = "EXPORTER_PORT must be a port number, 0 to 65535";
const webKey = "WEB_CONFIG_FILE: tls_server_config";

describe("problems", () => {
  test("R15: are all reported at once, without values", () => {
    const env = {
      CTRL_API_SERVICE: "https://canary-host",
      CTRL_APIKEY: "canary-key",
      CTRL_TLS_FINGERPRINT: "AB:CD",
      CTRL_TLS_VERIFY: "maybe",
      EXPORTER_PORT: "eighty",
      LOG_LEVEL: "loud",
      LOG_FORMAT: "xml",
      WEB_CONFIG_FILE: "/nowhere",
    };
    expect(problemsOf(env, ["--no.such-flag=canary-flag", "-xcanary-short"])).toEqual([
      "no such flag: --no.such-flag",
      argument,
      `CTRL_API_SERVICE must be host[:port] without a scheme, an IPv6 address in brackets, such as controller:10443; a path belongs in CTRL_BASE_PATH`,
      "CTRL_APIKEY must be name:secret",
      "CTRL_TLS_FINGERPRINT must be a SHA-256 fingerprint: 64 hex digits, colons allowed; several are separated by commas",
      "CTRL_TLS_VERIFY must be true or false",
      port,
      "LOG_LEVEL must be one of debug, info, warn, error",
      "LOG_FORMAT must be one of text, json",
      "WEB_CONFIG_FILE: it cannot be read (ENOENT)",
    ]);
  });

  const eitherSecret = "CTRL_PASSWORD or CTRL_APIKEY is required (or CTRL_PASSWORD_FILE, CTRL_APIKEY_FILE)";
  const eitherCheck = "CTRL_TLS_FINGERPRINT and CTRL_TLS_VERIFY=false exclude each other";
  const ofService = "Kubernetes set it for a Service of that name: set enableServiceLinks: false";
  test.each<[Env, readonly string[]]>([
    [{ CTRL_API_SERVICE: undefined }, ["CTRL_API_SERVICE is required"]],
    [{ CTRL_PASSWORD: undefined }, [eitherSecret]],
    [{ CTRL_APIKEY: "a:b" }, ["CTRL_PASSWORD and CTRL_APIKEY exclude each other"]],
    [{ CTRL_CA_FILE: "/no.pem" }, ["CTRL_CA_FILE must name a file of PEM certificates"]],
    [{ CTRL_CA_FILE: "/nowhere" }, ["CTRL_CA_FILE names a file that cannot be read (ENOENT)"]],
    [{ CTRL_TLS_FINGERPRINT: `${pin},` }, [expect.stringContaining("must be a SHA-256 fingerprint")]],
    [{ CTRL_TLS_FINGERPRINT: pin, CTRL_TLS_VERIFY: "false" }, [eitherCheck]],
    [{ EXPORTER_PORT: "tcp://10.0.0.1:8068" }, [`${port}; ${ofService}`]],
    [
      { WEB_CONFIG_FILE: "/bad.yml" },
      [
        "WEB_CONFIG_FILE: basic_auth_users.alice: expected a bcrypt hash, such as htpasswd -nBC 10 prints",
        `${webKey}.cert_file: names a file that cannot be read (ENOENT)`,
        `${webKey}.key_file: is required (or key)`,
      ],
    ],
    [{ WEB_CONFIG_FILE: "/good.yml" }, []],
  ])("of %j", (env, problems) => {
    expect(problemsOf({ ...minimal, ...env })).toEqual(problems);
  });

  test.each([
    ["--log.level", ["flag --log.level needs a value"]],
    ["--log.level --log.format=json", ["flag --log.level needs a value"]],
    ["--hlep", ["no such flag: --hlep, did you mean --help?"]],
    ["--log.levle=info", ["no such flag: --log.levle, did you mean --log.level?"]],
    ["--web.max-request=4", ["no such flag: --web.max-request, did you mean --web.max-requests?"]],
    ["--nonsense --help=canary", ["no such flag: --nonsense", "no such flag: --help"]],
    ["--ctrl.password=canary", ["no such flag: --ctrl.password"]],
    ["-e canary -x canary -s", [argument, "flag -s needs a value", port]],
  ])("R15: of the arguments %s", (argv, problems) => {
    expect(problemsOf(minimal, argv.split(" "))).toEqual(problems);
  });
});

describe("R11: the flags of the Python exporter", () => {
  test.each([
    "-e 9000 -s controller:8443 -u scraper -p canary-flag",
    "-e9000 -scontroller:8443 -uscraper -pcanary-flag",
    "-e=9000 -s=controller:8443 -u=scraper -p=canary-flag",
    "--port 9000 --server controller:8443 --username scraper --password=canary-flag",
  ])("R11: %s win over the variables, the password over its file too, with a warning", (argv) => {
    const config = configOf({ ...noPassword, CTRL_PASSWORD_FILE: "/password", EXPORTER_PORT: "1" }, argv.split(" "));
    expect(config).toMatchObject({
      controller: { address: { server: "controller", port: 8443 }, credentials: { kind: "user", username: "scraper" } },
      web: { port: 9000 },
      warnings: [
        "A password on the command line can be read by everyone who can list processes: use CTRL_PASSWORD_FILE",
      ],
    });
    const { credentials } = config.controller;
    expect(credentials.kind === "user" && credentials.password.reveal()).toBe("canary-flag");
  });
});

describe("commands", () => {
  test("--version, --help and --config.check start nothing", () => {
    expect(parse({}, ["--version"])).toEqual({ does: "version" });
    expect(parse(minimal, ["--config.check"])).toEqual({ does: "check" });
    const help = expect.stringContaining("EXPORTER_PORT  --web.listen-port") as unknown;
    expect(parse({}, ["--help"])).toEqual({ does: "help", text: help });
    expect(parse({}, ["help"])).toEqual({ does: "help", text: help });
  });

  test.each<[Env, object]>([
    [{}, { server: "127.0.0.1", port: 8068, webConfigFile: undefined }],
    [{ EXPORTER_ADDRESS: "0.0.0.0:9000" }, { server: "127.0.0.1", port: 9000 }],
    [{ EXPORTER_ADDRESS: ":9000" }, { server: "127.0.0.1", port: 9000 }],
    [
      { EXPORTER_ADDRESS: "[::]", EXPORTER_PORT: "1" },
      { server: "::1", port: 1 },
    ],
    [{ EXPORTER_ADDRESS: "10.0.0.1" }, { server: "10.0.0.1", port: 8068 }],
    // Neither the controller's settings nor the content of the file matter.
    [{ CTRL_API_SERVICE: "https://", WEB_CONFIG_FILE: "/bad.yml" }, { webConfigFile: "/bad.yml" }],
  ])("--health with %j asks %j", (env, target) => {
    expect(parse(env, ["--health"])).toMatchObject({ does: "health", target });
  });

  test("--health needs a known port", () => {
    expect(problemsOf({}, ["--health", "-e", "0"])).toEqual(["port 0 is any free one, which --health cannot know"]);
  });

  test("R2: only --config.check refuses an invalid join", () => {
    const env = { ...minimal, ENABLE_FED_JOIN: "true" };
    expect(configOf(env).join.state).toBe("invalid");
    expect(problemsOf(env, ["--config.check"])).toContain("PAAS_STORE_ID is required");
  });
});

test("FED_STATUS_SETS=false leaves the statuses that a member does not have out", () => {
  expect(configOf(minimal).limits.statusSets).toBe(true);
  expect(configOf({ ...minimal, FED_STATUS_SETS: "false" }).limits.statusSets).toBe(false);
});

describe("R11: collectors", () => {
  const allButEnforcer = [
    ...["summary", "host", "admission", "platform_vulnerability", "federation", "scanner", "policy", "risk", "log"],
    ...["container_vulnerability", "conversation", "controller", "image_vulnerability"],
  ];

  test.each<[Env, readonly string[]]>([
    [{}, allButEnforcer],
    [{ ENFORCER_STATS: "true" }, [...allButEnforcer, "enforcer"]],
    [{ EXPORTER_METRICS: "summary, log,enforcer" }, ["summary", "log"]],
    [{ EXPORTER_METRICS: "enforcer", ENFORCER_STATS: "yes" }, ["enforcer"]],
    [{ EXTRA_COLLECTORS: "vulnerability,account" }, [...allButEnforcer, "vulnerability", "account"]],
    [{ EXPORTER_METRICS: "host,account", EXTRA_COLLECTORS: "account,alert" }, ["host", "account", "alert"]],
  ])("R11: %j runs %j", (env, names) => {
    expect(configOf({ ...minimal, ...env }).collectors).toEqual(names);
  });

  test.each([
    ...["0", "false", "No", "OFF", ""].map((word) => [word, false] as const),
    ...["1", "true", "enabled"].map((word) => [word, true] as const),
  ])("Q2: ENFORCER_STATS=%s: %s", (word, isOn) => {
    expect(configOf({ ...minimal, ENFORCER_STATS: word }).collectors.includes("enforcer")).toBe(isOn);
  });

  test.each([
    ["enforcer", "EXPORTER_METRICS names only enforcer, which needs ENFORCER_STATS=true"],
    ...["summary,sumary", "summary,", "all"].map((names) => [
      names,
      `EXPORTER_METRICS must be a comma-separated list of ${collectorNames.join(", ")}`,
    ]),
  ])("R11: EXPORTER_METRICS=%s is refused", (names, problem) => {
    expect(problemsOf(minimal, [`--collector.groups=${names}`])).toEqual([problem]);
  });

  test("R11: EXTRA_COLLECTORS takes only collectors that are off by default", () => {
    expect(problemsOf({ ...minimal, EXTRA_COLLECTORS: "host" })).toEqual([
      "EXTRA_COLLECTORS must be a comma-separated list of account, alert, admission_denial, compliance, vulnerability",
    ]);
  });
});
