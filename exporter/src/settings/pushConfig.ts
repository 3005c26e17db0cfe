import type { Target } from "@fedjoin/provider/internal/neuvector";
import { Secret, stripBrackets } from "@fedjoin/provider/internal/values";
import type * as z from "zod";
import { readTlsSettings } from "../values/tlsSettings";
import { pushSettings } from "./pushSettings";
import { readSettings, type Sources } from "./readSettings";

/** Where to push, how often, and as whom. */
export interface PushConfig {
  readonly target: Target;
  /** Path and query of the URL; the query may be secret. */
  readonly path: Secret;
  /** The value of the header `Authorization`. */
  readonly authorization: Secret | undefined;
  readonly intervalMs: number;
  /** Resource attributes as they are configured. */
  readonly attributes: ReadonlyMap<string, string>;
}

export interface PushReading {
  /** `undefined` for none, and if there are problems. */
  readonly push: PushConfig | undefined;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

type Values = z.output<typeof pushSettings>;

/** Reads the settings of the push. */
export function readPushConfig(sources: Sources): PushReading {
  const { values, problems, warnings } = readSettings(pushSettings, sources);
  if (values === undefined) return { push: undefined, problems, warnings };
  const secret = values.EXPORTER_PUSH_URL;
  if (secret === undefined) return { push: undefined, problems: withoutUrl(values), warnings };
  const url = new URL(secret.reveal());
  const { tls, ...checked } = readTlsSettings("EXPORTER_PUSH_", {
    caFile: values.EXPORTER_PUSH_CA_FILE,
    serverName: values.EXPORTER_PUSH_TLS_SERVER_NAME,
    fingerprint: values.EXPORTER_PUSH_TLS_FINGERPRINT,
    verify: values.EXPORTER_PUSH_TLS_VERIFY,
    proxy: values.EXPORTER_PUSH_PROXY,
  });
  const found = [...checked.problems, ...accountProblems(values, url)];
  if (url.protocol === "http:" && !values.EXPORTER_PUSH_ALLOW_HTTP) {
    found.push("EXPORTER_PUSH_URL must be an https URL; EXPORTER_PUSH_ALLOW_HTTP=true allows http");
  }
  if (url.pathname === "/") {
    found.push(
      "EXPORTER_PUSH_URL must have a path: /api/v1/otlp/v1/metrics for a Prometheus, /v1/metrics for a collector",
    );
  }
  const all = { problems: found, warnings: [...warnings, ...checked.warnings] };
  if (found.length > 0) return { push: undefined, ...all };
  return {
    push: {
      target: { ...hostOf(url), tls, proxy: values.EXPORTER_PUSH_PROXY },
      path: new Secret(`${url.pathname}${url.search}`),
      authorization: authorization(values),
      intervalMs: values.EXPORTER_PUSH_INTERVAL * 1000,
      attributes: values.EXPORTER_PUSH_ATTRIBUTES ?? new Map(),
    },
    ...all,
  };
}

const accountSettings = ["EXPORTER_PUSH_BEARER_FILE", "EXPORTER_PUSH_USERNAME", "EXPORTER_PUSH_PASSWORD"] as const;

/** An account without a URL is a push that was meant. */
function withoutUrl(values: Values): string[] {
  const given = accountSettings.find((name) => values[name] !== undefined);
  return given === undefined ? [] : [`EXPORTER_PUSH_URL is required for ${given}`];
}

function accountProblems(values: Values, { username, password }: URL): string[] {
  const { EXPORTER_PUSH_USERNAME: user, EXPORTER_PUSH_PASSWORD: own, EXPORTER_PUSH_BEARER_FILE: bearer } = values;
  const problems: string[] = [];
  if (username !== "" || password !== "") {
    problems.push("EXPORTER_PUSH_URL must hold no user: use EXPORTER_PUSH_USERNAME and EXPORTER_PUSH_PASSWORD");
  }
  if ((user === undefined) !== (own === undefined)) {
    problems.push("EXPORTER_PUSH_USERNAME and EXPORTER_PUSH_PASSWORD go together");
  }
  if (bearer !== undefined && (user ?? own) !== undefined) {
    problems.push("EXPORTER_PUSH_BEARER_FILE and EXPORTER_PUSH_USERNAME exclude each other");
  }
  return problems;
}

/** A secret that is made at each use, from files as they are then. */
function authorization(values: Values): Secret | undefined {
  const { EXPORTER_PUSH_USERNAME: user, EXPORTER_PUSH_PASSWORD: password, EXPORTER_PUSH_BEARER_FILE: bearer } = values;
  if (bearer !== undefined) return new Secret(() => `Bearer ${bearer.reveal()}`);
  if (user === undefined || password === undefined) return undefined;
  return new Secret(() => `Basic ${Buffer.from(`${user}:${password.reveal()}`).toString("base64")}`);
}

function hostOf({ protocol, hostname, port }: URL): Pick<Target, "protocol" | "server" | "port"> {
  const isPlain = protocol === "http:";
  const standard = isPlain ? 80 : 443;
  return {
    protocol: isPlain ? "http" : "https",
    server: stripBrackets(hostname),
    port: port === "" ? standard : Number(port),
  };
}
