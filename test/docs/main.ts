import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { repositoryRoot } from "@fedjoin/testbed";
import { dashboard } from "@fedjoin/stacks/component";
import { stackFileSchema } from "@fedjoin/stacks/internal/reference";
import { configurationPage } from "./configurationPage";
import { errorsPage } from "./errorsPage";
import { exporterPage } from "./exporterPage";
import { metricsPage } from "./metricsPage";
import { requirementsPage } from "./requirementsPage";

const pages: Record<string, () => string> = {
  "docs/reference/configuration.md": configurationPage,
  "docs/reference/errors.md": errorsPage,
  "docs/reference/exporter.md": exporterPage,
  "docs/reference/metrics.md": metricsPage,
  "docs/reference/requirements.md": requirementsPage,
  "stacks/config/schema.json": () => JSON.stringify(stackFileSchema()),
  "stacks/monitoring/alerts.yml": () => readFileSync(join(repositoryRoot, "examples/compose/alerts.yml"), "utf8"),
  "stacks/monitoring/dashboard.json": () => JSON.stringify(dashboard()),
};

/** Writes the generated pages; with `--check` only says which of them are out of date, and fails. */
async function main(check: boolean): Promise<void> {
  const options = await resolveConfig(join(repositoryRoot, "docs/reference/errors.md"));
  for (const [page, make] of Object.entries(pages)) {
    const path = join(repositoryRoot, page);
    const text = await format(make(), { ...options, filepath: page });
    if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
    if (check) {
      console.error(`${page} is out of date: run \`npm run docs\``);
      process.exitCode = 1;
    } else {
      writeFileSync(path, text);
      console.log(`wrote ${page}`);
    }
  }
}

void main(process.argv.includes("--check"));
