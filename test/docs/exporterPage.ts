import { settingsReference, type DocumentedSetting } from "@fedjoin/exporter/internal/reference";
import { cell } from "./cell";

function settingRow({ name, flags, default: preset, source, required, help }: DocumentedSetting): string {
  const names = source === "secret" ? `\`${name}\`, \`${name}_FILE\`` : `\`${name}\``;
  const given = preset === undefined ? (required ? "required" : "") : `\`${preset}\``;
  return `| ${names} | ${flags.map((flag) => `\`${flag}\``).join(", ")} | ${given} | ${cell(help)} |`;
}

/** `docs/reference/exporter.md`: routes, every setting. */
export function exporterPage(): string {
  const { exporter, join } = settingsReference();
  const settingsTable = ["| variable | flag | default | |", "| --- | --- | --- | --- |"];
  return [
    "# The exporter",
    "",
    "This page is generated from the exporter's own tables (`npm run docs`).",
    "",
    "`/metrics` serves the metrics, `/-/healthy` reports that the process is alive, `/-/ready` that it serves, and `/` is the [landing page](landing-page.md). The exporter serves as soon as it starts, and answers 200 with `nv_up 0` while its controller is unreachable. On SIGTERM it finishes the running scrape, logs out and exits with 0.",
    "",
    "TLS, client certificates, users and a rate limit come from a [web config](../how-to/web-config.md) (`WEB_CONFIG_FILE`). A client that takes more than 10 s to send its request header is disconnected, and a body of more than 64 kB gets 413.",
    "",
    "## Refused logins",
    "",
    "Five failed logins in a row lock an account. Therefore the exporter retries a refused login after 10 and 60 minutes, and then no longer with that credential: three failures leave two for a person. It does not contact a locked account for 65 minutes. The pauses survive a restart (`EXPORTER_STATE_DIR`).",
    "",
    "- **A new credential is tried at once**: one that a reload (SIGHUP, `/-/reload`) brings, or a changed file of a `…_FILE` setting, which is reread before each login.",
    "- **An unchanged credential is tried once more after a reload**, in case the account was corrected at the controller, but not again until the pause after that attempt ends, so that a loop of reloads cannot lock the account. There are never more than four refused logins in a row.",
    "- To try even then, stop the exporter, delete `fedjoin-login-pause-*.json` in `EXPORTER_STATE_DIR`, and start it.",
    "- A login whose answer was lost counts as no answer, not as refused.",
    "",
    "## Settings",
    "",
    "Flags override variables. Secrets have no flags, because everybody on the machine can see command lines. The exceptions are `-p` and `--password` of the Python exporter: they work, and a warning recommends `CTRL_PASSWORD_FILE`. A secret can come from the file that `<NAME>_FILE` names. `--config.check` checks the settings and exits with 0 or 1; it also refuses variables whose names are nearly those of a setting, of which a start only warns; `--health` checks a running exporter with the same settings and exits with 0 or 1; `--version` and `--help` work as usual. One message lists all problems. The first line of the log shows the version and the given settings, secrets as `set`.",
    "",
    ...settingsTable,
    ...exporter.map(settingRow),
    "",
    "## Settings of the join at start",
    "",
    "These are read only with `ENABLE_FED_JOIN=true`. If one is wrong, the exporter skips the join and keeps serving metrics. See [joining from the exporter](../how-to/join.md).",
    "",
    ...settingsTable,
    ...join.map(settingRow),
    "",
    "The metrics are listed in [metrics.md](metrics.md).",
    "",
  ].join("\n");
}
