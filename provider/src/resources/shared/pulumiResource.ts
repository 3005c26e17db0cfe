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
