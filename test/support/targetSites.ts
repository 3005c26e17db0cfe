import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type SimulatedController, startController } from "@fedjoin/simulator";
import type { ExporterProcess } from "./exporterProcess";
import { requestsOf } from "./federation";
import { test as base } from "./fixtures";

/** A controller by its name, and how many hosts it has. */
export interface Site {
  readonly name: string;
  readonly hosts: number;
  readonly controller: SimulatedController;
}

export const passwordOf = (name: string): string => `Canary-${name}-4711`;

async function startSite(name: string, hosts: number): Promise<Site> {
  const controller = await startController({
    users: [{ username: `scraper-${name}`, password: passwordOf(name), role: "reader" }],
    summary: { hosts },
    data: { "/v1/host": { hosts: [{ id: `id-${name}`, name: `host-${name}`, memory: hosts }] } },
  });
  return { name, hosts, controller };
}

/** A configuration file with a module and a target for each site, in this folder. */
function writeConfig(folder: string, sites: readonly Site[]): string {
  for (const { name } of sites) writeFileSync(join(folder, `password-${name}`), `${passwordOf(name)}\n`);
  const modules = sites.map(({ name, controller: { fingerprint256: fingerprint } }) => {
    const credentials = { username: `scraper-${name}`, password_file: `password-${name}` };
    return [`module-${name}`, { ...credentials, tls: { fingerprint }, groups: ["summary", "host"] }] as const;
  });
  const targets = sites.map(({ name, controller: { rest } }) => {
    return [`site-${name}`, { address: `${rest.server}:${rest.port}`, module: `module-${name}` }] as const;
  });
  const file = join(folder, "exporter.yml");
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ modules: Object.fromEntries(modules), targets: Object.fromEntries(targets) }));
  return file;
}

export const test = base
  /** Three controllers, each with an account and data that no other has. */
  .extend("sites", async ({}, { onCleanup }) => {
    const sites = await Promise.all([startSite("a", 101), startSite("b", 202), startSite("c", 303)]);
    onCleanup(async () => {
      for (const { controller } of sites) await controller.close();
    });
    return sites;
  })
  /** Writes the configuration file of some sites. */
  .extend(
    "configFile",
    ({ folder }) =>
      (sites: readonly Site[]) =>
        writeConfig(folder, sites),
  );

export const probe = ({ url }: ExporterProcess, query: string) => fetch(`${url}/probe?${query}`);

export const probeText = async (process: ExporterProcess, query: string) => (await probe(process, query)).text();

export const logins = (controller: SimulatedController) => requestsOf(controller, "POST", "/v1/auth");
