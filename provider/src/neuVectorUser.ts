import * as pulumi from "@pulumi/pulumi";
import type { UserStatus } from "./resources/neuVectorUser/userSteps";
import type { ControllerArgs, SecretReferenceArgs } from "./resources/shared/args";
import { urnKey } from "./resources/shared/ownershipRegistry";
import { pauseStackTraces, resourceUrn, warnIfPackageMissing } from "./resources/shared/pulumiResource";
import { markSecretInputs } from "./resources/shared/secretInputs";
import { userSecrets } from "./resources/shared/secretKeys";

/** A user, and the controller that has it. Exactly one of `password` and `passwordFrom` is required. */
export interface NeuVectorUserArgs {
  /** Where the user lives, and the account that manages it: a global admin; a fedAdmin for a user with the role `fedAdmin`. */
  readonly controller: pulumi.Input<ControllerArgs>;
  /** Letters, digits, dots, hyphens and underscores, at most 64; not `admin`. A change replaces: the new user is created first. */
  readonly username: pulumi.Input<string>;
  /** Kept secret. The controller's password profile sets the rules for it. */
  readonly password?: pulumi.Input<string>;
  /** Instead of `password`: the value never enters the state. Only `pulumi refresh` detects a changed value. */
  readonly passwordFrom?: pulumi.Input<SecretReferenceArgs>;
  /** `reader` to scrape, `admin` to join and leave, `fedAdmin` of a master to mint join tokens and remove members. */
  readonly role: pulumi.Input<"reader" | "admin" | "fedAdmin">;
}

const type = "pulumi-nodejs:dynamic/neuvector:NeuVectorUser";

/** Constant, so that a change of code is not a change of the resource, and every operation runs the installed code. */
const providerText = 'exports.handler = () => require("@fedjoin/provider").userLifecycle;';

/**
 * A local user of one NeuVector controller. Its id is the user name.
 *
 * Create makes the user, or adopts one that already has this role and password; any other existing user is never changed.
 * Refresh detects another role, another password, a block and a missing user, and the next update repairs them. Delete
 * deletes the user and ends its sessions.
 *
 * @example
 * ```ts
 * const reader = new NeuVectorUser("reader", {
 *   controller: {
 *     server: "192.168.8.209",
 *     credentials: { username: "admin", passwordFrom: { env: "NEUVECTOR_ADMIN_PASSWORD" } },
 *   },
 *   username: "metrics-reader",
 *   password: config.requireSecret("readerPassword"),
 *   role: "reader",
 * });
 * ```
 */
export class NeuVectorUser extends pulumi.CustomResource {
  /** The user name, for the resources that log in with it. Equals the resource's id. */
  declare readonly username: pulumi.Output<string>;
  /** As found at the controller. */
  declare readonly role: pulumi.Output<string>;
  /** What the last operation or refresh found. */
  declare readonly status: pulumi.Output<UserStatus>;

  /**
   * Each argument, and everything inside it, may be an Output. Secrets are kept secret in any nesting. Invalid inputs are
   * check failures of the deployment, all at once.
   * @throws RunError if `args` itself is an Output.
   */
  constructor(name: string, args: NeuVectorUserArgs, opts?: pulumi.CustomResourceOptions) {
    warnIfPackageMissing();
    const props = {
      ...markSecretInputs(args, userSecrets),
      status: undefined,
      [urnKey]: resourceUrn(type, name, opts),
      __provider: providerText,
    };
    const stackTraces = pauseStackTraces(NeuVectorUser);
    try {
      super(type, name, props, opts);
    } catch (error) {
      throw stackTraces.trace(error);
    } finally {
      stackTraces.resume();
    }
  }
}
