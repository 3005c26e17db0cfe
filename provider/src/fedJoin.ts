import * as pulumi from "@pulumi/pulumi";
import { declareSite } from "./resources/fedJoin/declaredSites";
import { urnKey } from "./resources/shared/ownershipRegistry";
import { secretOutputs } from "./resources/fedJoin/secretOutputs";
import type { MembershipStatus } from "./resources/fedJoin/membershipStatus";
import { fedJoinSecrets, markSecretInputs } from "./resources/shared/secretInputs";
import { canResolvePackage } from "./system/resolvePackage";

/**
 * Where a secret is read when it is needed, by the machine that runs pulumi: exactly one of the three. The reference is
 * plain in the state and a change of it an update; the value never gets into the state.
 */
export interface SecretReferenceArgs {
  /** Name of an environment variable. */
  readonly env?: pulumi.Input<string>;
  /** Absolute path of a file, at most 64 kB; line ends at its end are dropped. */
  readonly file?: pulumi.Input<string>;
  /**
   * A program and its arguments, run without a shell; what it writes is the secret, without line ends at the end.
   * Works only where the environment variable `FEDJOIN_ALLOW_COMMANDS` is `true`. At most 30 s and 64 kB.
   */
  readonly command?: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * An account at a controller: user name and password, or an API key (`name:secret`). Password and key are kept secret,
 * or out of the state altogether with `passwordFrom` or `apiKeyFrom`.
 */
export interface CredentialsArgs {
  readonly username?: pulumi.Input<string>;
  readonly password?: pulumi.Input<string>;
  /** Instead of `password`. */
  readonly passwordFrom?: pulumi.Input<SecretReferenceArgs>;
  readonly apiKey?: pulumi.Input<string>;
  /** Instead of `apiKey`. */
  readonly apiKeyFrom?: pulumi.Input<SecretReferenceArgs>;
}

/** How a server proves who it is. Verified against the built-in roots by default. */
export interface TlsArgs {
  /** PEM certificates trusted in addition to those that Node trusts. */
  readonly ca?: pulumi.Input<string>;
  /** The name that the certificate carries, where it differs from the address; NeuVector's own carries `neuvector`. */
  readonly serverName?: pulumi.Input<string>;
  /**
   * SHA-256 fingerprint of the one certificate to accept, or several of them while a certificate is being rotated; replaces
   * name and chain checks.
   */
  readonly fingerprint?: pulumi.Input<string> | pulumi.Input<pulumi.Input<string>[]>;
  /** False accepts any certificate. Default true. */
  readonly verify?: pulumi.Input<boolean>;
}

export interface AddressArgs {
  /** Host name or address, without scheme. */
  readonly server: pulumi.Input<string>;
  readonly port: pulumi.Input<number>;
}

export interface DefaultedAddressArgs {
  readonly server: pulumi.Input<string>;
  readonly port?: pulumi.Input<number>;
}

/** Where a REST API answers. */
export interface RestAddressArgs extends DefaultedAddressArgs {
  /** Behind an ingress: the path before `/v1`, such as `/neuvector/site-1`. */
  readonly basePath?: pulumi.Input<string>;
  /**
   * Connect through a proxy: its URL (`http://user:password@proxy.example:3128`), or `environment` for HTTPS_PROXY, ALL_PROXY
   * and NO_PROXY. Default: a direct connection. Kept secret.
   */
  readonly proxy?: pulumi.Input<string>;
}

export interface MasterArgs {
  /** The master's REST API, or the gateway before it. Port 10443 unless given. */
  readonly rest?: pulumi.Input<RestAddressArgs>;
  /** The master's federation address. Port 11443 unless given. In route `controller` it overrides the one in the join token. */
  readonly federation?: pulumi.Input<DefaultedAddressArgs>;
  /** A fedAdmin of the master: to mint tokens, to read the members, to remove leftovers. */
  readonly credentials?: pulumi.Input<CredentialsArgs>;
  readonly tls?: pulumi.Input<TlsArgs>;
}

export interface ControllerArgs extends RestAddressArgs {
  /** A global admin of the site. */
  readonly credentials: pulumi.Input<CredentialsArgs>;
  readonly tls?: pulumi.Input<TlsArgs>;
}

export interface RetryArgs {
  /** Retries after the first attempt. Default 10. */
  readonly maxRetries?: pulumi.Input<number>;
  /** Default 10. */
  readonly initialDelaySeconds?: pulumi.Input<number>;
  /** Default 300. */
  readonly maxDelaySeconds?: pulumi.Input<number>;
  /** Default `none`. */
  readonly jitter?: pulumi.Input<"none" | "equal" | "full">;
}

/** How the join token is fetched. */
export interface JoinTokenUrlOptionsArgs {
  /** Accept a plain http URL. Default false. */
  readonly allowHttp?: pulumi.Input<boolean>;
  /** Sent as `Authorization: Bearer`. */
  readonly bearer?: pulumi.Input<string>;
  /** Instead of `bearer`; read anew for each request. */
  readonly bearerFrom?: pulumi.Input<SecretReferenceArgs>;
  readonly tls?: pulumi.Input<TlsArgs>;
  /** As of a controller. Kept secret. */
  readonly proxy?: pulumi.Input<string>;
}

export interface FedJoinArgs {
  /** The site's identifier; letters, digits and inner hyphens, at most 52. A correction at the same addresses is an update. */
  readonly storeId: pulumi.Input<string>;
  /** The cluster name. Default: the store id, `-`, and 6 random alphanumerics, drawn once. A change replaces. */
  readonly name?: pulumi.Input<string>;
  /** The six characters after the store id: drawn once (`random`, the default), or made from `clusterUid` (`uid`). */
  readonly nameSuffix?: pulumi.Input<"random" | "uid">;
  /**
   * Which cluster the site is: the UID of its namespace `kube-system`. A later `up` with another UID under the same
   * store id is refused, since it would put another cluster in the site's place.
   */
  readonly clusterUid?: pulumi.Input<string>;
  /** What to do when the site is not a member yet: `join` (the default), or `fail`, to adopt only. Matters at create only. */
  readonly ifAbsent?: pulumi.Input<"join" | "fail">;
  /** With a change of its address the site moves: see docs/explanation/membership.md. The same master at another address is only stored. */
  readonly master: pulumi.Input<MasterArgs>;
  /** The controller of the cluster that joins. */
  readonly controller?: pulumi.Input<ControllerArgs>;
  /** Where the master reaches the site. With a change of it the site leaves and joins again, under the same name. */
  readonly jointRest: pulumi.Input<AddressArgs>;
  /** Which endpoint gets the join. Default `controller` when one is given, else `master`. */
  readonly joinVia?: pulumi.Input<"master" | "controller">;
  /** A join token. Matters at the join only: a change of it alone is no change. */
  readonly joinToken?: pulumi.Input<string>;
  /** Instead of `joinToken`. */
  readonly joinTokenFrom?: pulumi.Input<SecretReferenceArgs>;
  /** An https URL that answers `{"context": "<join token>"}`. */
  readonly joinTokenUrl?: pulumi.Input<string>;
  /** Instead of `joinTokenUrl`. */
  readonly joinTokenUrlFrom?: pulumi.Input<SecretReferenceArgs>;
  readonly joinTokenUrlOptions?: pulumi.Input<JoinTokenUrlOptionsArgs>;
  /** Life of a minted join token, in minutes: it is minted when the turn on the master has come. Default 5. */
  readonly joinTokenMinutes?: pulumi.Input<number>;
  readonly retry?: pulumi.Input<RetryArgs>;
  /** One deadline over everything that a create, update or delete does. Default 600. */
  readonly timeoutSeconds?: pulumi.Input<number>;
  /** On delete, end the membership on the reachable side even if the other cannot be told. Default false. */
  readonly forceLeave?: pulumi.Input<boolean>;
  /**
   * When the site leaves and its master does not answer: `fail` (the default), or `force` to leave without telling it.
   * A site that does not answer is an error either way. It counts when it is in the state before the delete.
   */
  readonly onMasterLost?: pulumi.Input<"fail" | "force">;
}

const type = "pulumi-nodejs:dynamic/neuvector:FedJoin";

/** Constant, so that a change of code is not a change of the resource, and every operation runs the code on disk. */
const providerText = 'exports.handler = () => require("@fedjoin/provider").lifecycle;';

let isWarned = false;

/** Warns, once, when pulumi would not find this package: it runs the resource in the folder of the program. */
export function warnOfMissingDependency(): void {
  const folder = process.cwd();
  if (isWarned || canResolvePackage(folder, "@fedjoin/provider")) return;
  isWarned = true;
  void pulumi.log.warn(
    `@fedjoin/provider is not found from ${folder}, where pulumi runs its resources. Add it to the dependencies of the Pulumi program itself, not only to those of a library.`,
  );
}

/**
 * A NeuVector cluster's membership in the federation of a master. Its id is the cluster name.
 *
 * Creating joins, or adopts the membership that is there; refreshing finds a member that was kicked, left, was renamed
 * or joined elsewhere; the next update mends what may be mended; deleting leaves and cleans up on both sides.
 */
export class FedJoin extends pulumi.CustomResource {
  declare readonly clusterName: pulumi.Output<string>;
  /** The controller's id of this membership, new at every rejoin. */
  declare readonly clusterId: pulumi.Output<string>;
  /** Ids of earlier memberships of this resource, oldest first. */
  declare readonly formerIds: pulumi.Output<string[]>;
  declare readonly masterId: pulumi.Output<string>;
  /** The controller's word for a member: `joint`. */
  declare readonly role: pulumi.Output<string>;
  declare readonly status: pulumi.Output<MembershipStatus>;
  /** RFC 3339. */
  declare readonly joinedAt: pulumi.Output<string>;
  /** First 12 hex digits of the SHA-256 of the join token that was used; empty for one short enough to be guessed from it. */
  declare readonly joinTokenFingerprint: pulumi.Output<string>;

  /**
   * Each argument, and everything inside it, may be an Output. Secrets are kept secret wherever they are nested. Wrong
   * inputs are check failures of the deployment, all at once.
   * @throws RunError when `args` itself is an Output, or when another FedJoin of the program declares the same site.
   */
  constructor(name: string, args: FedJoinArgs, opts?: pulumi.CustomResourceOptions) {
    warnOfMissingDependency();
    const inputs = markSecretInputs(args, fedJoinSecrets);
    const first = declareSite(pulumi.runtime.getStackResource(), name, args);
    if (first !== undefined) {
      throw new pulumi.RunError(`FedJoin ${first} and FedJoin ${name} declare the same site. Declare it once.`);
    }
    super(
      type,
      name,
      { ...inputs, ...outputs, [urnKey]: ownUrn(type, name, opts), __provider: providerText },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: [...secretOutputs] }),
    );
  }
}

/** Declared so that the SDK fills the fields of the same names. */
const outputs = {
  clusterName: undefined,
  clusterId: undefined,
  formerIds: undefined,
  masterId: undefined,
  role: undefined,
  status: undefined,
  joinedAt: undefined,
  joinTokenFingerprint: undefined,
};

/** The URN that a resource of ours gets. A plain promise: as an Output it would depend on everything below the parent. */
export function ownUrn(type: string, name: string, opts: pulumi.ResourceOptions | undefined): Promise<string> {
  const urn = pulumi.createUrn(name, type, opts?.parent);
  return new Promise((resolve) => {
    urn.apply(resolve);
  });
}
