import {
  apiKeyText,
  certificates as certificatesValue,
  expectedBasePath,
  expectedServer,
  fingerprint,
  joinTokenText,
  parseBasePath,
  parseDuration,
  parseServer,
  port as portValue,
  proxyText,
  seconds as secondsValue,
  secretText as secretValue,
  storeId as storeIdValue,
  tokenUrlText,
  toSecret,
  wholeNumber as wholeNumberValue,
  type Secret,
  type Address,
} from "@fedjoin/provider/internal/values";
import * as z from "zod";

const anyText = z.string();

/**
 * A schema that turns text into `T`, or reports what the text must be, with an optional hint.
 * Never repeats the text.
 */
function textSchema<T>(
  mustBe: string,
  read: (text: string) => T | undefined,
  hintFor: (text: string) => string = () => "",
): z.ZodType<T, string> {
  return anyText.transform((text, context) => {
    const value = read(text);
    if (value !== undefined) return value;
    context.addIssue({ code: "custom", message: mustBe + hintFor(text) });
    return z.NEVER;
  });
}

/** A message about a value, `expected …`, as the end of a sentence that begins with the name of the setting. */
export const mustBe = (message: string): string => message.replace(/^expected /, "must be ");

/** The schema of a text by the schema of the value that `parse` finds in it. */
function valueText<T>(value: z.ZodType<T>, parse: (text: string) => unknown = (text) => text): z.ZodType<T, string> {
  return anyText.transform((text, context) => {
    const checked = value.safeParse(parse(text));
    if (checked.success) return checked.data;
    context.addIssue({ code: "custom", message: mustBe(checked.error.issues[0]?.message ?? "expected another value") });
    return z.NEVER;
  });
}

/** A number in decimal digits. */
export const numberText = (value: z.ZodType<number>): z.ZodType<number, string> =>
  valueText(value, (text) => (/^\d{1,9}(\.\d+)?$/.test(text) ? Number(text) : Number.NaN));

const words = new Map([
  ...["true", "yes", "on", "1"].map((word) => [word, true] as const),
  ...["false", "no", "off", "0"].map((word) => [word, false] as const),
]);

/** `true`, `yes`, `on`, `1` or `false`, `no`, `off`, `0`, ignoring case. */
export const bool = (): z.ZodType<boolean, string> =>
  textSchema("must be true or false", (text) => words.get(text.toLowerCase()));

/** False for `false`, `no`, `off` and `0`, ignoring case; true for anything else. */
export const unlessOff = (): z.ZodType<boolean, string> =>
  anyText.transform((text) => words.get(text.trim().toLowerCase()) ?? true);

/** A comma-separated list of these words; blanks around them are ignored. */
export const someOf = (choices: readonly string[]): z.ZodType<readonly string[], string> =>
  textSchema(`must be a comma-separated list of ${choices.join(", ")}`, (text) => {
    const given = text.split(",").map((word) => word.trim());
    return given.every((word) => choices.includes(word)) ? given : undefined;
  });

export const wholeNumber = (min: number, max: number): z.ZodType<number, string> =>
  numberText(wholeNumberValue(min, max));

export const port = (): z.ZodType<number, string> => numberText(portValue);

/** A port to listen on; 0 for any free one. */
export const listenPort = (): z.ZodType<number, string> =>
  textSchema("must be a port number, 0 to 65535", (text) => readPort(text, 0));

/** Seconds above 0; fractions allowed. */
export const seconds = (): z.ZodType<number, string> => numberText(secondsValue);

/** Seconds from `90`, `90s`, `5m`, `1h30m` or `1d`; 0 is allowed. */
export const duration = (): z.ZodType<number, string> =>
  textSchema("must be a duration such as 90s, 5m or 1h", secondsOf);

/** The same, between two numbers of seconds. */
export const durationWithin = (min: number, max: number): z.ZodType<number, string> =>
  textSchema(`must be a duration from ${min}s to ${max}s`, (given) => {
    const read = secondsOf(given);
    return read !== undefined && read >= min && read <= max ? read : undefined;
  });

function secondsOf(given: string): number | undefined {
  const ms = parseDuration(/^\d+$/.test(given) ? `${given}s` : given);
  return ms === undefined ? undefined : ms / 1000;
}

/** `key=value,key=value`, where a value may be percent-encoded, as OpenTelemetry writes resource attributes. */
export const resourceAttributes = (): z.ZodType<ReadonlyMap<string, string>, string> =>
  textSchema("must be a comma-separated list of attributes, each as name=value", (given) => {
    const pairs = given.split(",").map((pair) => /^\s*([A-Za-z][\w.-]*)=([^=\s]+)\s*$/.exec(pair));
    try {
      const read = pairs.flatMap((pair) =>
        pair === null ? [] : [[pair[1] ?? "", decodeURIComponent(pair[2] ?? "")] as const],
      );
      return read.length === pairs.length ? new Map(read) : undefined;
    } catch {
      return undefined;
    }
  });

const bytesIn = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

/** Bytes from `16MiB`, `900KiB` or `1GiB`; 0 is allowed. */
export const byteSize = (): z.ZodType<number, string> =>
  textSchema("must be a size such as 16MiB, or 0", (given) => {
    const [, digits, unit = "B"] = /^(\d{1,9})(B|KiB|MiB|GiB)?$/.exec(given) ?? [];
    const factor = Object.entries(bytesIn).find(([name]) => name === unit)?.[1];
    return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
  });

export const oneOf = <const W extends string>(...choices: readonly W[]): z.ZodType<W, string> =>
  textSchema(`must be one of ${choices.join(", ")}`, (text) => choices.find((choice) => choice === text));

export const text = (): z.ZodType<string, string> =>
  textSchema("must not be blank", (given) => given.trim() || undefined);

const secretLine = secretValue(toSecret);
export const secretText = (): z.ZodType<Secret, string> => valueText(secretLine);

export const joinToken = (): z.ZodType<Secret, string> => valueText(joinTokenText(toSecret));

/** `name:secret` (rest-api.md#api-keys). */
export const apiKey = (): z.ZodType<Secret, string> => valueText(apiKeyText(toSecret));

export const storeId = (): z.ZodType<string, string> => valueText(storeIdValue);

/** Comma-separated certificate fingerprints; a single one stays a string. */
export const fingerprints = (): z.ZodType<string | readonly string[], string> =>
  textSchema(
    "must be a SHA-256 fingerprint: 64 hex digits, colons allowed; several are separated by commas",
    (given) => {
      const all = given.split(",").map((part) => part.trim());
      if (!all.every((part) => fingerprint.safeParse(part).success)) return undefined;
      return all.length === 1 ? all[0] : all;
    },
  );

/** The content of a PEM certificate file. */
export const certificates = (): z.ZodType<string, string> =>
  textSchema("must name a file of PEM certificates", (pem) =>
    certificatesValue.safeParse(pem).success ? pem : undefined,
  );

const tokenUrl = tokenUrlText(toSecret);

/** An http or https URL; secret, because it may contain credentials. */
export const url = (): z.ZodType<Secret, string> => valueText(tokenUrl);

const proxyUrl = proxyText(toSecret);

/** `environment` or a proxy URL; secret, because it may contain credentials. */
export const proxy = (): z.ZodType<Secret, string> => valueText(proxyUrl);

/** The names of the settings for the other parts of a URL. */
interface UrlPartSettings {
  readonly port?: string;
  readonly basePath?: string;
}

/** A host name or IP address without a port; brackets around an IPv6 address are removed. */
export const host = (others: UrlPartSettings = {}): z.ZodType<string, string> =>
  textSchema(mustBe(expectedServer), readHost, (given) => urlPartsHint(given, others));

/** The path before `/v1` of a REST API behind an ingress. */
export const basePath = (): z.ZodType<string, string> => textSchema(mustBe(expectedBasePath), parseBasePath);

/** `host[:port]`, with IPv6 addresses in brackets. */
export const address = (defaultPort: number, others: UrlPartSettings = {}): z.ZodType<Address, string> =>
  textSchema(
    "must be host[:port] without a scheme, an IPv6 address in brackets, such as controller:10443",
    (given) => {
      const [, server = "", portText] = /^(\[[^\]]+\]|[^:[\]]+)(?::(\d+))?$/.exec(given) ?? [];
      const name = readHost(server);
      const number = portText === undefined ? defaultPort : readPort(portText, 1);
      return name === undefined || number === undefined ? undefined : { server: name, port: number };
    },
    (given) => urlPartsHint(given, others),
  );

/** A hint that names the settings for the port and the path of a URL. */
function urlPartsHint(given: string, { port: portSetting, basePath: basePathSetting }: UrlPartSettings): string {
  const [authority = "", ...path] = given.replace(/^[a-z]+:\/\//i, "").split("/");
  const hasPort = /^(\[[^\]]*\]|[^:]*):\d+$/.test(authority);
  const hasPath = path.length > 0 || given.includes("://");
  return [
    hasPort && portSetting !== undefined ? `; the port belongs in ${portSetting}` : "",
    hasPath && basePathSetting !== undefined ? `; a path belongs in ${basePathSetting}` : "",
  ].join("");
}

/** Where to listen; undefined parts are not configured. */
export interface ListenAddress {
  /** `undefined` for all interfaces. */
  readonly server: string | undefined;
  readonly port: number | undefined;
}

/** `host`, `host:port`, `:port` or `[address]:port`. */
export const listenAddress = (): z.ZodType<ListenAddress, string> =>
  textSchema("must be host, host:port, :port or [IPv6 address]:port, without a scheme", (given) => {
    const server = readHost(given);
    if (server !== undefined) return { server, port: undefined };
    const [, hostText = "", portText = ""] = /^(\[[^\]]+\]|[^:[\]]*):(\d+)$/.exec(given) ?? [];
    const name = readHost(hostText);
    const number = readPort(portText, 0);
    return number === undefined || (name === undefined && hostText !== "") ? undefined : { server: name, port: number };
  });

/** A path that differs from those of all other pages. */
export const telemetryPath = (): z.ZodType<string, string> =>
  textSchema("must be a path such as /metrics, neither / nor /probe nor /sd nor below /-/", (given) =>
    /^(?:\/[A-Za-z0-9._~-]+)+$/.test(given) && !/^\/(?:-\/|(?:probe|sd)$)/.test(given) ? given : undefined,
  );

function readPort(given: string, min: number): number | undefined {
  const value = Number(given);
  return /^\d{1,5}$/.test(given) && value >= min && value <= 65535 ? value : undefined;
}

function readHost(given: string): string | undefined {
  const read = parseServer(given);
  return "server" in read ? read.server : undefined;
}
