import type { ExporterEnvironmentArgs } from "./exporterArgs";
import type { ExistingSecretArgs } from "./exporterPod";
import { mapInput, mayBeDefined } from "./inputs";
import type { NetworkPolicyArgs } from "./networkPolicy";
import { runError } from "./runError";

/** The arguments that an existing Secret makes optional or required. */
export interface RequiredArgs extends Pick<ExporterEnvironmentArgs, "join" | "push"> {
  readonly existingSecret?: ExistingSecretArgs;
  readonly networkPolicy?: NetworkPolicyArgs;
}

/** @throws RunError that names an argument without which the exporter would not push, or could not reach what it must. */
export function requireArgs(args: RequiredArgs): void {
  const missing = missingArgument(args);
  if (missing !== undefined) throw runError(missing);
}

function missingArgument({ push, existingSecret, networkPolicy }: RequiredArgs): string | undefined {
  const isHeld = (setting: string): boolean => existingSecret?.holds.includes(setting) === true;
  const unlessHeld = (setting: string): string => `is required, unless existingSecret.holds has ${setting}`;
  if (push !== undefined && !mayBeDefined(push.url) && !isHeld("EXPORTER_PUSH_URL")) {
    return `push.url ${unlessHeld("EXPORTER_PUSH_URL")}`;
  }
  const account = push?.credentials;
  const password = mapInput(account, (given) => given.password);
  if (mayBeDefined(account) && !mayBeDefined(password) && !isHeld("EXPORTER_PUSH_PASSWORD")) {
    return `push.credentials.password ${unlessHeld("EXPORTER_PUSH_PASSWORD")}`;
  }
  if (networkPolicy === undefined) return undefined;
  if (isHeld("EXPORTER_PUSH_URL") && networkPolicy.push === undefined) {
    return "networkPolicy.push is required: existingSecret holds the push URL";
  }
  if (isHeld("JOIN_TOKEN_URL") && networkPolicy.tokenUrl === undefined) {
    return "networkPolicy.tokenUrl is required: existingSecret holds the token URL";
  }
  return undefined;
}
