import { homedir } from "node:os";
import { defaultKubeconfig } from "@fedjoin/provider/system";
import * as pulumi from "@pulumi/pulumi";
import { checkEnvironment, type Environment, type Master, type Member } from "../config/checkEnvironment";
import type { SchemaContext } from "../config/context";
import { createFileReader, problemsMessage, configSections } from "../config/source";

type SecretText = pulumi.Output<string>;

export type StackEnvironment = Environment<SecretText>;
export type StackMaster = Master<SecretText>;
export type StackMember = Member<SecretText>;

/** What is known of the clusters; nothing of it where no kubeconfig is to be looked into. */
type KubeconfigContext = Pick<SchemaContext<SecretText>, "ambientKubeconfig">;

const localKubeconfigs: KubeconfigContext = { ambientKubeconfig: defaultKubeconfig(process.env, homedir()) };

/**
 * The stack configuration, checked and complete, with every secret leaf a secret Output and no plain secret left.
 *
 * It reads the whole configuration, because a key that nobody asks for is a mistake to report, and parses it itself:
 * `Config.requireObject` repeats a malformed value in its error, which may be a secret.
 * @throws pulumi.RunError with every problem at once.
 */
export function readConfig(kubeconfigs: KubeconfigContext = localKubeconfigs): StackEnvironment {
  const checked = checkEnvironment(configSections(pulumi.runtime.allConfig()), {
    secret: (plain) => pulumi.secret(plain),
    readFile: createFileReader(pulumi.getRootDirectory()),
    ...kubeconfigs,
  });
  if ("environment" in checked) return checked.environment;
  throw new pulumi.RunError(problemsMessage(pulumi.getStack(), checked.problems));
}
