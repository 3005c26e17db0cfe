import * as pulumi from "@pulumi/pulumi";
import { urnKey } from "./resources/shared/ownershipRegistry";
import { ownUrn, warnOfMissingDependency, type ControllerArgs, type SecretReferenceArgs } from "./fedJoin";
import { userSecrets, markSecretInputs } from "./resources/shared/secretInputs";
import type { UserStatus } from "./resources/neuVectorUser/userSteps";

export interface NeuVectorUserArgs {
  /** Where the user lives, and who makes it: a global admin there; a fedAdmin for a user with the role `fedAdmin`. */
  readonly controller: pulumi.Input<ControllerArgs>;
  /** Letters, digits, dots, hyphens and underscores, at most 64; not `admin`. A change replaces: the new user is made first. */
  readonly username: pulumi.Input<string>;
  /** Kept secret. The controller's password profile says how strong it must be. */
  readonly password?: pulumi.Input<string>;
  /** Instead of `password`: the value never gets into the state. A changed value is found by `pulumi refresh` alone. */
  readonly passwordFrom?: pulumi.Input<SecretReferenceArgs>;
  /** `reader` to scrape, `admin` to join and leave, `fedAdmin` of a master to mint join tokens and remove members. */
  readonly role: pulumi.Input<"reader" | "admin" | "fedAdmin">;
}

const type = "pulumi-nodejs:dynamic/neuvector:NeuVectorUser";

/** Constant, so that a change of code is not a change of the resource, and every operation runs the code on disk. */
const providerText = 'exports.handler = () => require("@fedjoin/provider").userLifecycle;';

/**
 * A local user of one NeuVector controller. Its id is the user name.
 *
 * Creating makes the user, or adopts one that has this role and this password already; a user that has others is never
 * touched. Refreshing finds another role, another password, a block and an absence; the next update mends them; deleting
 * deletes the user and ends its sessions.
 */
export class NeuVectorUser extends pulumi.CustomResource {
  declare readonly username: pulumi.Output<string>;
  /** As found at the controller. */
  declare readonly role: pulumi.Output<string>;
  declare readonly status: pulumi.Output<UserStatus>;

  /**
   * Each argument, and everything inside it, may be an Output. Secrets are kept secret wherever they are nested.
   * @throws RunError when `args` itself is an Output. Wrong inputs are check failures of the deployment, all at once.
   */
  constructor(name: string, args: NeuVectorUserArgs, opts?: pulumi.CustomResourceOptions) {
    warnOfMissingDependency();
    super(
      type,
      name,
      {
        ...markSecretInputs(args, userSecrets),
        status: undefined,
        [urnKey]: ownUrn(type, name, opts),
        __provider: providerText,
      },
      opts,
    );
  }
}
