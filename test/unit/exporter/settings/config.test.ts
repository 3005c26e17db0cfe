import { caCertificate } from "../../../support/caCertificate";
import { settingsReference } from "@fedjoin/exporter/reference";
import { describe, expect, test } from "vitest";
import { parseCommand, type Command } from "../../../../exporter/src/settings/command";
import type { Config, ConfiguredController } from "../../../../exporter/src/settings/config";

type Env = Readonly<Record<string, string | undefined>>;

const files: Readonly<Record<string, string>> = {
  "/secrets/password": "from-file\n",
  "/secrets/key": "scraper:s3cr3t\n",
  "/secrets/empty": "\n",
  "/pem/ca.pem": caCertificate,
  "/pem/no.pem": "something else",
  "/web/good.yml": "rate_limit: { interval: 1s, burst: 5 }",
  "/web/bad.yml": "tls_server_config: { cert_file: server.crt }\nbasic_auth_users: { alice: canary }",
};

function readFile(path: string): string {
  const contents = files[path];
  if (contents === undefined) throw Object.assign(new Error(`no ${path}`), { code: "ENOENT" });
  return contents;
}

const minimal: Env = { CTRL_API_SERVICE: "controller.neuvector:10443", CTRL_PASSWORD: "canary-password" };

const parse = (env: Env, ...argv: string[]): Command => parseCommand({ argv, env, readFile });

function configOf(env: Env, ...argv: string[]): Config & { readonly controller: ConfiguredController } {
  const command = parse(env, ...argv);
  if (command.does !== "run") throw new Error(`expected a configuration, got ${JSON.stringify(command)}`);
  const { controller } = command.config;
  if (controller === undefined) throw new Error("expected a controller");
  return { ...command.config, controller };
}

const problemsOf = (env: Env, ...argv: string[]): readonly string[] => {
  const command = parse(env, ...argv);
  return command.does === "refuse" ? command.problems : [];
};

describe("R15: every secret", () => {
  const secrets = Object.values(settingsReference())
    .flat()
    .filter(({ source }) => source === "secret");

  test("R15: there are some, of the exporter and of the join", () => {
    expect(secrets.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["CTRL_PASSWORD", "CTRL_APIKEY", "JOIN_TOKEN", "JOIN_PASSWORD", "JOIN_APIKEY"]),
    );
  });

  test.each(secrets.map(({ name }) => name))(
    "R15: %s may come from the file that %s_FILE names, or from itself",
    (name) => {
      const env = { ...minimal, ENABLE_FED_JOIN: "true" };
      const check = (more: Env) => problemsOf({ ...env, [name]: undefined, ...more }, "--config.check");
      expect(check({ [`${name}_FILE`]: "/nowhere" })).toContain(
        `${name}_FILE names a file that cannot be read (ENOENT)`,
      );
      expect(check({ [`${name}_FILE`]: "/secrets/empty" })).toContain(`${name}_FILE names a file that is empty`);
      expect(check({ [`${name}_FILE`]: "/secrets/key", [name]: "a:b" })).toContain(
        `${name} and ${name}_FILE exclude each other`,
      );
      expect(check({ [`${name}_FILE`]: "/secrets/key" })).toEqual(check({ [name]: "scraper:s3cr3t" }));
    },
  );

  test("R15: one from a file is read again at each use, and stays as it was while the file is wrong", () => {
    const file = { holds: "first\n" };
    const follow = () => file.holds;
    const env = { CTRL_API_SERVICE: "c", CTRL_PASSWORD_FILE: "/secrets/password" };
    const command = parseCommand({ argv: [], env, readFile: follow });
    const credentials = command.does === "run" ? command.config.controller?.credentials : undefined;
    const password = () => credentials?.kind === "user" && credentials.password.reveal();
    expect(password()).toBe("first");
    file.holds = "second\r\n\n";
    expect(password()).toBe("second");
    for (const wrong of ["", "\n", "two\nlines", "n\0u\0l"]) {
      file.holds = wrong;
      expect(password()).toBe("second");
    }
  });

  test.each([
    ["two\nlines", "has more than one line: keep the secret alone, in one line"],
    ["c\0a\0", "holds NUL characters, as UTF-16 without a byte order mark does: save it as UTF-8"],
  ])("R15: one that nobody can be sure of is refused by name, before a login: %j", (text, problem) => {
    const env = { CTRL_API_SERVICE: "c", CTRL_PASSWORD_FILE: "/f" };
    expect(parseCommand({ argv: [], env, readFile: () => text })).toEqual({
      does: "refuse",
      problems: [`CTRL_PASSWORD_FILE names a file that ${problem}`],
    });
    expect(problemsOf({ CTRL_API_SERVICE: "c", CTRL_PASSWORD: text })).toEqual([`CTRL_PASSWORD ${problem}`]);
    expect(configOf({ ...minimal, CTRL_PASSWORD: "\uFEFFx\r\n\r\n" }).controller.credentials).toMatchObject({
      kind: "user",
    });
  });
});

describe("R11: existing settings", () => {
  test("CTRL_TLS_FINGERPRINT takes several, separated by commas, while a certificate is rotated", () => {
    const [one, two] = ["ab".repeat(32), "CD:".repeat(31) + "EF"];
    const pinned = (text: string) => configOf({ ...minimal, CTRL_TLS_FINGERPRINT: text }).controller.tls.fingerprint;
    expect(pinned(one)).toBe(one);
    expect(pinned(`${one}, ${two}`)).toEqual([one, two]);
    expect(problemsOf({ ...minimal, CTRL_TLS_FINGERPRINT: `${one},` })).toHaveLength(1);
  });

  test("R11: CTRL_API_SERVICE, CTRL_USERNAME, CTRL_PASSWORD and EXPORTER_PORT keep their names and meaning", () => {
    const { controller, web } = configOf({ ...minimal, CTRL_USERNAME: "scraper", EXPORTER_PORT: "9000" });
    expect(controller.address).toEqual({ server: "controller.neuvector", port: 10443 });
    expect(controller.credentials).toMatchObject({ kind: "user", username: "scraper" });
    expect(web).toMatchObject({ address: undefined, port: 9000 });
  });

  test("R11: the defaults are port 8068, user admin, verified TLS, text at level info, and no join", () => {
    const { controller, web, log, join, warnings } = configOf(minimal);
    expect(web.port).toBe(8068);
    expect(controller.credentials).toMatchObject({ kind: "user", username: "admin" });
    expect(controller.tls).toEqual({ ca: undefined, serverName: undefined, fingerprint: undefined, verify: true });
    expect(log).toEqual({ level: "info", format: "text" });
    expect(join).toEqual({ state: "off" });
    expect(warnings).toEqual([]);
  });

  test.each([
    ["controller", { server: "controller", port: 10443 }],
    ["10.0.0.7:8443", { server: "10.0.0.7", port: 8443 }],
    ["[fd00::7]", { server: "fd00::7", port: 10443 }],
    ["[fd00::7]:8443", { server: "fd00::7", port: 8443 }],
  ])("R11: CTRL_API_SERVICE=%s is understood", (service, address) => {
    expect(configOf({ ...minimal, CTRL_API_SERVICE: service }).controller.address).toEqual(address);
  });

  test.each([
    ["https://controller:10443", "; a path belongs in CTRL_BASE_PATH"],
    ["https://gateway/site-1", "; a path belongs in CTRL_BASE_PATH"],
    ["host/path", "; a path belongs in CTRL_BASE_PATH"],
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
});

describe("sources", () => {
  test("a flag wins over the environment, in both spellings", () => {
    const env = { ...minimal, LOG_LEVEL: "warn", EXPORTER_PORT: "1" };
    const { log, web } = configOf(env, "--log.level", "debug", "--web.listen-port=0");
    expect(log.level).toBe("debug");
    expect(web.port).toBe(0);
  });

  test("R15: secrets come from files too, without the line's end", () => {
    const fromFile = configOf({ CTRL_API_SERVICE: "c", CTRL_PASSWORD_FILE: "/secrets/password" });
    const { credentials } = fromFile.controller;
    expect(credentials.kind === "user" && credentials.password.reveal()).toBe("from-file");
    const byKey = configOf({ CTRL_API_SERVICE: "c", CTRL_APIKEY_FILE: "/secrets/key" }).controller.credentials;
    expect(byKey.kind === "apiKey" && byKey.key.reveal()).toBe("scraper:s3cr3t");
  });

  test("a CA file is read and must hold certificates", () => {
    expect(configOf({ ...minimal, CTRL_CA_FILE: "/pem/ca.pem" }).controller.tls.ca).toContain("BEGIN CERTIFICATE");
    expect(problemsOf({ ...minimal, CTRL_CA_FILE: "/pem/no.pem" })).toEqual([
      "CTRL_CA_FILE must name a file of PEM certificates",
    ]);
    expect(problemsOf({ ...minimal, CTRL_CA_FILE: "/nowhere" })).toEqual([
      "CTRL_CA_FILE names a file that cannot be read (ENOENT)",
    ]);
  });

  test("an empty variable counts as absent", () => {
    expect(configOf({ ...minimal, CTRL_APIKEY: "", EXPORTER_PORT: "", CTRL_CA_FILE: "" }).web.port).toBe(8068);
  });
});

describe("problems", () => {
  test("all are told at once, and no value is repeated", () => {
    const problems = problemsOf(
      {
        CTRL_API_SERVICE: "https://canary-host",
        CTRL_APIKEY: "canary-key",
        CTRL_TLS_FINGERPRINT: "AB:CD",
        CTRL_TLS_VERIFY: "maybe",
        EXPORTER_PORT: "eighty",
        LOG_LEVEL: "loud",
        LOG_FORMAT: "xml",
      },
      "--no.such-flag=canary-flag",
      "-xcanary-short",
    );
    expect(problems).toEqual([
      "no such flag: --no.such-flag",
      "an argument is not a flag of the form --name=value",
      "CTRL_API_SERVICE must be host[:port] without a scheme, an IPv6 address in brackets, such as controller:10443; a path belongs in CTRL_BASE_PATH",
      "CTRL_APIKEY must be name:secret",
      "CTRL_TLS_FINGERPRINT must be a SHA-256 fingerprint: 64 hex digits, colons allowed; several are separated by commas",
      "CTRL_TLS_VERIFY must be true or false",
      "EXPORTER_PORT must be a port number, 0 to 65535",
      "LOG_LEVEL must be one of debug, info, warn, error",
      "LOG_FORMAT must be one of text, json",
    ]);
    expect(problems.join()).not.toContain("canary");
  });

  test.each<[string, Env, string]>([
    ["no controller", { CTRL_PASSWORD: "x" }, "CTRL_API_SERVICE is required"],
    [
      "no credentials",
      { CTRL_API_SERVICE: "c" },
      "CTRL_PASSWORD or CTRL_APIKEY is required (or CTRL_PASSWORD_FILE, CTRL_APIKEY_FILE)",
    ],
    ["two credentials", { ...minimal, CTRL_APIKEY: "a:b" }, "CTRL_PASSWORD and CTRL_APIKEY exclude each other"],
    [
      "a secret twice",
      { ...minimal, CTRL_PASSWORD_FILE: "/secrets/password" },
      "CTRL_PASSWORD and CTRL_PASSWORD_FILE exclude each other",
    ],
    [
      "an empty secret file",
      { CTRL_API_SERVICE: "c", CTRL_PASSWORD_FILE: "/secrets/empty" },
      "CTRL_PASSWORD_FILE names a file that is empty",
    ],
    [
      "a pin without verification",
      { ...minimal, CTRL_TLS_FINGERPRINT: "ab".repeat(32), CTRL_TLS_VERIFY: "false" },
      "CTRL_TLS_FINGERPRINT and CTRL_TLS_VERIFY=false exclude each other",
    ],
    [
      "a port that Kubernetes set for a Service",
      { ...minimal, EXPORTER_PORT: "tcp://10.0.0.1:8068" },
      "EXPORTER_PORT must be a port number, 0 to 65535; Kubernetes set it for a Service of that name: set enableServiceLinks: false",
    ],
  ])("%s", (_what, env, problem) => {
    expect(problemsOf(env)).toEqual([problem]);
  });

  test("a flag without its value is refused", () => {
    expect(problemsOf(minimal, "--log.level")).toEqual(["flag --log.level needs a value"]);
    expect(problemsOf(minimal, "--log.level", "--log.format=json")).toContain("flag --log.level needs a value");
  });

  test("a mistyped flag is told the one it may be, and one that is far from all is not", () => {
    expect(problemsOf(minimal, "--hlep", "--log.levle=info", "--nonsense", "--web.max-request=4")).toEqual([
      "no such flag: --hlep, did you mean --help?",
      "no such flag: --log.levle, did you mean --log.level?",
      "no such flag: --nonsense",
      "no such flag: --web.max-request, did you mean --web.max-requests?",
    ]);
    expect(problemsOf(minimal, "--help=canary")).toEqual(["no such flag: --help"]);
  });

  test("R15: a password is no flag", () => {
    expect(problemsOf(minimal, "--ctrl.password=canary")).toEqual(["no such flag: --ctrl.password"]);
  });
});

describe("R11: the flags of the Python exporter", () => {
  const expected = { server: "controller", port: 8443 };

  test.each([
    [["-e", "9000", "-s", "controller:8443", "-u", "scraper", "-p", "canary-flag"]],
    [["-e9000", "-scontroller:8443", "-uscraper", "-pcanary-flag"]],
    [["-e=9000", "-s=controller:8443", "-u=scraper", "-p=canary-flag"]],
    [["--port", "9000", "--server", "controller:8443", "--username", "scraper", "--password=canary-flag"]],
  ])("R11: %j work without any variable, and the password is warned of", (argv) => {
    const { controller, web, warnings } = configOf({}, ...argv);
    expect([controller.address, web.port]).toEqual([expected, 9000]);
    const { credentials } = controller;
    expect(credentials).toMatchObject({ kind: "user", username: "scraper" });
    expect(credentials.kind === "user" && credentials.password.reveal()).toBe("canary-flag");
    expect(warnings).toEqual([
      "A password on the command line can be read by everyone who can list processes: use CTRL_PASSWORD_FILE",
    ]);
  });

  test("R11: win over the variables, a password also over its file", () => {
    const env = { ...minimal, CTRL_PASSWORD: "", CTRL_PASSWORD_FILE: "/secrets/password", EXPORTER_PORT: "1" };
    const { controller, web } = configOf(env, "-e", "2", "-p", "-canary");
    expect(web.port).toBe(2);
    expect(controller.credentials.kind === "user" && controller.credentials.password.reveal()).toBe("-canary");
  });

  test("R15: what is wrong with them is told without their values", () => {
    const argv = ["-e", "canary", "-p", "canary", "-x", "canary", "--passwort=canary", "-s"];
    expect(problemsOf({ CTRL_APIKEY: "a:b" }, ...argv)).toEqual([
      "an argument is not a flag of the form --name=value",
      "no such flag: --passwort, did you mean --password?",
      "flag -s needs a value",
      "EXPORTER_PORT must be a port number, 0 to 65535",
      "CTRL_API_SERVICE is required",
      "CTRL_PASSWORD and CTRL_APIKEY exclude each other",
    ]);
  });
});

describe("the configuration", () => {
  test("is frozen to the bottom and shows no secret", () => {
    const config = configOf(minimal);
    expect(Object.isFrozen(config.controller.address)).toBe(true);
    expect(JSON.stringify(config)).not.toContain("canary");
  });

  test("R15: switching verification off is said at every start", () => {
    expect(configOf({ ...minimal, CTRL_TLS_VERIFY: "false" }).warnings).toEqual([
      "CTRL_TLS_VERIFY=false: any certificate is accepted, so passwords and tokens can be intercepted",
    ]);
  });

  test("a web config file is checked with the other settings", () => {
    expect(configOf(minimal, "--web.config.file=/web/good.yml").web.configFile).toBe("/web/good.yml");
    expect(problemsOf({ ...minimal, WEB_CONFIG_FILE: "/web/no.yml", LOG_LEVEL: "x" })).toEqual([
      "LOG_LEVEL must be one of debug, info, warn, error",
      "WEB_CONFIG_FILE: it cannot be read (ENOENT)",
    ]);
    expect(problemsOf({ ...minimal, WEB_CONFIG_FILE: "/web/bad.yml" }, "--config.check")).toEqual([
      "WEB_CONFIG_FILE: basic_auth_users.alice: expected a bcrypt hash, such as htpasswd -nBC 10 prints",
      "WEB_CONFIG_FILE: tls_server_config.cert_file: names a file that cannot be read (ENOENT)",
      "WEB_CONFIG_FILE: tls_server_config.key_file: is required (or key)",
    ]);
  });

  test("--version, --help and --config.check only say something", () => {
    expect(parse({}, "--version")).toEqual({ does: "version" });
    expect(parse(minimal, "--config.check")).toEqual({ does: "check" });
    const help = parse({}, "--help");
    expect(help.does === "help" && help.text).toContain("EXPORTER_PORT  --web.listen-port");
  });

  test.each<[Env, object]>([
    [{}, { server: "127.0.0.1", port: 8068, webConfigFile: undefined }],
    [{ EXPORTER_ADDRESS: "0.0.0.0:9000" }, { server: "127.0.0.1", port: 9000, webConfigFile: undefined }],
    [{ EXPORTER_ADDRESS: ":9000" }, { server: "127.0.0.1", port: 9000, webConfigFile: undefined }],
    [
      { EXPORTER_ADDRESS: "[::]", EXPORTER_PORT: "1" },
      { server: "::1", port: 1, webConfigFile: undefined },
    ],
    [{ EXPORTER_ADDRESS: "10.0.0.1" }, { server: "10.0.0.1", port: 8068, webConfigFile: undefined }],
    // Neither the controller's settings nor what the files hold matters.
    [{ CTRL_API_SERVICE: "https://", WEB_CONFIG_FILE: "/web/bad.yml" }, { webConfigFile: "/web/bad.yml" }],
  ])("--health with %j asks %j", (env, target) => {
    expect(parse(env, "--health")).toMatchObject({ does: "health", target });
  });

  test("--health needs a port that is known", () => {
    expect(problemsOf({}, "--health", "-e", "0", "--x.y")).toEqual([
      "no such flag: --x.y",
      "port 0 is any free one, which --health cannot know",
    ]);
  });

  test("R2: a wrong join is refused by --config.check only", () => {
    const env = { ...minimal, ENABLE_FED_JOIN: "true" };
    expect(configOf(env).join.state).toBe("invalid");
    expect(problemsOf(env, "--config.check")).toContain("PAAS_STORE_ID is required");
  });
});

describe("R11: groups of metrics", () => {
  const allButEnforcer = [
    ...["summary", "host", "admission", "platform_vulnerability", "federation", "scanner", "policy", "risk", "log"],
    ...["container_vulnerability", "conversation", "controller", "image_vulnerability"],
  ];

  test("R11: all by default, enforcer only with ENFORCER_STATS", () => {
    expect(configOf(minimal).collectors).toEqual(allButEnforcer);
    expect(configOf({ ...minimal, ENFORCER_STATS: "true" }).collectors).toHaveLength(allButEnforcer.length + 1);
  });

  test.each([
    ["0", false],
    ["false", false],
    ["No", false],
    ["OFF", false],
    ["", false],
    ["1", true],
    ["true", true],
    ["enabled", true],
  ])("R11: ENFORCER_STATS=%s", (value, isOn) => {
    expect(configOf({ ...minimal, ENFORCER_STATS: value }).collectors.includes("enforcer")).toBe(isOn);
  });

  test("R11: EXPORTER_METRICS picks some, blanks allowed", () => {
    const env = { ...minimal, EXPORTER_METRICS: "summary, log,enforcer" };
    expect(configOf(env).collectors).toEqual(["summary", "log"]);
    expect(configOf({ ...env, ENFORCER_STATS: "yes" }).collectors).toEqual(["summary", "log", "enforcer"]);
    expect(configOf(minimal, "--collector.groups=federation").collectors).toEqual(["federation"]);
  });

  test("R11: a choice that collects nothing is refused", () => {
    expect(problemsOf({ ...minimal, EXPORTER_METRICS: "enforcer" })).toEqual([
      "EXPORTER_METRICS names only enforcer, which needs ENFORCER_STATS=true",
    ]);
    expect(problemsOf({ ...minimal, EXPORTER_METRICS: "enforcer", ENFORCER_STATS: "1" })).toEqual([]);
  });

  test.each(["summary,sumary", "summary,", "all"])("R11: EXPORTER_METRICS=%s is refused with the names", (given) => {
    expect(problemsOf({ ...minimal, EXPORTER_METRICS: given })).toEqual([
      "EXPORTER_METRICS must be a comma-separated list of summary, host, admission, platform_vulnerability, federation, scanner, policy, risk, log, container_vulnerability, conversation, controller, image_vulnerability, enforcer",
    ]);
  });
});
