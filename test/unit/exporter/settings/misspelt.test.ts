import { expect, test } from "vitest";
import { parseCommand } from "../../../../exporter/src/settings/command";
import { readFrom } from "../../../support/memoryFiles";

type Env = Readonly<Record<string, string | undefined>>;

const readFile = readFrom({ "/password": "canary" });
const minimal: Env = { CTRL_API_SERVICE: "controller:10443", CTRL_PASSWORD: "canary" };

const parse = (env: Env, ...argv: string[]) => parseCommand({ argv, env, readFile });
const check = (env: Env, ...argv: string[]) => {
  const command = parse(env, "--config.check", ...argv);
  return command.does === "refuse" ? command.problems : [];
};

test.each([
  ["CTRL_PASWORD_FILE", "CTRL_PASSWORD_FILE"],
  ["CTRL_PASSWROD", "CTRL_PASSWORD"],
  ["ctrl_ca_file", "CTRL_CA_FILE"],
  ["CTRL_CA", "CTRL_CA_FILE"],
  ["CTRL_USERNAME_FILE", "CTRL_USERNAME"],
  ["LOG_LEVELS", "LOG_LEVEL"],
  ["COLLECTOR_SUMARY_INTERVAL", "COLLECTOR_SUMMARY_INTERVAL"],
  ["ENABLE_FEDJOIN", "ENABLE_FED_JOIN"],
  ["JOIN_TOKEN_UR_FILE", "JOIN_TOKEN_URL_FILE"],
])("the check refuses %s and a start warns of it", (name, meant) => {
  const problem = `${name} is not a setting, did you mean ${meant}?`;
  const env = { ...minimal, [name]: "/nowhere" };
  expect(check(env)[0]).toBe(problem);
  const command = parse(env);
  expect(command.does === "run" && command.config.warnings).toEqual([problem]);
});

test.each([
  ...["PATH", "HOME", "LANG", "NODE_EXTRA_CA_CERTS", "KUBERNETES_SERVICE_HOST", "HTTPS_PROXY"],
  // What Kubernetes sets for Services called exporter, ctrl-api and join.
  ...["EXPORTER_PORT_8068_TCP", "EXPORTER_SERVICE_PORT", "CTRL_API_SERVICE_HOST", "CTRL_API_SERVICE_PORT", "JOIN_PORT"],
  // Names for the references of a configuration file.
  ...["CTRL_PASSWORD_2", "CTRL_APIKEY1"],
  "JOB_MODE",
])("%s is not taken for a misspelt setting", (name) => {
  expect(check({ ...minimal, [name]: "x" })).toEqual([]);
});

test("an empty variable counts as not set", () => {
  expect(check({ ...minimal, CTRL_PASWORD_FILE: "" })).toEqual([]);
});

const passwordIn = (file: string): Env => ({ CTRL_PASSWORD: undefined, CTRL_PASWORD_FILE: file });
const passwordFile = "CTRL_PASWORD_FILE is not a setting, did you mean CTRL_PASSWORD_FILE?";
const noService = { CTRL_API_SERVICE: undefined };
const service = "no such flag: --ctrl.api-servise, did you mean --ctrl.api-service?";
const level = "no such flag: --log.levle, did you mean --log.level?";

test.each<[Env, string, ...string[]]>([
  [passwordIn("/password"), "", passwordFile],
  [passwordIn("/nowhere"), "", passwordFile, "CTRL_PASSWORD_FILE names a file that cannot be read (ENOENT)"],
  [noService, "--ctrl.api-servise controller", service],
  [noService, "--ctrl.api-servise=controller", service],
  [{}, "--log.levle loud", level, "LOG_LEVEL must be one of debug, info, warn, error"],
  [{}, "--nonsense canary", "no such flag: --nonsense"],
  [{}, "--nonsense --log.levle info", "no such flag: --nonsense", level],
])("a misspelling is one problem, with what is wrong in its value: %j %s", (env, line, ...problems) => {
  const argv = line === "" ? [] : line.split(" ");
  expect(check({ ...minimal, ...env }, ...argv)).toEqual(problems);
  const command = parse({ ...minimal, ...env }, ...argv);
  expect(command.does === "refuse" && command.problems).toEqual(problems);
});

test("the configuration tells which settings are given, and of a secret only that it is", () => {
  const given = (env: Env, ...argv: string[]) => {
    const command = parse({ ...minimal, ...env }, ...argv);
    return command.does === "run" && command.config.given;
  };
  const common = { CTRL_API_SERVICE: "controller:10443", CTRL_PASSWORD: "set" };
  const level = { LOG_LEVEL: "debug" };
  expect(given({ PAAS_STORE_ID: "u1", HOME: "/", LOG_LEVEL: "warn" }, "--log.level=debug")).toEqual({
    ...common,
    ...level,
  });
  expect(given({ CTRL_PASSWORD: undefined, CTRL_PASSWORD_FILE: "/password" })).toEqual({
    CTRL_API_SERVICE: "controller:10443",
    CTRL_PASSWORD_FILE: "/password",
  });
  const join = { ENABLE_FED_JOIN: "true", PAAS_STORE_ID: "u1" };
  expect(given({ ...join, JOIN_TOKEN: "canary" })).toEqual({ ...common, ...join, JOIN_TOKEN: "set" });
});
