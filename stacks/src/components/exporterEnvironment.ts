import * as pulumi from "@pulumi/pulumi";
import { formatAddress } from "@fedjoin/provider";
import type { AddressArgs, CredentialsArgs, FedJoinArgs, TlsArgs } from "@fedjoin/provider/fedJoin";
import { ownFiles, type OwnSetting, type TlsPrefix } from "./exporterSettings";

/** An account for a Kubernetes Secret: its values themselves, since a pod reads none of FedJoin's references. */
export type ExporterCredentialsArgs = Pick<CredentialsArgs, "username" | "password" | "apiKey">;

/** What an exporter needs to join by itself: a FedJoin's membership, without what only a FedJoin does. */
export interface ExporterJoinArgs extends Pick<
  FedJoinArgs,
  "storeId" | "name" | "jointRest" | "joinToken" | "joinTokenUrl" | "retry"
> {
  readonly joinTokenUrlOptions?: Omit<NonNullable<FedJoinArgs["joinTokenUrlOptions"]>, "bearerFrom">;
  readonly joinVia: "controller" | "master";
  /** `once` joins at start; `watch` also looks after the membership from then on. Default `once`. */
  readonly mode?: "once" | "watch";
  readonly master: Omit<FedJoinArgs["master"], "credentials">;
  /**
   * The account at the endpoint that gets the join. Default: in route `controller` the one that scrapes, in route
   * `master` none, since a site must not hold an account of the master unless it was made for it.
   */
  readonly credentials?: ExporterCredentialsArgs;
}

/** TLS and users in front of the exporter (docs/web-config.md). */
export interface WebArgs {
  /** The web config itself, YAML. Kept in the Secret. */
  readonly config: pulumi.Input<string>;
  /**
   * A Secret that is there already, such as one of cert-manager. Its keys are files beside the web config, so that this
   * says `cert_file: tls.crt`. A renewed certificate is taken up without a restart.
   */
  readonly tlsSecret?: pulumi.Input<string>;
  /** What a scraper speaks. Default `https` with a `tlsSecret`, else `http`. */
  readonly scheme?: "http" | "https";
}

/** Further controllers for `/probe`, and the members that should be there (docs/targets.md). */
export interface TargetsArgs {
  /** The configuration file itself, YAML. */
  readonly config: pulumi.Input<string>;
  /** What it names, by file name: passwords, certificates, a list of members. All of it is kept in the Secret. */
  readonly files?: Readonly<Record<string, pulumi.Input<string>>>;
}

export interface ExporterEnvironmentArgs {
  readonly port: number;
  readonly controller: AddressArgs & { readonly credentials: ExporterCredentialsArgs; readonly tls?: TlsArgs };
  readonly join?: ExporterJoinArgs;
  readonly web?: WebArgs;
  readonly targets?: TargetsArgs;
  /** More settings of the exporter. They are kept in a ConfigMap, so none may be secret. */
  readonly env?: Readonly<Record<string, pulumi.Input<string>>>;
}

/** Where files appear in the container. */
export const caFolder = "/etc/fedjoin/ca";
export const secretFolder = "/etc/fedjoin/secret";
/** Where the exporter keeps what must outlive a restart of its container. */
export const stateFolder = "/var/lib/fedjoin";

type Values = Readonly<Record<string, pulumi.Input<string>>>;

/** The exporter's whole configuration, by where it is kept. */
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
  targets,
  env = {},
}: ExporterEnvironmentArgs): ExporterEnvironment {
  const options = join?.joinTokenUrlOptions;
  return {
    settings: present({
      ...env,
      EXPORTER_PORT: String(port),
      EXPORTER_STATE_DIR: stateFolder,
      WEB_CONFIG_FILE: web && `${secretFolder}/${ownFiles.web}`,
      EXPORTER_CONFIG_FILE: targets && `${secretFolder}/${ownFiles.targets}`,
      CTRL_API_SERVICE: addressText(controller),
      ...tlsSettings("CTRL_", controller.tls),
      ...(join && joinSettings(join)),
    }),
    secrets: present({
      ...credentials("CTRL", controller.credentials),
      ...credentials("JOIN", join?.credentials),
      JOIN_TOKEN: join?.joinToken,
      JOIN_TOKEN_URL: join?.joinTokenUrl,
    } satisfies Settings),
    caFiles: present(
      Object.fromEntries([
        [caFiles.CTRL_, controller.tls?.ca],
        [caFiles.MASTER_, join?.master.tls?.ca],
        [caFiles.JOIN_TOKEN_URL_, options?.tls?.ca],
      ]),
    ),
    secretFiles: present({
      ...targets?.files,
      [ownFiles.bearer]: options?.bearer,
      [ownFiles.web]: web?.config,
      [ownFiles.targets]: targets?.config,
    }),
  };
}

type Settings = Partial<Record<OwnSetting, pulumi.Input<string> | undefined>>;

function joinSettings(join: ExporterJoinArgs): Settings {
  const { master, jointRest, retry } = join;
  const options = join.joinTokenUrlOptions;
  return {
    ENABLE_FED_JOIN: "true",
    JOIN_MODE: join.mode,
    PAAS_STORE_ID: join.storeId,
    JOIN_CLUSTER_NAME: join.name,
    JOINT_REST_SERVER: jointRest.server,
    JOINT_REST_PORT: asText(jointRest.port),
    JOIN_VIA: join.joinVia,
    JOIN_CREDENTIALS: join.joinVia === "master" && join.credentials === undefined ? "none" : undefined,
    MASTER_CLUSTER_ADDRESS: master.rest?.server,
    MASTER_CLUSTER_PORT: asText(master.rest && (master.rest.port ?? 10443)),
    JOIN_FEDERATION_SERVER: master.federation?.server,
    JOIN_FEDERATION_PORT: asText(master.federation && (master.federation.port ?? 11443)),
    ...tlsSettings("MASTER_", master.tls),
    JOIN_TOKEN_URL_ALLOW_HTTP: asText(options?.allowHttp),
    JOIN_TOKEN_URL_BEARER_FILE: options?.bearer === undefined ? undefined : `${secretFolder}/${ownFiles.bearer}`,
    ...tlsSettings("JOIN_TOKEN_URL_", options?.tls),
    MAX_JOIN_RETRIES: asText(retry?.maxRetries),
    JOIN_INITIAL_DELAY_SECONDS: asText(retry?.initialDelaySeconds),
    JOIN_MAX_DELAY_SECONDS: asText(retry?.maxDelaySeconds),
    JOIN_JITTER: retry?.jitter,
  };
}

const caFiles: Readonly<Record<TlsPrefix, string>> = {
  CTRL_: "controller.pem",
  MASTER_: "master.pem",
  JOIN_TOKEN_URL_: "join-token-url.pem",
};

function tlsSettings(prefix: TlsPrefix, tls: TlsArgs | undefined): Settings {
  return {
    [`${prefix}CA_FILE`]: tls?.ca === undefined ? undefined : `${caFolder}/${caFiles[prefix]}`,
    [`${prefix}TLS_SERVER_NAME`]: tls?.serverName,
    [`${prefix}TLS_FINGERPRINT`]: tls?.fingerprint && listText(tls.fingerprint),
    [`${prefix}TLS_VERIFY`]: asText(tls?.verify),
  };
}

function credentials(prefix: "CTRL" | "JOIN", account: ExporterCredentialsArgs | undefined): Settings {
  return {
    [`${prefix}_USERNAME`]: account?.username,
    [`${prefix}_PASSWORD`]: account?.password,
    [`${prefix}_APIKEY`]: account?.apiKey,
  };
}

function addressText({ server, port }: AddressArgs): pulumi.Output<string> {
  return pulumi.all([server, port]).apply(([host, number]) => formatAddress({ server: host, port: number }));
}

/** One text or several, separated by commas. */
function listText(values: pulumi.Input<string> | pulumi.Input<pulumi.Input<string>[]>): pulumi.Output<string> {
  return pulumi.all([values]).apply(([all]) => [all].flat().join(","));
}

function asText(value: pulumi.Input<number | boolean> | undefined): pulumi.Output<string> | undefined {
  return value === undefined ? undefined : pulumi.output(value).apply(String);
}

function present(values: Readonly<Record<string, pulumi.Input<string> | undefined>>): Values {
  const entries = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}
