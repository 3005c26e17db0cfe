import * as pulumi from "@pulumi/pulumi";
import { checkEnvironment, type Environment, type Master, type Member } from "./config/check";
import { filesBelow, problemsMessage, sectionsOf } from "./configSource";

type SecretText = pulumi.Output<string>;

export type StackEnvironment = Environment<SecretText>;
export type StackMaster = Master<SecretText>;
export type StackMember = Member<SecretText>;

/**
 * The stack configuration, checked and complete, with every secret leaf a secret Output and no plain secret left.
 *
 * It reads the whole configuration, because a key that nobody asks for is a mistake to report, and parses it itself:
 * `Config.requireObject` repeats a malformed value in its error, which may be a secret.
 * @throws pulumi.RunError with every problem at once.
 */
export function readConfig(): StackEnvironment {
  const checked = checkEnvironment(sectionsOf(pulumi.runtime.allConfig()), {
    secret: (plain) => pulumi.secret(plain),
    readFile: filesBelow(pulumi.getRootDirectory()),
  });
  if ("environment" in checked) return checked.environment;
  throw new pulumi.RunError(problemsMessage(pulumi.getStack(), checked.problems));
}
