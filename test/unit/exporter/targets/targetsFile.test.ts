import { caCertificate } from "../../../support/caCertificate";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCommand, type Command } from "../../../../exporter/src/settings/command";
import { parseTargetsFile } from "../../../../exporter/src/configFile/targetsFile";
import { docsBlock } from "../../../support/docsBlock";
import type { TargetsConfig } from "../../../../exporter/src/configFile/targetsConfig";

const secret = "Canary-in-the-clear";

const secretFiles: Readonly<Record<string, string>> = {
  "/etc/exporter/password": "from-file\n",
  "/etc/exporter/empty": "\n",
  "/run/key": "scraper:s3cr3t",
  "/etc/exporter/ca.pem": caCertificate,
  "/etc/exporter/site-password": "from-file\n",
  "/etc/exporter/master-apikey": "exporter:s3cr3t\n",
  "/etc/exporter/members.txt": "shop-1\n",
  "/etc/exporter/members": "# shops\nshop-1\n  shop-2   # closed\n\nid#3\n",
};

function check(yaml: string, env: Readonly<Record<string, string>> = {}, ...argv: string[]): Command {
  const files: Readonly<Record<string, string>> = { ...secretFiles, "/etc/exporter/exporter.yml": yaml };
  return parseCommand({
    argv: [...argv, "--config.file=/etc/exporter/exporter.yml"],
    env: { PASSWORD: "from-env", ...env },
    readFile(path) {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error(path), { code: "ENOENT" });
      return text;
    },
  });
}

function targetsOf(yaml: string): TargetsConfig {
  const command = check(yaml);
  if (command.does !== "run") throw new Error(JSON.stringify(command));
  expect(command.config.controller).toBeUndefined();
  return command.config.targets;
}

function problemsOf(yaml: string): readonly string[] {
  const command = check(yaml);
  return command.does === "refuse" ? command.problems.map((line) => line.replace("EXPORTER_CONFIG_FILE ", "")) : [];
}

const minimal = `
modules: {default: {password_env: PASSWORD}}
targets: {one: {address: "c1"}}
`;

describe("the file of targets", () => {
  test("a target takes the module default, port 10443, verified TLS and every group", () => {
    const one = targetsOf(minimal).targets.get("one");
    expect(one?.address).toEqual({ server: "c1", port: 10443 });
    expect(one?.access).toHaveLength(1);
    expect(one?.access[0]).toMatchObject({
      plan: { module: "default" },
      tls: { verify: true },
      credentials: { kind: "user", username: "admin" },
    });
    expect(one?.access[0].plan.collectors).toContain("summary");
    expect(one?.access[0].plan.collectors).not.toContain("enforcer");
  });

  test("everything that can be said is read, paths relative to the file", () => {
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
  two: {address: "[fd00::7]", module: [key, full], tls: {fingerprint: ["${"ab".repeat(32)}", "${"cd".repeat(32)}"]}}
federation: {via: one, module: light, members_file: members}
`);
    const [full] = targets.get("one")?.access ?? [];
    expect(full?.credentials).toMatchObject({ kind: "user", username: "scraper" });
    expect(full?.credentials.kind === "user" && full.credentials.password.reveal()).toBe("from-file");
    expect(full?.tls).toMatchObject({ serverName: "neuvector", verify: true });
    expect(full?.plan).toMatchObject({ collectors: ["summary", "conversation"] });
    expect([...(full?.plan.intervalsMs ?? [])]).toEqual([["conversation", 300_000]]);
    expect(targets.get("two")?.access.map(({ plan, credentials }) => [plan.module, credentials.kind])).toEqual([
      ["key", "apiKey"],
      ["full", "user"],
    ]);
    const pinned = ["ab".repeat(32), "cd".repeat(32)];
    expect(targets.get("two")?.access.map(({ tls }) => tls.fingerprint)).toEqual([pinned, pinned]);
    expect(federation).toMatchObject({ via: "one", roster: ["shop-1", "shop-2", "id#3"] });
    expect(federation.plans.map(({ module, collectors }) => [module, collectors])).toEqual([["light", ["summary"]]]);
    expect(warnings).toEqual([expect.stringContaining("modules.key.tls: verify: false")]);
  });

  test("the documented file is valid", () => {
    const { targets, federation } = targetsOf(docsBlock("docs/how-to/targets.md", "default_module:"));
    expect([...targets.keys()]).toEqual(["paris", "rome", "primary"]);
    expect(federation).toMatchObject({ via: "primary", roster: ["shop-1"] });
  });

  test("an empty file is one without targets", () => {
    expect(targetsOf("# nothing\n").targets.size).toBe(0);
  });

  test("everything that is wrong is said at once, with its path and never its value", () => {
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

  test("what the file names is checked as well, all at once", () => {
    expect(
      problemsOf(`
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
`),
    ).toEqual([
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
    ["a: [", /^line 1, column 5: is not valid YAML \(/],
    ["a: 1\na: 2", /^line 2, column 1: is not valid YAML \(DUPLICATE_KEY\)$/],
    [`a: *${secret}`, /alias/],
    ["[]", /^must be a mapping$/],
    ["modules: 1", /^modules: must be a mapping$/],
  ])("no such file: %s", (yaml, problem) => {
    const [first = ""] = problemsOf(yaml);
    expect(first).toMatch(problem);
    expect(first).not.toContain(secret);
  });

  test("a roster needs the master that it is about", () => {
    expect(problemsOf("federation: {members: [a]}")).toEqual([
      "federation: needs via for its roster, as CTRL_API_SERVICE is not set",
    ]);
    const command = check("federation: {members: [a]}", { CTRL_API_SERVICE: "c", CTRL_PASSWORD: "x" });
    expect(command).toMatchObject({ config: { targets: { federation: { roster: ["a"] } } } });
  });

  test("any text is either a file or a list of problems", () => {
    const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof({ depthSize: "small" }, scalar, fc.array(tie("tree")), fc.dictionary(fc.string(), tie("tree"))),
    }));
    const section = fc.dictionary(fc.constantFrom("a", "__proto__", "b c"), tree);
    const file = fc.record({ modules: section, targets: section, federation: tree }, { requiredKeys: [] });
    const texts = fc.oneof(
      fc.string(),
      file.map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parseTargetsFile(text, ["summary"]);
        if ("problems" in parsed) expect(parsed.problems.length).toBeGreaterThan(0);
        else expect(Object.keys(parsed.file.targets).every((name) => /^[\w.-]+$/.test(name))).toBe(true);
      }),
    );
  });

  test("a proxy holds no credentials, and goes with a verified certificate", () => {
    const withProxy = (more: string): readonly string[] =>
      problemsOf(`{modules: {default: {password_env: PASSWORD}}, targets: {t: {address: c, ${more}}}}`);
    expect(withProxy("proxy: environment")).toEqual([]);
    expect(withProxy('proxy: "http://p.example:3128"')).toEqual([]);
    expect(withProxy('proxy: "http://u:canary@p.example"')).toEqual([
      "targets.t.proxy: must hold no credentials: use proxy_file",
    ]);
    expect(withProxy("proxy: p.example")).toEqual([expect.stringContaining("must be environment, or the URL")]);
    expect(withProxy("proxy: environment, proxy_file: f")).toEqual([
      "targets.t: proxy and proxy_file exclude each other",
    ]);
    expect(withProxy("proxy: environment, tls: {verify: false}")).toEqual([
      "targets.t: proxy and verify: false exclude each other, since the proxy could read passwords",
    ]);
  });

  test("a target without a module needs a default", () => {
    expect(problemsOf(`{modules: {m: {password_env: PASSWORD}}, targets: {t: {address: c}}}`)).toEqual([
      "targets.t: needs a module, as there is neither default_module nor a module `default`",
    ]);
  });

  test("--config.check checks it, and a missing file is one problem", () => {
    expect(check(minimal, {}, "--config.check")).toEqual({ does: "check" });
    expect(check("x: 1", {}, "--config.check")).toMatchObject({ does: "refuse" });
    const command = parseCommand({
      argv: [],
      env: { EXPORTER_CONFIG_FILE: "/none" },
      readFile: () => {
        throw Object.assign(new Error("no"), { code: "EACCES" });
      },
    });
    expect(command).toEqual({ does: "refuse", problems: ["EXPORTER_CONFIG_FILE cannot be read (EACCES)"] });
  });

  test("CTRL_API_SERVICE goes with its credentials also beside a file, and a join needs it", () => {
    expect(check(minimal, { CTRL_API_SERVICE: "c" })).toMatchObject({
      problems: [expect.stringContaining("CTRL_PASSWORD or CTRL_APIKEY is required")],
    });
    expect(check(minimal, { CTRL_PASSWORD: "x" })).toMatchObject({ problems: ["CTRL_API_SERVICE is required"] });
    expect(check(minimal, { ENABLE_FED_JOIN: "true" })).toMatchObject({
      config: {
        join: {
          state: "invalid",
          problems: expect.arrayContaining(["CTRL_API_SERVICE is required for a join"]) as unknown,
        },
      },
    });
  });
});
