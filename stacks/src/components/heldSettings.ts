import * as pulumi from "@pulumi/pulumi";
import type { ExporterEnvironment } from "./exporterEnvironment";
import type { ExistingSecretArgs } from "./exporterPod";
import { isDeferred, mapInput } from "./inputs";
import { runError } from "./runError";

interface Sources {
  readonly environment: ExporterEnvironment;
  readonly existingSecret: ExistingSecretArgs | undefined;
}

/**
 * The environment without the settings that the Secret holds, so that each setting has one source.
 * @throws RunError for a held setting that has a value here too; for one that comes late, in place of the Secret's name.
 */
export function separateHeldSettings(
  environment: ExporterEnvironment,
  secret: ExistingSecretArgs | undefined,
): Sources {
  if (secret === undefined) return { environment, existingSecret: secret };
  const held = new Set(secret.holds);
  const { settings, secrets } = environment;
  const checks = Object.entries({ ...settings, ...secrets })
    .filter(([name]) => held.has(name))
    .map(([name, value]) => mapInput<string, string>(value, (text) => requireMissing(name, text)))
    .filter(isDeferred);
  const withoutHeld = (values: ExporterEnvironment["settings"]) =>
    Object.fromEntries(Object.entries(values).filter(([name]) => !held.has(name)));
  return {
    environment: { ...environment, settings: withoutHeld(settings), secrets: withoutHeld(secrets) },
    existingSecret: { name: checks.length === 0 ? secret.name : nameAfter(checks, secret.name), holds: [...held] },
  };
}

/** The value, if it is empty, which counts as missing. @throws RunError otherwise. */
export function requireMissing(name: string, value: string): string {
  if (value === "") return value;
  throw runError(`existingSecret.holds: ${name} is set by another argument too: give one of them`);
}

/** The name, which is not secret, once the checks of secrets have passed. */
function nameAfter(checks: readonly unknown[], name: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.unsecret(pulumi.all([pulumi.output(name), ...checks]).apply(([known]) => String(known)));
}
