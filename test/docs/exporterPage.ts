import { settingsReference, type DocumentedSetting } from "@fedjoin/exporter/reference";
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
    "Made from the tables that the exporter runs on (`npm run docs`).",
    "",
    "`/metrics` is the scrape, `/-/healthy` says that the process lives, `/-/ready` that it serves, `/` links to them. It serves from the first second and answers 200 with `nv_up 0` while its controller is away. SIGTERM ends the running scrape, logs out and exits with 0.",
    "",
    "TLS, client certificates, users and a rate limit come from a [web config](../how-to/web-config.md) (`WEB_CONFIG_FILE`). A client that takes more than 10 s for its request's head is cut off, and a body of more than 64 kB is answered with 413.",
    "",
    "A refused login is tried again after 10 and 60 minutes, and then never with that credential: five failures in a row lock an account, so that three leave two for a person. A locked account is left alone for 65 minutes. The pauses outlive a restart (`EXPORTER_STATE_DIR`). A credential that a reload (SIGHUP, `/-/reload`) brings, or a changed file of a `…_FILE` setting, is tried at once: the file is read again before each login. An unchanged one is tried once more after a reload, for an account that was put right at the controller: not again while that attempt's own pause lasts, so that a loop of reloads locks no account. Four refused logins in a row are the most. To try it even then, stop the exporter, delete `fedjoin-login-pause-*.json` in `EXPORTER_STATE_DIR`, and start it. A login whose answer is lost on the way counts as no answer, not as refused.",
    "",
    "## Settings",
    "",
    "A flag wins over its variable. A secret has no flag, since a command line is visible to everybody on the machine, but for `-p` and `--password`, which old command lines of the Python exporter have: they work, and a warning names `CTRL_PASSWORD_FILE`. A secret may come from the file that `<NAME>_FILE` names. `--config.check` checks the settings and exits 0 or 1; `--health` asks an exporter with the same settings whether it lives, and exits 0 or 1; `--version` and `--help` say what they say. Every problem is reported in one message.",
    "",
    ...settingsTable,
    ...exporter.map(settingRow),
    "",
    "## Settings of the join at start",
    "",
    "Read only with `ENABLE_FED_JOIN=true`. A wrong one skips the join, and the exporter goes on. What it does, says and needs: [join.md](../how-to/join.md).",
    "",
    ...settingsTable,
    ...join.map(settingRow),
    "",
    "The metrics are listed in [metrics.md](metrics.md).",
    "",
  ].join("\n");
}
