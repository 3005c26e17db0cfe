import type { ExporterEnvironmentArgs } from "./exporterArgs";
import { isManagedFile, isManagedSetting } from "./exporterSettings";
import { runError } from "./runError";

/** @throws RunError for a variable or a file that the component would replace by its own. */
export function refuseTakenNames({ env = {}, targets }: Pick<ExporterEnvironmentArgs, "env" | "targets">): void {
  const variable = Object.keys(env).find(isManagedSetting);
  if (variable !== undefined) throw runError(`env: ${variable} is set by the component from its other arguments`);
  const file = Object.keys(targets?.files ?? {}).find(isManagedFile);
  if (file !== undefined) throw runError(`targets.files: ${file} is a file of the exporter's own: take another name`);
}
