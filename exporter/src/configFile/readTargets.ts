import type { Credentials } from "@fedjoin/provider/internal/neuvector";
import { readText, type FileSources } from "../values/fileText";
import { withRoute } from "../values/route";
import { createReferences, type References } from "./references";
import type { ConfiguredFederation, ConfiguredTarget, ScrapePlan, TargetAccess, TargetsConfig } from "./targetsConfig";
import { parseTargetsFile, type ModuleEntry, type TargetsFile } from "./targetsFile";
import type { TlsSettings } from "@fedjoin/provider/internal/values";

export interface TargetsInput extends FileSources {
  /** Path of the configuration file; paths in it are relative to its folder. */
  readonly path: string;
  /** The default for modules. */
  readonly plan: ScrapePlan;
  /** The names of all collectors. */
  readonly collectorNames: readonly string[];
}

type Reading =
  | { readonly targets: TargetsConfig }
  /** All problems; they contain no values. */
  | { readonly problems: readonly string[] };

/** Reads the configuration file and everything it refers to: secrets, certificates, roster. */
export function readTargets(input: TargetsInput): Reading {
  const text = readText(input.readFile, input.path);
  if ("problem" in text) return { problems: [text.problem] };
  const parsed = parseTargetsFile(text.value, input.collectorNames);
  return "problems" in parsed ? parsed : resolveFile(parsed.file, input);
}

function resolveFile(file: TargetsFile, input: TargetsInput): Reading {
  const references = createReferences(input.path, input);
  const modules = resolveModules(file, input.plan, references);
  const targets = resolveTargets(file, modules, references);
  const federation = resolveFederation(file, modules, input.plan, references);
  const { problems, warnings } = references;
  return problems.length > 0 ? { problems: [...new Set(problems)] } : { targets: { targets, federation, warnings } };
}

interface Module {
  readonly plan: ScrapePlan;
  readonly tls: TlsSettings;
  /** `undefined` if none are given or they cannot be read. */
  readonly credentials: Credentials | undefined;
  readonly hasCredentials: boolean;
}

type Modules = ReadonlyMap<string, Module>;

function resolveModules(file: TargetsFile, plan: ScrapePlan, references: References): Modules {
  const entries = Object.entries(file.modules).map(([name, entry]): readonly [string, Module] => {
    const where = ["modules", name];
    const { password_file, password_env, apikey_file, apikey_env } = entry;
    const module: Module = {
      plan: {
        module: name,
        collectors: entry.groups ?? plan.collectors,
        intervalsMs: entry.intervals === undefined ? plan.intervalsMs : toIntervals(entry),
      },
      tls: references.tls([...where, "tls"], entry.tls),
      credentials: references.credentials(where, entry),
      hasCredentials: [password_file, password_env, apikey_file, apikey_env].some((given) => given !== undefined),
    };
    return [name, module];
  });
  return new Map(entries);
}

function findModules(
  modules: Modules,
  names: readonly string[],
  where: readonly PropertyKey[],
  references: References,
): Module[] {
  return names.flatMap((name) => {
    const found = modules.get(name);
    if (found !== undefined) return [found];
    references.problem(where, `names an unknown module; available: ${list(modules.keys())}`);
    return [];
  });
}

function resolveTargets(
  file: TargetsFile,
  modules: Modules,
  references: References,
): ReadonlyMap<string, ConfiguredTarget> {
  const { default_module } = file;
  if (default_module !== undefined) findModules(modules, [default_module], ["default_module"], references);
  const preset = default_module ?? (modules.has("default") ? "default" : undefined);
  const targets = Object.entries(file.targets).flatMap(
    ([name, { address: host, base_path, module, tls, ...rest }]): ConfiguredTarget[] => {
      const where = ["targets", name];
      const proxy = rest.proxy ?? references.proxy(where, rest.proxy_file);
      const address = withRoute(host, { basePath: base_path, proxy });
      const own = tls === undefined ? undefined : references.tls([...where, "tls"], tls);
      if (module === undefined && preset === undefined) {
        references.problem(where, "needs a module, as there is neither default_module nor a module `default`");
      }
      const names = module ?? (preset === undefined ? [] : [preset]);
      const found = findModules(modules, names, module === undefined ? where : [...where, "module"], references);
      const [first, ...others] = found.flatMap((entry): TargetAccess[] => {
        const { plan, credentials, hasCredentials } = entry;
        const access = own ?? entry.tls;
        if (proxy !== undefined && access.verify === false) {
          references.problem(where, "proxy and verify: false exclude each other, since the proxy could read passwords");
        }
        if (!hasCredentials) references.problem(where, `needs credentials, and its module ${plan.module} has none`);
        return credentials === undefined ? [] : [{ plan, tls: access, credentials }];
      });
      return first === undefined ? [] : [{ name, address, access: [first, ...others] }];
    },
  );
  return new Map(targets.map((target) => [target.name, target]));
}

function resolveFederation(
  { targets, federation: { via, module = [], members, members_file } }: TargetsFile,
  modules: Modules,
  plan: ScrapePlan,
  references: References,
): ConfiguredFederation {
  const where = "federation";
  if (via !== undefined && !Object.hasOwn(targets, via)) {
    references.problem([where, "via"], `names an unknown target; available: ${list(Object.keys(targets))}`);
  }
  const [first = plan, ...others] = findModules(modules, module, [where, "module"], references).map(
    (found) => found.plan,
  );
  const listed = members_file === undefined ? undefined : references.text([where, "members_file"], members_file);
  return {
    via,
    plans: [first, ...others],
    roster: members ?? (listed === undefined ? undefined : parseRoster(listed)),
  };
}

function toIntervals({ intervals = {} }: ModuleEntry): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(intervals).flatMap(([group, seconds]) =>
      seconds === undefined || seconds === 0 ? [] : [[group, seconds * 1000] as const],
    ),
  );
}

/** One id or name per line; a `#` at the start of a word begins a comment. */
function parseRoster(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
    .filter((line) => line !== "");
}

const list = (names: Iterable<string>): string => [...names].join(", ") || "none";
