import { homedir } from "node:os";
import { defaultKubeconfig } from "@fedjoin/provider/internal/system";
import * as pulumi from "@pulumi/pulumi";
import { checkConfiguration } from "../config/checkConfiguration";
import type { Environment, Master, Member } from "../config/checkEnvironment";
import type { SchemaContext } from "../config/context";
import { createFileReader, problemsMessage, configSections } from "../config/source";

type SecretText = pulumi.Output<string>;

export type StackEnvironment = Environment<SecretText>;
export type StackMaster = Master<SecretText>;
export type StackMember = Member<SecretText>;

/** Access to kubeconfigs; empty if none is to be checked. */
type KubeconfigContext = Pick<SchemaContext<SecretText>, "ambientKubeconfig">;

const localKubeconfigs: KubeconfigContext = { ambientKubeconfig: defaultKubeconfig(process.env, homedir()) };

/**
 * Reads the stack configuration, checked and complete, with every secret as a secret Output.
 *
 * It reads all keys, so that unknown ones are reported, and parses them itself: the error of `Config.requireObject`
 * repeats a malformed value, which may be a secret.
 * @throws pulumi.RunError with every problem at once.
 */
export function readConfig(kubeconfigs: KubeconfigContext = localKubeconfigs): StackEnvironment {
  const checked = checkConfiguration(configSections(pulumi.runtime.allConfig(), pulumi.getProject()), {
    secret: (plain) => pulumi.secret(plain),
    readFile: createFileReader(pulumi.getRootDirectory()),
    ...kubeconfigs,
  });
  if ("environment" in checked) return checked.environment;
  throw new pulumi.RunError(problemsMessage(pulumi.getStack(), checked.problems));
}
