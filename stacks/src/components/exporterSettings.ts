const tlsSettings = ["CA_FILE", "TLS_SERVER_NAME", "TLS_FINGERPRINT", "TLS_VERIFY"] as const;

const settings = [
  "EXPORTER_PORT",
  "EXPORTER_STATE_DIR",
  "EXPORTER_CONFIG_FILE",
  "WEB_CONFIG_FILE",
  "SCRAPE_SIZE_LIMIT",
  "EXPORTER_PUSH_URL",
  "EXPORTER_PUSH_ALLOW_HTTP",
  "EXPORTER_PUSH_INTERVAL",
  "EXPORTER_PUSH_ATTRIBUTES",
  "EXPORTER_PUSH_BEARER_FILE",
  "EXPORTER_PUSH_USERNAME",
  "EXPORTER_PUSH_PASSWORD",
  "EXPORTER_PUSH_PROXY",
  "CTRL_API_SERVICE",
  "CTRL_BASE_PATH",
  "CTRL_PROXY",
  "CTRL_USERNAME",
  "CTRL_PASSWORD",
  "CTRL_APIKEY",
  "ENABLE_FED_JOIN",
  "JOIN_MODE",
  "PAAS_STORE_ID",
  "JOINT_REST_SERVER",
  "JOINT_REST_PORT",
  "JOIN_CLUSTER_NAME",
  "JOIN_VIA",
  "MASTER_CLUSTER_ADDRESS",
  "MASTER_CLUSTER_PORT",
  "MASTER_BASE_PATH",
  "MASTER_PROXY",
  "JOIN_FEDERATION_SERVER",
  "JOIN_FEDERATION_PORT",
  "JOIN_TOKEN",
  "JOIN_TOKEN_URL",
  "JOIN_TOKEN_URL_ALLOW_HTTP",
  "JOIN_TOKEN_URL_PROXY",
  "JOIN_TOKEN_URL_BEARER_FILE",
  "JOIN_USERNAME",
  "JOIN_PASSWORD",
  "JOIN_APIKEY",
  "JOIN_CREDENTIALS",
  "MAX_JOIN_RETRIES",
  "JOIN_INITIAL_DELAY_SECONDS",
  "JOIN_MAX_DELAY_SECONDS",
  "JOIN_JITTER",
] as const;

/** Prefixes of a server's TLS settings. */
export type TlsPrefix = "CTRL_" | "MASTER_" | "JOIN_TOKEN_URL_" | "EXPORTER_PUSH_";

export type TlsSetting = `${TlsPrefix}${(typeof tlsSettings)[number]}`;

/** An environment variable that the component derives from its arguments. */
export type ManagedSetting = (typeof settings)[number] | TlsSetting;

const tlsPrefixes: readonly TlsPrefix[] = ["CTRL_", "MASTER_", "JOIN_TOKEN_URL_", "EXPORTER_PUSH_"];

const managed = new Set<string>([
  ...settings,
  ...tlsPrefixes.flatMap((prefix) => tlsSettings.map((name) => `${prefix}${name}`)),
]);

/** True for a variable that the component sets, so that users may not. */
export function isManagedSetting(name: string): name is ManagedSetting {
  return managed.has(name);
}

/** Files that the component creates in the exporter's folder of secrets, by content. */
export const managedFiles = {
  bearer: "join-token-url-bearer",
  pushBearer: "push-bearer",
  web: "web.yml",
  targets: "targets.yml",
} as const;

/** True for a file whose name is a key of the Secret already: of a file that the component creates, or of a setting. */
export function isManagedFile(name: string): boolean {
  return Object.values<string>(managedFiles).includes(name) || isManagedSetting(name);
}

/** The form of a pinned image. */
export const pinnedForm = "name@sha256:… or name:tag, where the tag is not latest";

/** False for an image without tag or digest, and for the tag `latest`. A registry's port is not a tag. */
export function isPinned(image: string): boolean {
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return true;
  const tag = /:([\w][\w.-]*)$/.exec(image)?.[1];
  return tag !== undefined && tag !== "latest" && !image.includes("@");
}
