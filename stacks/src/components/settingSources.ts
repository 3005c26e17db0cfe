import * as pulumi from "@pulumi/pulumi";
import type { ExporterEnvironment } from "./exporterEnvironment";
import type { ExistingSecretArgs } from "./exporterPod";
import { isDeferred, mapInput, type OptionalInput } from "./inputs";
import { runError } from "./runError";

interface Sources {
  readonly environment: ExporterEnvironment;
  readonly existingSecret: ExistingSecretArgs | undefined;
}

/**
 * Gives each setting one source: the environment comes back without what the Secret holds.
 * @throws RunError for a setting with two: a value here and in the Secret, or a value and a file (`…_FILE`) by `env`. Where
 * a value comes late, the Secret's name or the file's path fails instead.
 */
export function separateSources(environment: ExporterEnvironment, secret: ExistingSecretArgs | undefined): Sources {
  const { settings, secrets } = environment;
  const held = new Set(secret?.holds);
  const own: Readonly<Record<string, OptionalInput<string>>> = { ...settings, ...secrets };
  const isOwn = ([name]: [string, unknown]): boolean => !held.has(name);
  const withFiles = Object.entries(settings).map(([name, value]) => {
    const behind = name.endsWith("_FILE") ? secrets[name.slice(0, -"_FILE".length)] : undefined;
    return [name, afterChecks(value, [checkMissing(`env: ${name}`, behind)])] as [string, pulumi.Input<string>];
  });
  const checks = [...held].flatMap((name) =>
    [own[name], own[`${name}_FILE`]].map((value) => checkMissing(`existingSecret.holds: ${name}`, value)),
  );
  return {
    environment: {
      ...environment,
      settings: Object.fromEntries(withFiles.filter(isOwn)),
      secrets: Object.fromEntries(Object.entries(secrets).filter(isOwn)),
    },
    existingSecret: secret && { name: afterChecks(secret.name, checks), holds: [...held] },
  };
}

function checkMissing(place: string, value: OptionalInput<string>): OptionalInput<string> {
  return mapInput<string, string>(value, (text) => requireMissing(place, text));
}

/** The value, if it is empty, which counts as missing. @throws RunError otherwise. */
export function requireMissing(place: string, value: string): string {
  if (value === "") return value;
  throw runError(`${place} is set by another argument too: give one of them`);
}

/** The value, which is not secret, once the checks have passed. */
function afterChecks(value: pulumi.Input<string>, checks: readonly OptionalInput<string>[]): pulumi.Input<string> {
  const deferred = checks.filter(isDeferred);
  if (deferred.length === 0) return value;
  return pulumi.unsecret(pulumi.all([pulumi.output(value), ...deferred]).apply(([known]) => String(known)));
}
