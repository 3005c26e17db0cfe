import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { format, resolveConfig } from "prettier";
import { stringify } from "yaml";
import * as z from "zod";
import { repositoryRoot } from "@fedjoin/testbed";
import { alertRules, dashboard, recordingRules } from "@fedjoin/stacks/component";
import { stackFileSchema } from "@fedjoin/stacks/internal/reference";
import { apiFolder, apiPages } from "./apiPages";
import { configurationPage } from "./configurationPage";
import { errorsPage } from "./errorsPage";
import { exporterPage } from "./exporterPage";
import { metricsPage } from "./metricsPage";
import { requirementsPage } from "./requirementsPage";
import { mostUserWords, userWords } from "./words";

/** The address of this version's pages, from the root package.json. */
function documentationModule(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(repositoryRoot, "package.json"), "utf8"));
  const { version, repository } = z
    .object({ version: z.string(), repository: z.object({ url: z.string() }) })
    .parse(manifest);
  const address = repository.url.replace(/^git\+/, "").replace(/\.git$/, "");
  return [
    "/** The address of this version's pages in the repository, written by `npm run docs` from the root package.json. */",
    `export const documentationBase = "${address}/blob/v${version}/";`,
    "",
  ].join("\n");
}

/** A rule file of Prometheus. */
const ruleFile = (rules: object): string => `# Written by npm run docs.\n${stringify(rules, { lineWidth: 0 })}`;

const pages: Record<string, () => string> = {
  "provider/src/errors/documentation.ts": documentationModule,
  "docs/reference/configuration.md": configurationPage,
  "docs/reference/errors.md": errorsPage,
  "docs/reference/exporter.md": exporterPage,
  "docs/reference/metrics.md": metricsPage,
  "test/requirements.md": requirementsPage,
  "stacks/config/schema.json": () => JSON.stringify(stackFileSchema()),
  "stacks/monitoring/alerts.yml": () => ruleFile(alertRules()),
  "stacks/monitoring/recording.yml": () => ruleFile(recordingRules()),
  "stacks/monitoring/dashboards/neuvector.json": () => JSON.stringify(dashboard()),
};

/** Writes the generated files; with `--check` only says which of them are out of date, and fails. */
async function main(check: boolean): Promise<void> {
  const options = await resolveConfig(join(repositoryRoot, "docs/reference/errors.md"));
  const made = Object.entries(pages).map(([page, make]): [string, string] => [page, make()]);
  for (const [page, content] of [...made, ...Object.entries(await apiPages())]) {
    const path = join(repositoryRoot, page);
    const text = await format(content, { ...options, filepath: page });
    if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
    if (check) {
      console.error(`${page} is out of date: run \`npm run docs\``);
      process.exitCode = 1;
    } else {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      console.log(`wrote ${page}`);
    }
  }
}

/** Prints the words of each page for users; fails when there are more than a reader can be asked to read. */
function reportWords(isVerbose: boolean): void {
  const pagesWithWords = userWords([...Object.keys(pages), apiFolder]);
  const total = pagesWithWords.reduce((sum, [, words]) => sum + words, 0);
  if (isVerbose) for (const [page, words] of pagesWithWords) console.log(`${String(words).padStart(6)}  ${page}`);
  if (isVerbose) console.log(`${String(total).padStart(6)}  of at most ${mostUserWords}`);
  if (total <= mostUserWords) return;
  console.error(`README and docs/ have ${total} words for users, more than ${mostUserWords}: npm run docs:words`);
  process.exitCode = 1;
}

const argument = process.argv[2];
reportWords(argument === "--words");
if (argument !== "--words") {
  main(argument === "--check").catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
