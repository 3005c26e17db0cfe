import type * as pulumi from "@pulumi/pulumi";
import type {
  AddressArgs,
  CredentialsArgs,
  FedJoinArgs,
  JoinTokenUrlOptionsArgs,
  MasterArgs,
  TlsArgs,
} from "@fedjoin/provider/fedJoin";
import type { MonitoringArgs } from "./monitoring";

/** An account for a Kubernetes Secret, given by value, since a pod cannot read FedJoin's references. */
export type ExporterCredentialsArgs = Pick<CredentialsArgs, "username" | "password" | "apiKey">;

/** What an exporter needs to join by itself: a FedJoin's membership, without what only a FedJoin does. */
export interface ExporterJoinArgs extends Pick<
  FedJoinArgs,
  "storeId" | "name" | "jointRest" | "joinToken" | "joinTokenUrl" | "retry"
> {
  /** How to fetch `joinTokenUrl`. A bearer is given by value, since a pod cannot read references. */
  readonly joinTokenUrlOptions?: pulumi.Input<Omit<JoinTokenUrlOptionsArgs, "bearerFrom">>;
  /** The endpoint that gets the join: the site's own controller, or the master (or a gateway in front of it). */
  readonly joinVia: "controller" | "master";
  /** `once` joins at start; `watch` then monitors the membership too. Default `once`. */
  readonly mode?: "once" | "watch";
  /** The master; its account is `credentials` below. */
  readonly master: pulumi.Input<Omit<MasterArgs, "credentials">>;
  /**
   * The account at the endpoint that receives the join. Default: in route `controller` the account that scrapes; in
   * route `master` none, since a site must not hold an account of the master unless it was created for the site.
   */
  readonly credentials?: pulumi.Input<ExporterCredentialsArgs>;
}

/** TLS and users in front of the exporter (docs/how-to/web-config.md). */
export interface WebArgs {
  /** The web config, YAML. Stored in the Secret. */
  readonly config: pulumi.Input<string>;
  /**
   * An existing Secret, such as one from cert-manager. Its keys become files next to the web config, which can then say
   * `cert_file: tls.crt`. A renewed certificate is used without a restart.
   */
  readonly tlsSecret?: pulumi.Input<string>;
  /** The scheme for scrapers. Default `https` with a `tlsSecret`, else `http`. */
  readonly scheme?: "http" | "https";
}

/** Further controllers for `/probe`, and the expected members (docs/how-to/targets.md). */
export interface TargetsArgs {
  /** The configuration file, YAML. */
  readonly config: pulumi.Input<string>;
  /** The files it refers to, by name: passwords, certificates, a list of members. All are stored in the Secret. */
  readonly files?: Readonly<Record<string, pulumi.Input<string>>>;
}

/** The receiver of an exporter's pushes (docs/how-to/push.md). */
export interface PushArgs {
  /** `/api/v1/otlp/v1/metrics` of a Prometheus, or `/v1/metrics` of an OpenTelemetry collector. Stored in the Secret. Required unless `existingSecret` holds it. */
  readonly url?: pulumi.Input<string>;
  /** Time between two pushes, 5 to 300. Default 60. */
  readonly intervalSeconds?: pulumi.Input<number>;
  /** Allow a URL without TLS. Default false. */
  readonly allowHttp?: pulumi.Input<boolean>;
  /** Sent as `Authorization: Bearer`. */
  readonly bearer?: pulumi.Input<string>;
  /** User and password, instead of a bearer. */
  readonly credentials?: pulumi.Input<PushCredentialsArgs>;
  /** Connect through a proxy: its URL, or `environment` for the variables of the container. Stored in the Secret. */
  readonly proxy?: pulumi.Input<string>;
  /** How to verify the receiver's certificate. */
  readonly tls?: pulumi.Input<TlsArgs>;
  /** Resource attributes. Default: `service.name` is `neuvector`, `service.instance.id` the name of the pod. */
  readonly attributes?: Readonly<Record<string, pulumi.Input<string>>>;
}

/** An account at the receiver of pushes. */
export interface PushCredentialsArgs {
  /** Its name. */
  readonly username: pulumi.Input<string>;
  /** Its password. Required unless `existingSecret` holds it. */
  readonly password?: pulumi.Input<string>;
}

/** The controller that is scraped. */
export interface ScrapedControllerArgs extends AddressArgs {
  /** Behind an ingress: the path before `/v1`, such as `/neuvector/site-1`. */
  readonly basePath?: pulumi.Input<string>;
  /** Connect through a proxy: its URL, or `environment` for the variables of the container. Stored in the Secret. */
  readonly proxy?: pulumi.Input<string>;
  /** The account that scrapes; the role `reader` is enough. */
  readonly credentials: pulumi.Input<ExporterCredentialsArgs>;
  /** How to verify the controller's certificate. */
  readonly tls?: pulumi.Input<TlsArgs>;
}

export interface ExporterEnvironmentArgs {
  readonly port: number;
  /** The controller to scrape. */
  readonly controller: pulumi.Input<ScrapedControllerArgs>;
  /** The exporter joins its site to a federation by itself. Default: it does not. */
  readonly join?: ExporterJoinArgs;
  /** TLS and users in front of the exporter. Default: plain HTTP for everybody who can reach it. */
  readonly web?: WebArgs;
  /** Push the metrics, where Prometheus cannot scrape. Default: no push. */
  readonly push?: PushArgs;
  /** More controllers to scrape, through `/probe`. Default: none. */
  readonly targets?: TargetsArgs;
  /** Objects for Prometheus and Grafana. Default: annotations on the Service. */
  readonly monitoring?: MonitoringArgs;
  /** Further settings of the exporter. They are stored in a ConfigMap, so do not put secrets here. */
  readonly env?: Readonly<Record<string, pulumi.Input<string>>>;
}
