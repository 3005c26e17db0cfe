import * as pulumi from "@pulumi/pulumi";
import { fedJoinProvider, fedJoinType } from "./resources/fedJoin/engineType";
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
import { pauseStackTraces, resourceUrn, warnIfPackageMissing } from "./resources/shared/pulumiResource";
import { markSecretInputs } from "./resources/shared/secretInputs";
import { fedJoinSecrets } from "./resources/shared/secretKeys";

export type * from "./resources/shared/args";

/** The master of the federation. At least one of the addresses, or a join token that contains one. */
export interface MasterArgs {
  /** The master's REST API, or the gateway in front of it. Default port: 10443. */
  readonly rest?: pulumi.Input<RestAddressArgs>;
  /** The master's federation address. Default port: 11443. In route `controller` it overrides the address in the join token. */
  readonly federation?: pulumi.Input<DefaultedAddressArgs>;
  /** A fedAdmin of the master: mints tokens, reads the members, removes stale entries. */
  readonly credentials?: pulumi.Input<CredentialsArgs>;
  /** How to verify the certificate of `rest`. */
  readonly tls?: pulumi.Input<TlsArgs>;
}

/** How often, and when, a join or leave is tried again after a failure that can pass. The delay doubles. */
export interface RetryArgs {
  /** Retries after the first attempt. Default: 10. */
  readonly maxRetries?: pulumi.Input<number>;
  /** Seconds before the first retry. Default: 10. */
  readonly initialDelaySeconds?: pulumi.Input<number>;
  /** The longest delay, in seconds. Default: 300. */
  readonly maxDelaySeconds?: pulumi.Input<number>;
  /** What is drawn at random of each delay: nothing (`none`, the default), its second half (`equal`), or all of it (`full`). */
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
  /** How to verify the certificate of the URL's server. */
  readonly tls?: pulumi.Input<TlsArgs>;
  /** See `controller.proxy`. Kept secret. */
  readonly proxy?: pulumi.Input<string>;
}

/**
 * What a membership is, and how to make and end it. Required: `storeId`, `master`, `jointRest`, and a way to get a join
 * token: `joinToken`, `joinTokenUrl`, one of their references, or `master.credentials`.
 */
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
  /** How to fetch `joinTokenUrl`. */
  readonly joinTokenUrlOptions?: pulumi.Input<JoinTokenUrlOptionsArgs>;
  /** Lifetime of a minted join token, in minutes. It is minted right before the join. Default: 5. */
  readonly joinTokenMinutes?: pulumi.Input<number>;
  /** Retries of the join and the leave. */
  readonly retry?: pulumi.Input<RetryArgs>;
  /** One deadline for everything that a create, update or delete does, in seconds. Default: 600. */
  readonly timeoutSeconds?: pulumi.Input<number>;
  /** On delete, end the membership on the side that answers, even if the other side does not. Default: false. */
  readonly forceLeave?: pulumi.Input<boolean>;
  /**
   * What to do if the site leaves and its master does not answer: `fail` (the default), or `force` to leave without the
   * master. A site that does not answer is an error either way. It must be in the state before the delete.
   */
  readonly onMasterLost?: pulumi.Input<"fail" | "force">;
}

/**
 * The membership of a NeuVector cluster in the federation of a master. Its id is the cluster name.
 *
 * Create joins, or adopts an existing membership. Refresh detects a member that was kicked, left, was renamed or joined
 * another master, and the next update repairs what it may. Delete leaves and cleans up on both sides.
 *
 * An operation that fails rejects with a message that ends in the address of the page about the failure. Nothing that
 * the failure left behind is lost: a membership of unknown outcome is in the state as `unconfirmed`.
 *
 * @example
 * ```ts
 * const membership = new FedJoin("u2204a", {
 *   storeId: "u2204a",
 *   master: {
 *     rest: { server: "neuvector-master.example.com" },
 *     credentials: { username: "admin", passwordFrom: { env: "NEUVECTOR_MASTER_PASSWORD" } },
 *   },
 *   controller: { server: "192.168.8.209", credentials: { username: "admin", password: sitePassword } },
 *   jointRest: { server: "192.168.8.209", port: 10443 },
 * });
 * export const name = membership.clusterName; // u2204a-Xy9K2m
 * ```
 */
export class FedJoin extends pulumi.CustomResource {
  /** The name under which the master lists the member, such as `u2204a-Xy9K2m`. Equals the resource's id. */
  declare readonly clusterName: pulumi.Output<string>;
  /** The controller's id of this membership, new at every rejoin. */
  declare readonly clusterId: pulumi.Output<string>;
  /** Ids of earlier memberships of this resource, oldest first. */
  declare readonly formerIds: pulumi.Output<string[]>;
  /** The id of the federation, which distinguishes masters regardless of their addresses. Empty if it could not be read. */
  declare readonly masterId: pulumi.Output<string>;
  /** The controller's word for a member: `joint`. */
  declare readonly role: pulumi.Output<string>;
  /** The membership at the last operation or refresh. `fedjoin status` shows the conditions of now (docs/explanation/membership.md). */
  declare readonly status: pulumi.Output<MembershipStatus>;
  /** When this resource joined or adopted the membership: RFC 3339, in UTC. */
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
    const props = {
      ...inputs,
      ...outputs,
      [urnKey]: resourceUrn(fedJoinType, name, opts),
      __provider: fedJoinProvider,
    };
    const options = pulumi.mergeOptions(opts, { additionalSecretOutputs: [...secretOutputs] });
    const stackTraces = pauseStackTraces(FedJoin);
    try {
      super(fedJoinType, name, props, options);
    } catch (error) {
      throw stackTraces.trace(error);
    } finally {
      stackTraces.resume();
    }
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
