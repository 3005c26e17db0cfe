import { inspect } from "node:util";
import * as pulumi from "@pulumi/pulumi";

/**
 * An error to throw inside an `apply`, whose message Pulumi shows unchanged. Otherwise Pulumi would prefix it with the
 * name of each affected input, and inspect all pending promises, which takes half a minute for a single site.
 */
export function runError(message: string): pulumi.RunError {
  return Object.defineProperties(new pulumi.RunError(message), {
    message: { get: () => message, set: () => undefined },
    [inspect.custom]: { value: () => message },
  });
}
