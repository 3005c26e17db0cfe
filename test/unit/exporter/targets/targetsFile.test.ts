import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseTargetsFile } from "../../../../exporter/src/configFile/targetsFile";
import { parseCommand, type Command } from "../../../../exporter/src/settings/command";
import { caCertificate } from "../../../support/caCertificate";
import { docsBlock } from "../../../support/docsBlock";
import { readFrom } from "../../../support/memoryFiles";

const secret = "Canary-in-the-clear";

const named = {
  "/etc/exporter/password": "from-file\n",
  "/etc/exporter/empty": "\n",
  "/run/key": "scraper:s3cr3t",
  "/etc/exporter/ca.pem": caCertificate,
  "/etc/exporter/site-password": "from-file\n",
  "/etc/exporter/master-apikey": "exporter:s3cr3t\n",
  "/etc/exporter/members.txt": "shop-1\n",
  "/etc/exporter/members": "# shops\nshop-1\n  shop-2   # closed\n\nid#3\n",
};

const check = (yaml: string, env: Readonly<Record<string, string>> = {}, ...argv: string[]): Command =>
  parseCommand({
    argv: [...argv, "--config.file=/etc/exporter/exporter.yml"],
    env: { PASSWORD: "from-env", ...env },
    readFile: readFrom({ ...named, "/etc/exporter/exporter.yml": yaml }),
  });

function targetsOf(yaml: string) {
  const command = check(yaml);
  if (command.does !== "run") throw new Error(JSON.stringify(command));
  expect(command.config.controller).toBeUndefined();
  return command.config.targets;
}

function problemsOf(yaml: string, env?: Readonly<Record<string, string>>): readonly string[] {
  const command = check(yaml, env);
  return command.does === "refuse" ? command.problems.map((line) => line.replace("EXPORTER_CONFIG_FILE ", "")) : [];
}

const minimal = `{modules: {default: {password_env: PASSWORD}}, targets: {one: {address: c1}}}`;

describe("the file of targets", () => {
  test("a target takes the module default, port 10443, verified TLS and every collector", () => {
    const one = targetsOf(minimal).targets.get("one");
    expect(one).toMatchObject({
      address: { server: "c1", port: 10443 },
      access: [
        {
          plan: { module: "default", collectors: expect.arrayContaining(["summary", "log"]) as unknown },
          tls: { verify: true },
          credentials: { kind: "user", username: "admin" },
        },
      ],
    });
    expect(one?.access[0].plan.collectors).not.toContain("enforcer");
  });

  test("every key is read, paths relative to the file", () => {
    const pins = ["ab", "cd"].map((byte) => byte.repeat(32));
    const { targets, federation, warnings } = targetsOf(`
default_module: full
modules:
  full:
    username: scraper
    password_file: password
    tls: {ca_file: ca.pem, server_name: neuvector}
    groups: [summary, conversation]
    intervals: {conversation: 5m, summary: 0}
  key: {apikey_file: /run/key, tls: {verify: false}}
  light: {groups: [summary]}
targets:
  one: {address: "c1:8443"}
  two: {address: "[fd00::7]", module: [key, full], tls: {fingerprint: ${JSON.stringify(pins)}}}
federation: {via: one, module: light, members_file: members}
`);
    const [full] = targets.get("one")?.access ?? [];
    expect(full).toMatchObject({
      credentials: { kind: "user", username: "scraper" },
      tls: { serverName: "neuvector", verify: true },
      plan: { collectors: ["summary", "conversation"], intervalsMs: new Map([["conversation", 300_000]]) },
    });
    expect(full?.credentials.kind === "user" && full.credentials.password.reveal()).toBe("from-file");
    expect(targets.get("two")?.access).toMatchObject([
      { plan: { module: "key" }, credentials: { kind: "apiKey" }, tls: { fingerprint: pins } },
      { plan: { module: "full" }, credentials: { kind: "user" }, tls: { fingerprint: pins } },
    ]);
    expect(federation).toMatchObject({
      via: "one",
      roster: ["shop-1", "shop-2", "id#3"],
      plans: [{ module: "light", collectors: ["summary"] }],
    });
    expect(warnings).toEqual([expect.stringContaining("modules.key.tls: verify: false")]);
  });

  test("the documented file is valid, and an empty one has no targets", () => {
    const { targets, federation } = targetsOf(docsBlock("docs/how-to/targets.md", "default_module:"));
    expect([...targets.keys()]).toEqual(["paris", "rome", "primary"]);
    expect(federation).toMatchObject({ via: "primary", roster: ["shop-1"] });
    expect(targetsOf("# nothing\n").targets.size).toBe(0);
  });

  test("all problems are reported at once, with their paths and without values", () => {
    const problems = problemsOf(`
modul: {}
modules:
  a: {password: ${secret}}
  b: {password_file: nowhere, groups: [summary, nonsense], intervals: {summary: soon}}
  c: {password_env: UNSET, apikey_env: PASSWORD}
  "member:x": {password_env: PASSWORD}
targets:
  https://host: {address: c}
  t: {address: "https://u:${secret}@host", tls: {fingerprint: ${secret}}}
  u: 7
federation: {members: [""], member_file: x}
`);
    expect(problems).toEqual([
      "modules.a.password: unknown key, did you mean password_env?",
      expect.stringMatching(/^modules\.b\.groups\[1\]: must be one of summary, /),
      "modules.b.intervals.summary: must be a duration such as 90s, 5m or 1h",
      "modules.c: password_file, password_env, apikey_file, apikey_env exclude each other",
      expect.stringMatching(/^modules\.member:x: must be a name/),
      expect.stringMatching(/^targets\.https:\/\/host: must be a name/),
      expect.stringMatching(/^targets\.t\.address: must be host\[:port\].*; a path belongs in base_path$/),
      expect.stringMatching(/^targets\.t\.tls\.fingerprint: must be a SHA-256 fingerprint/),
      "targets.u: must be a mapping",
      "federation.members[0]: must be the id or the name of a member",
      "federation.member_file: unknown key, did you mean members_file?",
      "modul: unknown key, did you mean modules?",
    ]);
    expect(problems.join()).not.toContain(secret);
  });

  test("what the file refers to is checked too, all at once", () => {
    const problems = problemsOf(`
default_module: nobody
modules:
  a: {password_file: nowhere}
  b: {password_file: empty}
  c: {password_env: UNSET}
  d: {apikey_env: PASSWORD}
  e: {password_env: PASSWORD, tls: {ca_file: password}}
  f: {}
targets:
  t: {address: c, module: f}
  u: {address: c, module: g}
federation: {via: x, module: y, members_file: none}
`);
    expect(problems).toEqual([
      "modules.a.password_file: names a file that cannot be read (ENOENT)",
      "modules.b.password_file: names a file that is empty",
      "modules.c.password_env: names a variable that is not set",
      "modules.d.apikey_env: must name an API key of the form name:secret",
      "modules.e.tls.ca_file: must name a file of PEM certificates",
      "default_module: names an unknown module; available: a, b, c, d, e, f",
      "targets.t: needs credentials, and its module f has none",
      "targets.u.module: names an unknown module; available: a, b, c, d, e, f",
      "federation.via: names an unknown target; available: t, u",
      "federation.module: names an unknown module; available: a, b, c, d, e, f",
      "federation.members_file: names a file that cannot be read (ENOENT)",
    ]);
  });

  test.each([
    ["a: [", /^it is not valid YAML at line 1, column 5 \(/],
    ["a: 1\na: 2", /^it is not valid YAML at line 2, column 1 \(DUPLICATE_KEY\): /],
    [`a: *${secret}`, /^(?!.*Canary).*alias/],
    ["[]", /^must be a mapping$/],
    ["modules: 1", /^modules: must be a mapping$/],
    ["federation: {members: [a]}", /^federation: needs via for its roster, as CTRL_API_SERVICE is not set$/],
    [
      "{modules: {m: {password_env: PASSWORD}}, targets: {t: {address: c}}}",
      /^targets\.t: needs a module, as there is neither default_module nor a module `default`$/,
    ],
  ])("%s is refused", (yaml, problem) => {
    expect(problemsOf(yaml)).toEqual([expect.stringMatching(problem)]);
  });

  test.each([
    ["proxy: environment", []],
    ['proxy: "http://p.example:3128"', []],
    ['proxy: "http://u:canary@p.example"', ["targets.t.proxy: must hold no credentials: use proxy_file"]],
    ["proxy: p.example", [expect.stringContaining("must be environment, or the URL") as string]],
    ["proxy: environment, proxy_file: f", ["targets.t: proxy and proxy_file exclude each other"]],
    [
      "proxy: environment, tls: {verify: false}",
      ["targets.t: proxy and verify: false exclude each other, since the proxy could read passwords"],
    ],
  ])("of a target with %s the problems are %j", (keys, problems) => {
    const target = `{address: c, ${keys}}`;
    expect(problemsOf(`{modules: {default: {password_env: PASSWORD}}, targets: {t: ${target}}}`)).toEqual(problems);
  });

  test("any text is either a file or a list of problems", () => {
    const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof({ depthSize: "small" }, scalar, fc.array(tie("tree")), fc.dictionary(fc.string(), tie("tree"))),
    }));
    const section = fc.dictionary(fc.constantFrom("a", "__proto__", "b c"), tree);
    const file = fc.record({ modules: section, targets: section, federation: tree }, { requiredKeys: [] });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          file.map((value) => JSON.stringify(value)),
        ),
        (text) => {
          const parsed = parseTargetsFile(text, ["summary"]);
          if ("problems" in parsed) expect(parsed.problems.length).toBeGreaterThan(0);
          else expect(Object.keys(parsed.file.targets).every((name) => /^[\w.-]+$/.test(name))).toBe(true);
        },
      ),
    );
  });
});

describe("EXPORTER_CONFIG_FILE beside other settings", () => {
  const controller = { CTRL_API_SERVICE: "c", CTRL_PASSWORD: "x" };

  test("is checked by --config.check, and a missing file is one problem", () => {
    expect(check(minimal, {}, "--config.check")).toEqual({ does: "check" });
    expect(check("x: 1", {}, "--config.check")).toMatchObject({ does: "refuse" });
    const missing = parseCommand({ argv: [], env: { EXPORTER_CONFIG_FILE: "/none" }, readFile: readFrom({}) });
    expect(missing).toEqual({ does: "refuse", problems: ["EXPORTER_CONFIG_FILE cannot be read (ENOENT)"] });
  });

  test("takes the roster of the controller of CTRL_API_SERVICE, which needs its credentials, and a join it", () => {
    expect(check("federation: {members: [a]}", controller)).toMatchObject({
      config: { targets: { federation: { roster: ["a"] } } },
    });
    expect(problemsOf(minimal, { CTRL_API_SERVICE: "c" })).toEqual([
      expect.stringContaining("CTRL_PASSWORD or CTRL_APIKEY is required"),
    ]);
    expect(problemsOf(minimal, { CTRL_PASSWORD: "x" })).toEqual(["CTRL_API_SERVICE is required"]);
    const problems = expect.arrayContaining(["CTRL_API_SERVICE is required for a join"]) as unknown;
    expect(check(minimal, { ENABLE_FED_JOIN: "true" })).toMatchObject({
      config: { join: { state: "invalid", problems } },
    });
  });
});
