import type { Revisions } from "../state";

/** The kinds of federal rules, spelled as the product does (rest-api.md#distributing-rules). */
const kinds = [
  "fed_admctrl_exception",
  "fed_admctrl_deny",
  "fed_netwwork_rule",
  "fed_response_rule",
  "fed_group",
  "fed_file_profile",
  "fed_process_profile",
  "fed_system_config",
  "fed_dlp_sensor_grp",
  "fed_waf_sensor_grp",
];

export const noRevisions: Revisions = Object.fromEntries(kinds.map((kind) => [kind, 0]));

/**
 * Promotion makes the federal default groups, so a new member always has rules to fetch
 * (rest-api.md#promoting-and-demoting).
 */
export const promotedRevisions: Revisions = {
  ...noRevisions,
  fed_group: 2,
  fed_file_profile: 2,
  fed_process_profile: 2,
};

/** The revisions that the member lacks. */
export function changedRevisions(master: Revisions, member: Revisions): Revisions {
  return Object.fromEntries(Object.entries(master).filter(([kind, revision]) => member[kind] !== revision));
}
