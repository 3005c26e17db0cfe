import * as pulumi from "@pulumi/pulumi";
import { canResolvePackage } from "../../system/resolvePackage";

let hasWarned = false;

/** Warns once if Pulumi, which runs the resource in the folder of the program, would not find this package. */
export function warnIfPackageMissing(): void {
  const folder = process.cwd();
  if (hasWarned || canResolvePackage(folder, "@fedjoin/provider")) return;
  hasWarned = true;
  void pulumi.log.warn(
    `@fedjoin/provider is not found from ${folder}, where pulumi runs its resources. Add it to the dependencies of the Pulumi program itself, not only to those of a library.`,
  );
}

/** Returns the URN of a resource of ours. A plain promise: an Output would depend on every resource below the parent. */
export function resourceUrn(type: string, name: string, opts: pulumi.ResourceOptions | undefined): Promise<string> {
  const urn = pulumi.createUrn(name, type, opts?.parent);
  return new Promise((resolve) => {
    urn.apply(resolve);
  });
}

/**
 * Stops stack traces around the call of `super` in the constructor of a resource. The SDK takes one for each of the dozens of
 * promises of a resource, which costs more than all else in a program of many resources, and shows them only with
 * `PULUMI_DEBUG_PROMISE_LEAKS`.
 */
export function pauseStackTraces(constructor: new (...args: never) => unknown) {
  const { stackTraceLimit } = Error;
  if (process.env["PULUMI_DEBUG_PROMISE_LEAKS"] === undefined) Error.stackTraceLimit = 0;
  const resume = (): void => {
    Error.stackTraceLimit = stackTraceLimit;
  };
  return {
    resume,
    /** Gives an error its stack trace, which begins where the constructor was called. */
    trace(error: unknown): unknown {
      resume();
      if (error instanceof Error) Error.captureStackTrace(error, constructor);
      return error;
    },
  };
}
