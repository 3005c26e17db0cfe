import { ProgramError } from "../../commandLine/commandLine";
import { fedJoinSecrets, secretPaths } from "../../resources/shared/secretKeys";
import { valueAt } from "../../values/mapping";
import { parseProxyUrl } from "../../values/proxy";
import type { DeclaredMember } from "../settings";

const paths = secretPaths(fedJoinSecrets);

/** @throws ProgramError that names the places of all secrets that the members hold themselves. */
export function rejectClearSecrets(members: readonly DeclaredMember[]): void {
  const found = clearSecrets(members);
  if (found.length === 0) return;
  throw new ProgramError(
    [
      "an import file has no secret, only references to secrets; without them, pulumi up adopts the members instead:",
      ...found,
    ].join("\n- "),
  );
}

/** The places of secrets that the members hold themselves, each with what to do about it. */
function clearSecrets(members: readonly DeclaredMember[]): string[] {
  const found = members.flatMap(({ rawInputs, placeOf }) =>
    paths
      .filter((path) => isSecret(path, valueAt(rawInputs, path)))
      .map((path) => `${placeOf(path.join("."))}: ${insteadOf(path)}`),
  );
  return [...new Set(found)];
}

/** A proxy is a secret only if it names an account. */
function isSecret(path: readonly string[], value: unknown): boolean {
  if (typeof value !== "string" || path.at(-1) !== "proxy") return value !== undefined;
  const { username = "", password = "" } = parseProxyUrl(value) ?? {};
  return username !== "" || password !== "";
}

function insteadOf(path: readonly string[]): string {
  const key = path.at(-1) ?? "";
  return key === "proxy" ? "a proxy with an account cannot be imported" : `give ${key}From`;
}
