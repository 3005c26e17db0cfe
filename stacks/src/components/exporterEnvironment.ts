import * as pulumi from "@pulumi/pulumi";
import type { AddressArgs, RetryArgs, TlsArgs } from "@fedjoin/provider/fedJoin";
import type { ExporterCredentialsArgs, ExporterEnvironmentArgs, ExporterJoinArgs, PushArgs } from "./exporterArgs";
import { managedFiles, type ManagedSetting, type TlsPrefix } from "./exporterSettings";
import { isDeferred, mayBeDefined, nullToUndefined, withDefault, mapInput, type OptionalInput } from "./inputs";
import { formatAddress } from "@fedjoin/provider/internal/values";

/** Where files appear in the container. */
export const caFolder = "/etc/fedjoin/ca";
export const secretFolder = "/etc/fedjoin/secret";
/** Folder for state that must survive a restart of the container. */
export const stateFolder = "/var/lib/fedjoin";

type Values = Readonly<Record<string, pulumi.Input<string>>>;
type OptionalValues = Readonly<Record<string, OptionalInput<string>>>;

/**
 * The exporter's whole configuration, by where it is stored. A value that is certainly missing has no entry. An Output
 * that may resolve to `undefined` has one: a setting is then `undefined`, and a secret or a file empty, which counts as
 * missing.
 */
export interface ExporterEnvironment {
  /** Variables for a ConfigMap. */
  readonly settings: Values;
  /** Variables for a Secret. */
  readonly secrets: Values;
  /** Files for a ConfigMap, in `caFolder`. */
  readonly caFiles: Values;
  /** Files for the Secret, in `secretFolder`. */
  readonly secretFiles: Values;
}

/** The exporter's settings (R11) and, if it joins, those of the join (R1 to R8). */
export function exporterEnvironment({
  port,
  controller,
  join,
  web,
  push,
  targets,
  monitoring,
  env = {},
}: ExporterEnvironmentArgs): ExporterEnvironment {
  const options = join?.joinTokenUrlOptions;
  const controllerTls = mapInput(controller, ({ tls }) => tls);
  return {
    settings: definedValues({
      ...env,
      EXPORTER_PORT: String(port),
      EXPORTER_STATE_DIR: stateFolder,
      WEB_CONFIG_FILE: web && `${secretFolder}/${managedFiles.web}`,
      EXPORTER_CONFIG_FILE: targets && `${secretFolder}/${managedFiles.targets}`,
      SCRAPE_SIZE_LIMIT: monitoring?.scrape?.sizeLimit,
      CTRL_API_SERVICE: addressText(controller),
      CTRL_BASE_PATH: mapInput(controller, ({ basePath }) => basePath),
      ...tlsSettings("CTRL_", controllerTls),
      ...(push && pushSettings(push)),
      ...(join && joinSettings(join)),
    }),
    secrets: valuesOrEmpty({
      ...credentials(
        "CTRL",
        mapInput(controller, (inner) => inner.credentials),
      ),
      ...credentials("JOIN", join?.credentials),
      CTRL_PROXY: mapInput(controller, ({ proxy }) => proxy),
      EXPORTER_PUSH_URL: push?.url,
      EXPORTER_PUSH_PASSWORD: mapInput(push?.credentials, ({ password }) => password),
      EXPORTER_PUSH_PROXY: push?.proxy,
      MASTER_PROXY: mapInput(
        mapInput(join?.master, ({ rest }) => rest),
        ({ proxy }) => proxy,
      ),
      JOIN_TOKEN_URL_PROXY: mapInput(options, ({ proxy }) => proxy),
      JOIN_TOKEN: join?.joinToken,
      JOIN_TOKEN_URL: join?.joinTokenUrl,
    } satisfies Settings),
    caFiles: valuesOrEmpty({
      [caFiles.CTRL_]: mapInput(controllerTls, ({ ca }) => ca),
      [caFiles.MASTER_]: mapInput(
        mapInput(join?.master, ({ tls }) => tls),
        ({ ca }) => ca,
      ),
      [caFiles.JOIN_TOKEN_URL_]: mapInput(
        mapInput(options, ({ tls }) => tls),
        ({ ca }) => ca,
      ),
      [caFiles.EXPORTER_PUSH_]: mapInput(push?.tls, ({ ca }) => ca),
    }),
    secretFiles: valuesOrEmpty({
      [managedFiles.pushBearer]: push?.bearer,
      ...targets?.files,
      [managedFiles.bearer]: mapInput(options, ({ bearer }) => bearer),
      [managedFiles.web]: web?.config,
      [managedFiles.targets]: targets?.config,
    }),
  };
}

type Settings = Partial<Record<ManagedSetting, OptionalInput<string>>>;

function pushSettings({
  intervalSeconds,
  allowHttp,
  bearer,
  credentials: account,
  tls,
  attributes,
}: PushArgs): Settings {
  return {
    EXPORTER_PUSH_INTERVAL: asText(intervalSeconds),
    EXPORTER_PUSH_ALLOW_HTTP: asText(allowHttp),
    EXPORTER_PUSH_ATTRIBUTES: attributes && attributesText(attributes),
    EXPORTER_PUSH_BEARER_FILE: filePath(bearer, `${secretFolder}/${managedFiles.pushBearer}`),
    EXPORTER_PUSH_USERNAME: mapInput(account, ({ username }) => username),
    ...tlsSettings("EXPORTER_PUSH_", tls),
  };
}

function attributesText(attributes: NonNullable<PushArgs["attributes"]>): pulumi.Output<string> {
  return pulumi.output(attributes).apply((known) =>
    Object.entries(known)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join(","),
  );
}

function joinSettings(join: ExporterJoinArgs): Settings {
  const { master, jointRest, retry } = join;
  const options = join.joinTokenUrlOptions;
  const rest = mapInput(master, (inner) => inner.rest);
  const federation = mapInput(master, (inner) => inner.federation);
  return {
    ENABLE_FED_JOIN: "true",
    JOIN_MODE: join.mode,
    PAAS_STORE_ID: join.storeId,
    JOIN_CLUSTER_NAME: join.name,
    JOINT_REST_SERVER: mapInput(jointRest, ({ server }) => server),
    JOINT_REST_PORT: asText(mapInput(jointRest, ({ port }) => port)),
    JOIN_VIA: join.joinVia,
    JOIN_CREDENTIALS: join.joinVia === "master" ? joinCredentialsSetting(join.credentials) : undefined,
    MASTER_CLUSTER_ADDRESS: mapInput(rest, ({ server }) => server),
    MASTER_CLUSTER_PORT: asText(mapInput(rest, ({ port }) => withDefault(port, 10443))),
    MASTER_BASE_PATH: mapInput(rest, ({ basePath }) => basePath),
    JOIN_FEDERATION_SERVER: mapInput(federation, ({ server }) => server),
    JOIN_FEDERATION_PORT: asText(mapInput(federation, ({ port }) => withDefault(port, 11443))),
    ...tlsSettings(
      "MASTER_",
      mapInput(master, ({ tls }) => tls),
    ),
    JOIN_TOKEN_URL_ALLOW_HTTP: asText(mapInput(options, ({ allowHttp }) => allowHttp)),
    JOIN_TOKEN_URL_BEARER_FILE: filePath(
      mapInput(options, ({ bearer }) => bearer),
      `${secretFolder}/${managedFiles.bearer}`,
    ),
    ...tlsSettings(
      "JOIN_TOKEN_URL_",
      mapInput(options, ({ tls }) => tls),
    ),
    MAX_JOIN_RETRIES: asText(mapInput(retry, ({ maxRetries }) => maxRetries)),
    JOIN_INITIAL_DELAY_SECONDS: asText(mapInput(retry, ({ initialDelaySeconds }) => initialDelaySeconds)),
    JOIN_MAX_DELAY_SECONDS: asText(mapInput(retry, ({ maxDelaySeconds }) => maxDelaySeconds)),
    JOIN_JITTER: mapInput<RetryArgs, string>(retry, ({ jitter }) => jitter),
  };
}

/** `none` if no account is given. */
function joinCredentialsSetting(account: ExporterJoinArgs["credentials"]): OptionalInput<string> {
  const given = mapInput(account, () => true);
  if (!isDeferred(given)) return given === true ? undefined : "none";
  return pulumi.unsecret(pulumi.output(given).apply((known) => (known === true ? undefined : "none")));
}

const caFiles: Readonly<Record<TlsPrefix, string>> = {
  CTRL_: "controller.pem",
  MASTER_: "master.pem",
  JOIN_TOKEN_URL_: "join-token-url.pem",
  EXPORTER_PUSH_: "push.pem",
};

function tlsSettings(prefix: TlsPrefix, tls: OptionalInput<TlsArgs>): Settings {
  return {
    [`${prefix}CA_FILE`]: filePath(
      mapInput(tls, ({ ca }) => ca),
      `${caFolder}/${caFiles[prefix]}`,
    ),
    [`${prefix}TLS_SERVER_NAME`]: mapInput(tls, ({ serverName }) => serverName),
    [`${prefix}TLS_FINGERPRINT`]: mapInput(
      mapInput(tls, ({ fingerprint }) => fingerprint),
      (all) => pulumi.all([all].flat()).apply((list) => list.join(",")),
    ),
    [`${prefix}TLS_VERIFY`]: asText(mapInput(tls, ({ verify }) => verify)),
  };
}

function credentials(prefix: "CTRL" | "JOIN", account: OptionalInput<ExporterCredentialsArgs>): Settings {
  return {
    [`${prefix}_USERNAME`]: mapInput(account, ({ username }) => username),
    [`${prefix}_PASSWORD`]: mapInput(account, ({ password }) => password),
    [`${prefix}_APIKEY`]: mapInput(account, ({ apiKey }) => apiKey),
  };
}

function addressText(controller: pulumi.Input<AddressArgs>): pulumi.Output<string> {
  return pulumi
    .all([mapInput(controller, ({ server }) => server), mapInput(controller, ({ port }) => port)])
    .apply(([server = "", port = 0]) => formatAddress({ server, port }));
}

/** The path of a file with this content; `undefined` without content. */
function filePath(content: OptionalInput<string>, path: string): OptionalInput<string> {
  // The path of a secret file is not secret.
  const place = mapInput(content, () => path);
  return pulumi.Output.isInstance(place) ? pulumi.unsecret(place) : place;
}

function asText(value: OptionalInput<number | boolean>): OptionalInput<string> {
  return mapInput(value, String);
}

/** The values that may be defined. An Output of `undefined` stays: Pulumi omits its name. */
function definedValues(values: OptionalValues): Values {
  const entries = Object.entries(values).map(([name, value]) => [name, nullToUndefined(value)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Values;
}

/** The values that may be defined, empty if they resolve to `undefined`, because their names are in use already. */
function valuesOrEmpty(values: OptionalValues): Values {
  const entries = Object.entries(values).filter(([, value]) => mayBeDefined(value));
  return Object.fromEntries(entries.map(([name, value]) => [name, withDefault(value, "")]));
}
