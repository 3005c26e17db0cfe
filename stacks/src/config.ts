import { homedir } from "node:os";
import { ambientKubeconfig } from "@fedjoin/provider";
import * as pulumi from "@pulumi/pulumi";
import { checkEnvironment, type Environment, type Master, type Member } from "./config/check";
import type { LeafPorts } from "./config/connection";
import { filesBelow, problemsMessage, sectionsOf } from "./configSource";

type SecretText = pulumi.Output<string>;

export type StackEnvironment = Environment<SecretText>;
export type StackMaster = Master<SecretText>;
export type StackMember = Member<SecretText>;

/** What is known of the clusters; nothing of it where no kubeconfig is to be looked into. */
type KubeconfigPorts = Pick<LeafPorts<SecretText>, "ambientKubeconfig">;

const ofThisMachine: KubeconfigPorts = { ambientKubeconfig: ambientKubeconfig(process.env, homedir()) };

/**
 * The stack configuration, checked and complete, with every secret leaf a secret Output and no plain secret left.
 *
 * It reads the whole configuration, because a key that nobody asks for is a mistake to report, and parses it itself:
 * `Config.requireObject` repeats a malformed value in its error, which may be a secret.
 * @throws pulumi.RunError with every problem at once.
 */
export function readConfig(kubeconfigs: KubeconfigPorts = ofThisMachine): StackEnvironment {
  const checked = checkEnvironment(sectionsOf(pulumi.runtime.allConfig()), {
    secret: (plain) => pulumi.secret(plain),
    readFile: filesBelow(pulumi.getRootDirectory()),
    ...kubeconfigs,
  });
  if ("environment" in checked) return checked.environment;
  throw new pulumi.RunError(problemsMessage(pulumi.getStack(), checked.problems));
}
