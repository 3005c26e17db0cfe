import { expected, mapping, withRules } from "@fedjoin/provider/internal/values";
import * as z from "zod";
import { objectName } from "./scalars";

const secretSettings = [
  ...["CTRL_USERNAME", "CTRL_PASSWORD", "CTRL_APIKEY"],
  ...["JOIN_USERNAME", "JOIN_PASSWORD", "JOIN_APIKEY"],
  ...["JOIN_TOKEN", "JOIN_TOKEN_URL"],
  ...["EXPORTER_PUSH_URL", "EXPORTER_PUSH_PASSWORD"],
] as const;

/** A setting of the exporter that a Secret may hold. */
export type SecretSetting = (typeof secretSettings)[number];

type AccountPrefix = "CTRL" | "JOIN";

/** True for a Secret that holds an account: a name and a password, or an API key. */
export function containsAccount(holds: readonly string[] | undefined, prefix: AccountPrefix): boolean {
  return accountSettings(holds, prefix).length > 0;
}

/** True for a Secret that holds this setting; a malformed list holds none. */
export function containsSetting(holds: readonly string[] | undefined, setting: SecretSetting): boolean {
  return Array.isArray(holds) && holds.includes(setting);
}

/** The settings of an account that a Secret holds; a malformed list holds none. */
function accountSettings(holds: readonly string[] | undefined, prefix: AccountPrefix): string[] {
  const held = Array.isArray(holds) ? holds : [];
  return ["USERNAME", "PASSWORD", "APIKEY"].filter((name) => held.includes(`${prefix}_${name}`));
}

function isWholeAccount(holds: readonly string[], prefix: AccountPrefix): boolean {
  return ["", "USERNAME PASSWORD", "APIKEY"].includes(accountSettings(holds, prefix).join(" "));
}

function wholeAccount(prefix: AccountPrefix): string {
  return `give ${prefix}_USERNAME and ${prefix}_PASSWORD, or ${prefix}_APIKEY`;
}

/** A Secret that exists already in the exporter's namespace. */
export const existingSecret = withRules(
  mapping({
    name: objectName.describe(
      "its name; with External Secrets, the name of the Secret that the ExternalSecret creates",
    ),
    holds: z
      .array(
        z.enum(secretSettings, `expected ${secretSettings.join(", ")}`),
        expected("a list of the exporter's settings"),
      )
      .min(1, "expected at least one setting")
      .describe(`the exporter's settings that are keys of it: of ${secretSettings.join(", ")}`),
  }),
  ["holds", wholeAccount("CTRL"), ({ holds }) => isWholeAccount(holds, "CTRL")],
  ["holds", wholeAccount("JOIN"), ({ holds }) => isWholeAccount(holds, "JOIN")],
  [
    "holds",
    "give JOIN_TOKEN or JOIN_TOKEN_URL, not both",
    ({ holds }) => !Array.isArray(holds) || !holds.includes("JOIN_TOKEN") || !holds.includes("JOIN_TOKEN_URL"),
  ],
);
