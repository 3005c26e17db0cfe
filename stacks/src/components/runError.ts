import { inspect } from "node:util";
import * as pulumi from "@pulumi/pulumi";

/**
 * What to throw inside an `apply`: its message is shown as it stands. Pulumi would put before it the name of each input
 * that it keeps from being known, and would inspect all the promises that it leaves on an error, which takes half a
 * minute for a single site.
 */
export function runError(message: string): pulumi.RunError {
  return Object.defineProperties(new pulumi.RunError(message), {
    message: { get: () => message, set: () => undefined },
    [inspect.custom]: { value: () => message },
  });
}
