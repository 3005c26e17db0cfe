import * as pulumi from "@pulumi/pulumi";
import { isMapping, type Mapping } from "../../values/mapping";
import type { SecretKeys } from "./secretKeys";

/**
 * Marks the values at `keys` as secret, in any nesting of Outputs, Promises and plain mappings. Everything else stays as it
 * is: plain values stay plain, and an Output is never combined with its neighbours, so that a value that is unknown during
 * a preview leaves the others known. A secret that is `undefined` or `null` is omitted.
 * @throws RunError if `args` itself is an Output or a Promise: the engine takes named inputs only.
 */
export function markSecretInputs(args: object, keys: SecretKeys): pulumi.Inputs {
  if (isPlainMapping(args)) return markMapping(args, keys);
  throw new pulumi.RunError("expected the arguments as a plain object; Outputs and Promises go into its properties");
}

function markSecrets(value: unknown, keys: SecretKeys): unknown {
  if (pulumi.Output.isInstance(value)) return value.apply((inner) => markSecrets(inner, keys));
  if (value instanceof Promise) return value.then((inner) => markSecrets(inner, keys));
  return isPlainMapping(value) ? markMapping(value, keys) : value;
}

function markMapping(mapping: Readonly<Record<string, unknown>>, keys: SecretKeys): Record<string, unknown> {
  const entries = Object.entries(mapping).map(([key, value]) => {
    const secret = Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (secret === undefined) return [key, value] as const;
    return [key, secret === true ? markValue(value) : markSecrets(value, secret)] as const;
  });
  return Object.fromEntries(entries);
}

function markValue(value: unknown): pulumi.Output<unknown> | undefined {
  return value === undefined || value === null ? undefined : pulumi.secret(value);
}

function isPlainMapping(value: unknown): value is Mapping {
  return isMapping(value) && !pulumi.Output.isInstance(value) && !(value instanceof Promise);
}
