import type * as pulumi from "@pulumi/pulumi";

/**
 * Where to read a secret when it is needed, on the machine that runs Pulumi: exactly one of the three. The reference is
 * plain text in the state, and a change of it is an update. The value never enters the state.
 */
export interface SecretReferenceArgs {
  /** Name of an environment variable. */
  readonly env?: pulumi.Input<string>;
  /** Absolute path of a file, at most 64 kB. Trailing line breaks are dropped. */
  readonly file?: pulumi.Input<string>;
  /**
   * A program and its arguments, run without a shell. The secret is its output without trailing line breaks. Works only if
   * the environment variable `FEDJOIN_ALLOW_COMMANDS` is `true`. At most 30 s and 64 kB.
   */
  readonly command?: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * An account at a controller: user name and password, or an API key (`name:secret`). Password and key are kept secret, or
 * out of the state with `passwordFrom` or `apiKeyFrom`.
 */
export interface CredentialsArgs {
  /** The user name; required with a password. */
  readonly username?: pulumi.Input<string>;
  /** The password of the user, at most one line. Kept secret: encrypted in the state. */
  readonly password?: pulumi.Input<string>;
  /** Instead of `password`. */
  readonly passwordFrom?: pulumi.Input<SecretReferenceArgs>;
  /** `name:secret`, instead of user name and password. Kept secret. An API key is never locked out. */
  readonly apiKey?: pulumi.Input<string>;
  /** Instead of `apiKey`. */
  readonly apiKeyFrom?: pulumi.Input<SecretReferenceArgs>;
}

/** How to verify a server's certificate. Default: against the built-in root certificates. */
export interface TlsArgs {
  /** PEM certificates trusted in addition to those that Node trusts. */
  readonly ca?: pulumi.Input<string>;
  /** The name in the certificate, if it differs from the address. NeuVector's own certificate has `neuvector`. */
  readonly serverName?: pulumi.Input<string>;
  /**
   * SHA-256 fingerprint of the only certificate to accept, or a list of them while a certificate is being rotated. Replaces
   * the checks of name and chain.
   */
  readonly fingerprint?: pulumi.Input<string> | pulumi.Input<pulumi.Input<string>[]>;
  /** False accepts any certificate. Default: true. */
  readonly verify?: pulumi.Input<boolean>;
}

/** A host and a port. */
export interface AddressArgs {
  /** Host name or IP address, without scheme. */
  readonly server: pulumi.Input<string>;
  /** 1 to 65535. */
  readonly port: pulumi.Input<number>;
}

/** An address whose port has a default. */
export interface DefaultedAddressArgs {
  /** Host name or IP address, without scheme. */
  readonly server: pulumi.Input<string>;
  /** 1 to 65535. The field that holds the address names the default. */
  readonly port?: pulumi.Input<number>;
}

/** The address of a REST API. */
export interface RestAddressArgs extends DefaultedAddressArgs {
  /** The path before `/v1` if the API is behind an ingress, such as `/neuvector/site-1`. */
  readonly basePath?: pulumi.Input<string>;
  /**
   * The proxy to connect through: its URL (`http://user:password@proxy.example:3128`), or `environment` for HTTPS_PROXY,
   * ALL_PROXY and NO_PROXY. Default: a direct connection. Kept secret.
   */
  readonly proxy?: pulumi.Input<string>;
}

/** A controller's REST API, with the account that uses it. Default port: 10443. */
export interface ControllerArgs extends RestAddressArgs {
  /** A global admin of the site. */
  readonly credentials: pulumi.Input<CredentialsArgs>;
  /** How to verify the certificate of this address. */
  readonly tls?: pulumi.Input<TlsArgs>;
}
