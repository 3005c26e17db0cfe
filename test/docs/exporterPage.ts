import { settingsReference, type DocumentedSetting } from "@fedjoin/exporter/reference";
import { cell } from "./cell";

function settingRow({ name, flag, default: preset, source, required, help }: DocumentedSetting): string {
  const names = source === "secret" ? `\`${name}\`, \`${name}_FILE\`` : `\`${name}\``;
  const given = preset === undefined ? (required ? "required" : "") : `\`${preset}\``;
  return `| ${names} | ${flag === undefined ? "" : `\`--${flag}\``} | ${given} | ${cell(help)} |`;
}

/** `docs/exporter.md`: routes, every setting. */
export function exporterPage(): string {
  const { exporter, join } = settingsReference();
  const settingsTable = ["| variable | flag | default | |", "| --- | --- | --- | --- |"];
  return [
    "# The exporter",
    "",
    "Made from the tables that the exporter runs on (`npm run docs`).",
    "",
    "`/metrics` is the scrape, `/-/healthy` says that the process lives, `/-/ready` that it serves, `/` links to them. It serves from the first second and answers 200 with `nv_up 0` while its controller is away. SIGTERM ends the running scrape, logs out and exits with 0.",
    "",
    "A refused login is tried again after 10 and 60 minutes, and then never with that credential: five failures in a row lock an account, so that three leave two for a person. A locked account is left alone for 65 minutes. The pauses outlive a restart (`EXPORTER_STATE_DIR`). A login whose answer is lost on the way counts as no answer, not as refused.",
    "",
    "## Settings",
    "",
    "A flag wins over its variable. A secret has no flag, since a command line is visible to everybody on the machine; it may come from the file that `<NAME>_FILE` names. `--config.check` checks the settings and exits 0 or 1; `--version` and `--help` say what they say. Every problem is reported in one message.",
    "",
    ...settingsTable,
    ...exporter.map(settingRow),
    "",
    "## Settings of the join at start",
    "",
    "Read only with `ENABLE_FED_JOIN=true`. A wrong one skips the join, and the exporter goes on. What it does, says and needs: [join.md](join.md).",
    "",
    ...settingsTable,
    ...join.map(settingRow),
    "",
    "The metrics are listed in [metrics.md](metrics.md).",
    "",
  ].join("\n");
}
