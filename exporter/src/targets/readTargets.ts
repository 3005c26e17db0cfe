import { Secret, type Credentials, type TlsSettings } from "@fedjoin/provider";
import { dirname, resolve } from "node:path";
import type { Sources } from "../settings/readSettings";
import { apiKey, certificates } from "../settings/values";
import { at, parseTargetsFile, type ModuleEntry, type TargetsFile, type TlsEntry } from "./targetsFile";
import type { ConfiguredTarget, ScrapePlan, TargetAccess, TargetsConfig } from "./targetsConfig";

export interface TargetsInput extends Pick<Sources, "env" | "readFile"> {
  /** Of the configuration file; paths within it are relative to its folder. */
  readonly path: string;
  /** What a module that does not say collects. */
  readonly plan: ScrapePlan;
  /** Every group there is. */
  readonly groups: readonly string[];
}

type Reading =
  | { readonly targets: TargetsConfig }
  /** All of them; none repeats a value. */
  | { readonly problems: readonly string[] };

/** The configuration file with everything that it names: secrets, certificates, roster. */
export function readTargets(input: TargetsInput): Reading {
  const text = readText(input, input.path);
  if ("problem" in text) return { problems: [text.problem] };
  const parsed = parseTargetsFile(text.value, input.groups);
  return "problems" in parsed ? parsed : resolveTargets(parsed.file, input);
}

function resolveTargets(file: TargetsFile, input: TargetsInput): Reading {
  const problems: string[] = [];
  const warnings: string[] = [];
  const base = dirname(input.path);
  const problem = (where: readonly PropertyKey[], message: string): void => {
    problems.push(at(where, message));
  };

  const readNamed = (where: readonly PropertyKey[], path: string): string | undefined => {
    const text = readText(input, resolve(base, path));
    if ("value" in text) return text.value;
    problem(where, `names a file that ${text.problem}`);
    return undefined;
  };

  const readTls = (where: readonly PropertyKey[], entry: TlsEntry | undefined): TlsSettings => {
    if (entry === undefined) return { verify: true };
    const { ca_file, server_name, fingerprint, verify } = entry;
    if (!verify) warnings.push(at(where, "verify: false accepts any certificate, so passwords can be intercepted"));
    const ca = ca_file === undefined ? undefined : readNamed([...where, "ca_file"], ca_file);
    if (ca !== undefined && !certificates().safeParse(ca).success) {
      problem([...where, "ca_file"], "must name a file of PEM certificates");
    }
    return { ca, serverName: server_name, fingerprint, verify };
  };

  const readSecret = (
    where: readonly PropertyKey[],
    entry: ModuleEntry,
    name: "password" | "apikey",
  ): string | undefined => {
    const [path, variable] = [entry[`${name}_file`], entry[`${name}_env`]];
    if (path !== undefined) return readNamed([...where, `${name}_file`], path);
    if (variable === undefined) return undefined;
    const value = input.env[variable] ?? "";
    if (value !== "") return value;
    problem([...where, `${name}_env`], "names a variable that is not set");
    return undefined;
  };

  const readCredentials = (where: readonly PropertyKey[], entry: ModuleEntry): Credentials | undefined => {
    const key = readSecret(where, entry, "apikey");
    if (key !== undefined) {
      const checked = apiKey().safeParse(key);
      if (checked.success) return { kind: "apiKey", key: checked.data };
      const name = entry.apikey_file === undefined ? "apikey_env" : "apikey_file";
      problem([...where, name], "must name an API key of the form name:secret");
      return undefined;
    }
    const password = readSecret(where, entry, "password");
    if (password === undefined) return undefined;
    return { kind: "user", username: entry.username ?? "admin", password: new Secret(password) };
  };

  const modules = new Map(
    Object.entries(file.modules).map(([name, entry]) => {
      const where = ["modules", name];
      const plan: ScrapePlan = {
        module: name,
        groups: entry.groups ?? input.plan.groups,
        intervalsMs: entry.intervals === undefined ? input.plan.intervalsMs : intervalsOf(entry),
      };
      const hasSecret = [entry.password_file, entry.password_env, entry.apikey_file, entry.apikey_env].some(
        (reference) => reference !== undefined,
      );
      return [
        name,
        {
          plan,
          hasSecret,
          tls: readTls([...where, "tls"], entry.tls),
          credentials: readCredentials(where, entry),
        },
      ] as const;
    }),
  );
  type Module = NonNullable<ReturnType<typeof modules.get>>;

  const named = (where: readonly PropertyKey[], names: readonly string[]): Module[] =>
    names.flatMap((name) => {
      const found = modules.get(name);
      if (found === undefined) problem(where, `names a module that is not there; there are ${list(modules.keys())}`);
      return found ?? [];
    });

  if (file.default_module !== undefined) named(["default_module"], [file.default_module]);
  const defaults = file.default_module ?? (modules.has("default") ? "default" : undefined);

  const targets = new Map<string, ConfiguredTarget>();
  for (const [name, { address, module, tls }] of Object.entries(file.targets)) {
    const where = ["targets", name];
    const names = module ?? (defaults === undefined ? [] : [defaults]);
    if (names.length === 0) problem(where, "needs a module, as there is neither default_module nor a module `default`");
    const own = tls === undefined ? undefined : readTls([...where, "tls"], tls);
    const [first, ...others] = named(module === undefined ? where : [...where, "module"], names).flatMap(
      (found): TargetAccess[] => {
        if (!found.hasSecret) problem(where, `needs credentials, and its module ${found.plan.module} has none`);
        if (found.credentials === undefined) return [];
        return [{ plan: found.plan, tls: own ?? found.tls, credentials: found.credentials }];
      },
    );
    if (first !== undefined) targets.set(name, { name, address, access: [first, ...others] });
  }

  const { via, module, members, members_file } = file.federation;
  if (via !== undefined && !Object.hasOwn(file.targets, via)) {
    problem(["federation", "via"], `names a target that is not there; there are ${list(Object.keys(file.targets))}`);
  }
  const [firstPlan = input.plan, ...otherPlans] = named(["federation", "module"], module ?? []).map(({ plan }) => plan);
  const listed = members_file === undefined ? undefined : readNamed(["federation", "members_file"], members_file);
  const roster = members ?? (listed === undefined ? undefined : rosterOf(listed));

  if (problems.length > 0) return { problems: [...new Set(problems)] };
  return { targets: { targets, federation: { via, plans: [firstPlan, ...otherPlans], roster }, warnings } };
}

function intervalsOf({ intervals = {} }: ModuleEntry): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(intervals).flatMap(([group, seconds]) =>
      seconds === undefined || seconds === 0 ? [] : [[group, seconds * 1000] as const],
    ),
  );
}

/** One id or name a line; what follows a `#` at the beginning of a word is a comment. */
function rosterOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
    .filter((line) => line !== "");
}

const list = (names: Iterable<string>): string => [...names].join(", ") || "none";

/** The text of a file without one newline at its end. */
function readText(
  { readFile }: Pick<Sources, "readFile">,
  path: string,
): { readonly value: string } | { readonly problem: string } {
  try {
    const value = readFile(path).replace(/\r?\n$/, "");
    return value === "" ? { problem: "is empty" } : { value };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    return { problem: `cannot be read (${code})` };
  }
}
