import * as pulumi from "@pulumi/pulumi";
import { secretOutputs, type MembershipStatus } from "./resources/fedJoin/outputs";
import { declareSite } from "./resources/fedJoin/site";
import type {
  AddressArgs,
  ControllerArgs,
  CredentialsArgs,
  DefaultedAddressArgs,
  RestAddressArgs,
  SecretReferenceArgs,
  TlsArgs,
} from "./resources/shared/args";
import { urnKey } from "./resources/shared/ownershipRegistry";
import { resourceUrn, warnIfPackageMissing } from "./resources/shared/pulumiResource";
import { fedJoinSecrets, markSecretInputs } from "./resources/shared/secretInputs";

export type * from "./resources/shared/args";

export interface MasterArgs {
  /** The master's REST API, or the gateway in front of it. Default port: 10443. */
  readonly rest?: pulumi.Input<RestAddressArgs>;
  /** The master's federation address. Default port: 11443. In route `controller` it overrides the address in the join token. */
  readonly federation?: pulumi.Input<DefaultedAddressArgs>;
  /** A fedAdmin of the master: mints tokens, reads the members, removes stale entries. */
  readonly credentials?: pulumi.Input<CredentialsArgs>;
  readonly tls?: pulumi.Input<TlsArgs>;
}

export interface RetryArgs {
  /** Retries after the first attempt. Default: 10. */
  readonly maxRetries?: pulumi.Input<number>;
  /** Default: 10. */
  readonly initialDelaySeconds?: pulumi.Input<number>;
  /** Default: 300. */
  readonly maxDelaySeconds?: pulumi.Input<number>;
  /** Default: `none`. */
  readonly jitter?: pulumi.Input<"none" | "equal" | "full">;
}

/** How to fetch the join token. */
export interface JoinTokenUrlOptionsArgs {
  /** Accept a plain http URL. Default: false. */
  readonly allowHttp?: pulumi.Input<boolean>;
  /** Sent as `Authorization: Bearer`. */
  readonly bearer?: pulumi.Input<string>;
  /** Instead of `bearer`; read again for each request. */
  readonly bearerFrom?: pulumi.Input<SecretReferenceArgs>;
  readonly tls?: pulumi.Input<TlsArgs>;
  /** See `controller.proxy`. Kept secret. */
  readonly proxy?: pulumi.Input<string>;
}

export interface FedJoinArgs {
  /** The site's identifier: letters, digits and inner hyphens, at most 52. A correction at the same addresses is an update. */
  readonly storeId: pulumi.Input<string>;
  /** The cluster name. Default: the store id, `-`, and 6 random alphanumerics, generated once. A change replaces. */
  readonly name?: pulumi.Input<string>;
  /** The six characters after the store id: generated once (`random`, the default), or derived from `clusterUid` (`uid`). */
  readonly nameSuffix?: pulumi.Input<"random" | "uid">;
  /**
   * The identity of the site's cluster: the UID of its namespace `kube-system`. A later `up` with another UID under the same
   * store id is rejected, because it would put another cluster in the site's place.
   */
  readonly clusterUid?: pulumi.Input<string>;
  /** What to do if the site is not a member yet: `join` (the default), or `fail`, to adopt only. Applies to create only. */
  readonly ifAbsent?: pulumi.Input<"join" | "fail">;
  /** A change of its address moves the site: see docs/explanation/membership.md. The same master at another address is only recorded. */
  readonly master: pulumi.Input<MasterArgs>;
  /** The controller of the cluster that joins. */
  readonly controller?: pulumi.Input<ControllerArgs>;
  /** Where the master reaches the site. After a change the site leaves and joins again, under the same name. */
  readonly jointRest: pulumi.Input<AddressArgs>;
  /** The endpoint that gets the join. Default: `controller` if one is given, otherwise `master`. */
  readonly joinVia?: pulumi.Input<"master" | "controller">;
  /** A join token. Used for the join only: a change of it alone is not a change. */
  readonly joinToken?: pulumi.Input<string>;
  /** Instead of `joinToken`. */
  readonly joinTokenFrom?: pulumi.Input<SecretReferenceArgs>;
  /** An https URL that answers `{"context": "<join token>"}`. */
  readonly joinTokenUrl?: pulumi.Input<string>;
  /** Instead of `joinTokenUrl`. */
  readonly joinTokenUrlFrom?: pulumi.Input<SecretReferenceArgs>;
  readonly joinTokenUrlOptions?: pulumi.Input<JoinTokenUrlOptionsArgs>;
  /** Lifetime of a minted join token, in minutes. It is minted right before the join. Default: 5. */
  readonly joinTokenMinutes?: pulumi.Input<number>;
  readonly retry?: pulumi.Input<RetryArgs>;
  /** One deadline for everything that a create, update or delete does. Default: 600. */
  readonly timeoutSeconds?: pulumi.Input<number>;
  /** On delete, end the membership on the side that answers, even if the other side does not. Default: false. */
  readonly forceLeave?: pulumi.Input<boolean>;
  /**
   * What to do if the site leaves and its master does not answer: `fail` (the default), or `force` to leave without the
   * master. A site that does not answer is an error either way. It must be in the state before the delete.
   */
  readonly onMasterLost?: pulumi.Input<"fail" | "force">;
}

const type = "pulumi-nodejs:dynamic/neuvector:FedJoin";

/** Constant, so that a change of code is not a change of the resource, and every operation runs the installed code. */
const providerText = 'exports.handler = () => require("@fedjoin/provider").lifecycle;';

/**
 * The membership of a NeuVector cluster in the federation of a master. Its id is the cluster name.
 *
 * Create joins, or adopts an existing membership. Refresh detects a member that was kicked, left, was renamed or joined
 * another master, and the next update repairs what it may. Delete leaves and cleans up on both sides.
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
  /** First 12 hex digits of the SHA-256 of the join token; empty if the token is so short that it could be guessed from them. */
  declare readonly joinTokenFingerprint: pulumi.Output<string>;

  /**
   * Each argument, and everything inside it, may be an Output. Secrets are kept secret in any nesting. Invalid inputs are
   * check failures of the deployment, all at once.
   * @throws RunError if `args` itself is an Output, or if another FedJoin of the program declares the same site.
   */
  constructor(name: string, args: FedJoinArgs, opts?: pulumi.CustomResourceOptions) {
    warnIfPackageMissing();
    const inputs = markSecretInputs(args, fedJoinSecrets);
    const first = declareSite(pulumi.runtime.getStackResource(), name, args);
    if (first !== undefined) {
      throw new pulumi.RunError(`FedJoin ${first} and FedJoin ${name} declare the same site. Declare it once.`);
    }
    super(
      type,
      name,
      { ...inputs, ...outputs, [urnKey]: resourceUrn(type, name, opts), __provider: providerText },
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
