import type { Credentials, LogLevel } from "@fedjoin/provider/internal/neuvector";
import type * as z from "zod";
import type { Limits } from "../collectors/collector";
import type { RenderOptions } from "../scrape/render";
import { allSettings } from "./allSettings";
import { givenSettings } from "./givenSettings";
import { describeMisspelt, misspeltVariables, type MisspeltVariable } from "./misspeltVariables";
import { readJoinConfig, type JoinIntent } from "./joinConfig";
import { readPushConfig, type PushConfig } from "./pushConfig";
import { readSettings, type Sources } from "./readSettings";
import { withRoute } from "../values/route";
import { exporterSettings, collectorNames, intervalNameOf, intervalSettings } from "./settings";
import { readWebConfig } from "../webConfig/readWebConfig";
import { readTlsSettings } from "../values/tlsSettings";
import { readTargets } from "../configFile/readTargets";
import { noTargets, type ScrapePlan, type TargetsConfig } from "../configFile/targetsConfig";
import type { Address, TlsSettings } from "@fedjoin/provider/internal/values";

declare const checked: unique symbol;

/** The complete, frozen configuration of the exporter. Only `readConfig` creates one. */
export type Config = ConfigValues & { readonly [checked]: true };

/** The controller of `/metrics`. */
export interface ConfiguredController {
  readonly address: Address;
  readonly tls: TlsSettings;
  readonly credentials: Credentials;
}

interface ConfigValues {
  /** If `undefined`, `/metrics` is about the exporter alone. */
  readonly controller: ConfiguredController | undefined;
  /** The targets of `/probe` and the federation's roster. */
  readonly targets: TargetsConfig;
  /** Folder for login back-offs and the state of the join; `undefined` for the temporary folder. */
  readonly stateDir: string | undefined;
  readonly web: {
    /** `undefined` for all interfaces. */
    readonly address: string | undefined;
    readonly port: number;
    /** Only the path, because the file is reread whenever it changes. */
    readonly configFile: string | undefined;
    readonly telemetryPath: string;
    /** Maximum concurrent scrapes; 0 for no limit. */
    readonly maxScrapes: number;
    /** Whether `/-/reload` is enabled. */
    readonly lifecycle: boolean;
    readonly landing: boolean;
  };
  /** Names of the collectors to run. */
  readonly collectors: readonly string[];
  readonly limits: Limits;
  /** Milliseconds by collector; 0 is left out. */
  readonly intervalsMs: ReadonlyMap<string, number>;
  readonly exposition: Omit<RenderOptions, "format">;
  /** `undefined` for none. */
  readonly push: PushConfig | undefined;
  readonly maxConnections: number;
  readonly log: { readonly level: LogLevel; readonly format: "text" | "json" };
  readonly join: JoinIntent;
  /** The settings that are given, by name, for the log; those of the join only if it is on. A secret is `set`. */
  readonly given: Readonly<Record<string, string>>;
  /** Logged at every start. */
  readonly warnings: readonly string[];
}

/** The result of reading the configuration; `config` only if there are no `problems`. */
export interface ConfigReading {
  readonly config: Config | undefined;
  readonly problems: readonly string[];
  /** Problems of the join; they do not prevent the start (R2). */
  readonly joinProblems: readonly string[];
  /** Problems of `--config.check`, and warnings of a start: a variable may be meant for another program. */
  readonly misspelt: readonly MisspeltVariable[];
}

/** Reads and checks all settings and the files they name. */
export function readConfig(sources: Sources): ConfigReading {
  const { values, problems } = readExporter(sources);
  const join = requireController(values?.controller, readJoinConfig(sources));
  const joinProblems = join.state === "invalid" ? join.problems : [];
  const misspelt = misspeltVariables(sources.env, allSettings);
  const found = { problems, joinProblems, misspelt };
  if (problems.length > 0 || values === undefined) return { config: undefined, ...found };
  const warnings = [...misspelt.map(describeMisspelt), ...values.warnings];
  const given = givenSettings(sources, join.state === "off");
  const all: ConfigValues = { ...values, join, warnings, given };
  // The brand exists only at compile time; this is the only place that applies it.
  return { config: deepFreeze(all) as Config, ...found };
}

function requireController(controller: ConfiguredController | undefined, join: JoinIntent): JoinIntent {
  if (controller !== undefined || join.state === "off") return join;
  const problems = join.state === "invalid" ? join.problems : [];
  return { state: "invalid", problems: ["CTRL_API_SERVICE is required for a join", ...problems] };
}

interface ExporterReading {
  readonly values: Omit<ConfigValues, "join" | "given"> | undefined;
  readonly problems: readonly string[];
}

function readExporter(sources: Sources): ExporterReading {
  const reading = readSettings(exporterSettings, sources);
  const intervals = readSettings(intervalSettings, sources);
  const push = readPushConfig(sources);
  const problems = [
    ...reading.problems,
    ...intervals.problems,
    ...push.problems,
    ...controllerProblems(sources),
    ...webConfigProblems(sources),
  ];
  const { values } = reading;
  if (values === undefined) return { values, problems };
  const { tls, ...controller } = readTlsSettings("CTRL_", {
    caFile: values.CTRL_CA_FILE,
    serverName: values.CTRL_TLS_SERVER_NAME,
    fingerprint: values.CTRL_TLS_FINGERPRINT,
    verify: values.CTRL_TLS_VERIFY,
    proxy: values.CTRL_PROXY,
  });
  problems.push(...controller.problems);
  const named = new Set([...values.EXPORTER_METRICS, ...(values.EXTRA_COLLECTORS ?? [])]);
  const collectors = [...named].filter((name) => name !== "enforcer" || values.ENFORCER_STATS);
  if (collectors.length === 0) problems.push("EXPORTER_METRICS names only enforcer, which needs ENFORCER_STATS=true");
  const intervalsMs = new Map(
    collectors.flatMap((group) => {
      const seconds = intervals.values?.[intervalNameOf(group)] ?? 0;
      return seconds === 0 ? [] : [[group, seconds * 1000] as const];
    }),
  );
  const credentials = toCredentials(values);
  const address =
    values.CTRL_API_SERVICE &&
    withRoute(values.CTRL_API_SERVICE, { basePath: values.CTRL_BASE_PATH, proxy: values.CTRL_PROXY });
  const targets = readConfigFile(values.EXPORTER_CONFIG_FILE, { module: "", collectors, intervalsMs }, sources);
  problems.push(...targets.problems);
  const { roster, via } = targets.config.federation;
  if (roster !== undefined && via === undefined && address === undefined) {
    problems.push("EXPORTER_CONFIG_FILE federation: needs via for its roster, as CTRL_API_SERVICE is not set");
  }
  return {
    values: {
      controller: address === undefined || credentials === undefined ? undefined : { address, tls, credentials },
      targets: targets.config,
      stateDir: values.EXPORTER_STATE_DIR,
      web: {
        address: values.EXPORTER_ADDRESS?.server,
        port: values.EXPORTER_ADDRESS?.port ?? values.EXPORTER_PORT,
        configFile: values.WEB_CONFIG_FILE,
        telemetryPath: values.WEB_TELEMETRY_PATH,
        maxScrapes: values.WEB_MAX_REQUESTS,
        lifecycle: values.WEB_ENABLE_LIFECYCLE,
        landing: values.WEB_LANDING,
      },
      collectors,
      limits: {
        conversations: values.CONVERSATION_LIMIT,
        events: values.LOG_EVENTS_LIMIT,
        statusSets: values.FED_STATUS_SETS,
        vulnerabilities: values.VULNERABILITY_LIMIT,
      },
      intervalsMs,
      exposition: {
        maxLabelLength: values.MAX_LABEL_LENGTH,
        names: values.EXPORTER_NAMES,
        sizeLimitBytes: values.SCRAPE_SIZE_LIMIT,
      },
      push: push.push,
      maxConnections: values.MAX_CONNECTIONS,
      log: { level: values.LOG_LEVEL, format: values.LOG_FORMAT },
      warnings: [
        ...reading.warnings,
        ...passwordWarnings(sources),
        ...controller.warnings,
        ...targets.config.warnings,
        ...push.warnings,
      ],
    },
    problems,
  };
}

function readConfigFile(
  path: string | undefined,
  plan: ScrapePlan,
  sources: Sources,
): { readonly config: TargetsConfig; readonly problems: readonly string[] } {
  if (path === undefined) return { config: noTargets(plan), problems: [] };
  const read = readTargets({ ...sources, path, plan, collectorNames });
  if ("targets" in read) return { config: read.targets, problems: [] };
  return { config: noTargets(plan), problems: read.problems.map((line) => `EXPORTER_CONFIG_FILE ${line}`) };
}

/** Based on which settings are present, so that it is reported together with other problems. */
function controllerProblems({ flags, env }: Sources): string[] {
  const isSet = (name: string): boolean => [env[name], flags.get(name)].some((value) => (value ?? "") !== "");
  const isSecretSet = (name: string): boolean => isSet(name) || isSet(`${name}_FILE`);
  const hasController = isSet("CTRL_API_SERVICE");
  const [password, key] = [isSecretSet("CTRL_PASSWORD"), isSecretSet("CTRL_APIKEY")];
  if (!hasController && !password && !key && isSet("EXPORTER_CONFIG_FILE")) return [];
  return [
    ...(hasController ? [] : ["CTRL_API_SERVICE is required"]),
    ...(password && key ? ["CTRL_PASSWORD and CTRL_APIKEY exclude each other"] : []),
    ...(password || key ? [] : ["CTRL_PASSWORD or CTRL_APIKEY is required (or CTRL_PASSWORD_FILE, CTRL_APIKEY_FILE)"]),
  ];
}

/** Its warnings are logged when the exporter opens the file. */
function webConfigProblems(sources: Sources): string[] {
  const path = readSettings(exporterSettings.pick({ WEB_CONFIG_FILE: true }), sources).values?.WEB_CONFIG_FILE;
  if (path === undefined) return [];
  const { readFile } = sources;
  return readWebConfig({ path, readFile, now: 0 }).problems.map((problem) => `WEB_CONFIG_FILE: ${problem}`);
}

function passwordWarnings({ flags }: Sources): string[] {
  return flags.has("CTRL_PASSWORD")
    ? ["A password on the command line can be read by everyone who can list processes: use CTRL_PASSWORD_FILE"]
    : [];
}

function toCredentials(values: z.output<typeof exporterSettings>): Credentials | undefined {
  const { CTRL_USERNAME: username, CTRL_PASSWORD: password, CTRL_APIKEY: key } = values;
  if (key !== undefined) return { kind: "apiKey", key };
  return password === undefined ? undefined : { kind: "user", username, password };
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === "object" && inner !== null) deepFreeze(inner);
  }
  return Object.freeze(value);
}
