import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { envToScrape, startController } from "@fedjoin/simulator";
import { packPackages, publicPackages, type PublicPackage } from "@fedjoin/testbed";
import { startExporterBy } from "../support/exporterProcess";
import { npm, type NpmEnvironment } from "./npm";

/** npm's settings for a registry on loopback, with a cache of its own in `folder`. */
export async function registrySettings(url: string, folder: string): Promise<NpmEnvironment> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, "npmrc");
  // Both registries take any token; npm does not publish without one.
  await writeFile(file, `registry=${url}\n${url.replace(/^http:/, "")}:_authToken=rehearsal\n`);
  return {
    npm_config_userconfig: file,
    npm_config_registry: url,
    npm_config_cache: join(folder, "cache"),
    npm_config_update_notifier: "false",
  };
}

/** Publishes packages of the checkout, as the release does, but without staging and provenance. */
export async function publishPackages(
  folder: string,
  settings: NpmEnvironment,
  packages: readonly PublicPackage[] = publicPackages,
): Promise<void> {
  for (const { file } of await packPackages(folder, packages)) {
    await npm(["publish", file, "--access", "public"], folder, settings);
  }
}

/** Installs packages into an empty folder, where nothing of the checkout is found. */
export async function installPackages(
  project: string,
  packages: readonly string[],
  settings: NpmEnvironment = {},
): Promise<void> {
  await mkdir(project, { recursive: true });
  await writeFile(join(project, "package.json"), JSON.stringify({ name: "program", private: true }));
  await npm(["install", "--no-audit", "--no-fund", ...packages], project, settings);
}

/** The output of an installed command. */
export function runInstalled(project: string, command: string, ...args: string[]): Promise<string> {
  return npm(["exec", "--offline", "--no", "--", command, ...args], project);
}

/** Scrapes a simulated controller with the installed exporter. @throws Error if it has no data. */
export async function scrapeInstalled(project: string): Promise<void> {
  const controller = await startController();
  const exporter = await startExporterBy({
    command: process.execPath,
    args: [join(project, "node_modules/@fedjoin/exporter/bin/fedjoin-exporter.js")],
    cwd: project,
    env: envToScrape(controller),
  });
  try {
    const text = await exporter.scrape();
    if (!text.includes("\nnv_up 1\n")) throw new Error(`the exporter has no data\n${exporter.output()}`);
  } finally {
    await exporter.stop();
    await controller.close();
  }
}
