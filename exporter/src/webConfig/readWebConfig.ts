import { describeReadError, omitNullish, parseYaml } from "@fedjoin/provider/internal/values";
import { dirname, resolve } from "node:path";
import type * as z from "zod";
import { problemsIn, webConfigSchema } from "./schema";
import { readTls } from "./readTls";
import type { RateLimit, WebConfig } from "./webConfig";

/** The result of reading a web config file; `config` only if there are no problems. */
export interface WebConfigReading {
  readonly config: WebConfig | undefined;
  /** All problems with their place in the file. They never contain a value. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  /** Every file read or looked for, starting with the web config file. */
  readonly files: readonly string[];
}

export interface WebConfigSource {
  readonly path: string;
  /** @throws when the file cannot be read. */
  readonly readFile: (path: string) => string;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** Maximum length of a web config file in characters; with inline certificates it has a few thousand. */
const longestFile = 1_048_576;

/**
 * Reads the web config file at `path`, in the format of the Prometheus exporter-toolkit, and the files it names. Their
 * paths are relative to it.
 */
export function readWebConfig({ path, readFile, now }: WebConfigSource): WebConfigReading {
  const files = [path];
  const read = (named: string): string => {
    const file = resolve(dirname(path), named);
    files.push(file);
    return readFile(file);
  };
  const refuse = (...problems: string[]): WebConfigReading => ({ config: undefined, problems, warnings: [], files });

  let source: string;
  try {
    source = readFile(path);
  } catch (error) {
    return refuse(`it cannot be read (${describeReadError(error)})`);
  }
  if (source.length > longestFile) return refuse("it is too long");
  const yaml = parseYaml(source);
  if ("problem" in yaml) return refuse(`it ${yaml.problem}`);

  const value = omitNullish(yaml.value ?? {});
  const parsed = webConfigSchema.safeParse(value);
  const tls = readTls(sectionOf(value, "tls_server_config"), read, now);
  const problems = [
    ...(parsed.error === undefined ? [] : problemsIn(parsed.error)),
    ...tls.problems,
    ...limitProblems(value),
  ];
  if (problems.length > 0 || parsed.data === undefined) return { ...refuse(...problems), files };
  const { http_server_config: http, basic_auth_users: users } = parsed.data;
  return {
    config: {
      tls: tls.tls,
      headers: Object.fromEntries(
        Object.entries(http?.headers ?? {}).flatMap(([name, value]) => (value ? [[name, value] as const] : [])),
      ),
      users: new Map(Object.entries(users ?? {})),
      rateLimit: rateLimitOf(parsed.data),
    },
    problems,
    warnings: [
      ...tls.warnings,
      ...(http?.http2 === true ? ["http_server_config.http2: HTTP/2 is not supported; HTTP/1.1 is served"] : []),
      ...(users !== undefined && tls.tls === undefined
        ? ["basic_auth_users: without tls_server_config, passwords are sent in plain text"]
        : []),
      ...costWarnings(users ?? {}),
    ],
    files,
  };
}

function sectionOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function limitProblems(value: unknown): string[] {
  const limit = webConfigSchema.shape.rate_limit.safeParse(sectionOf(value, "rate_limit")).data;
  return (limit?.interval ?? 0) > 0 && (limit?.burst ?? 0) === 0
    ? ["rate_limit.burst: must be 1 or more; otherwise every request is rejected"]
    : [];
}

function rateLimitOf({ rate_limit: limit }: z.output<typeof webConfigSchema>): RateLimit | undefined {
  const { interval = 0, burst = 0 } = limit ?? {};
  return interval > 0 ? { intervalMs: interval, burst } : undefined;
}

/** Each step doubles the time; at 10 a comparison blocks the exporter for about 70 ms. */
const highestCost = 12;

function costWarnings(users: Readonly<Record<string, string>>): string[] {
  return Object.entries(users).flatMap(([user, hash]) => {
    const cost = Number(/^\$2.?\$(\d+)/.exec(hash)?.[1]);
    return cost > highestCost
      ? [`basic_auth_users.${user}: cost ${cost} makes each first login slow; 10 is enough for a long password`]
      : [];
  });
}
