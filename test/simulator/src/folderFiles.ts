import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SimulatedController } from "./startController";
import { envToScrape } from "./envToScrape";
import type { SimulatedFederation } from "./startFederation";

/** What people use beside the printed addresses, so that no secret is an argument of a command. */
export interface FolderFiles {
  readonly ca: string | undefined;
  readonly masterLogin: string;
  /** Not there yet: the printed command makes it. */
  readonly session: string;
  /** The sites as `site1`, `site2`, …, with the settings that `fedjoin --file` and a FedJoin take. */
  readonly members: string;
  /** Shell lines that export the settings with which an exporter scrapes `master`, `site1`, `site2`, …. */
  readonly exporterSettings: (name: string) => string;
}

/** Writes the files of a federation into a folder, which is created if it is missing. */
export async function writeFolderFiles(
  folder: string,
  { ca, master, sites }: SimulatedFederation,
): Promise<FolderFiles> {
  await mkdir(folder, { recursive: true });
  const named = sites.map((site, index) => [`site${index + 1}`, site] as const);
  const files = {
    ca: ca === undefined ? undefined : join(folder, "ca.pem"),
    masterLogin: join(folder, "master-login.json"),
    session: join(folder, "session-header"),
    members: join(folder, "members.json"),
    exporterSettings: (name: string) => join(folder, `${name}.env`),
  };
  const members = named.map(([storeId, site]) => ({
    storeId,
    controller: { ...site.rest, ...accessTo(site) },
    jointRest: site.rest,
  }));
  const settings = { master: { rest: master.rest, ...accessTo(master) }, members };
  if (files.ca !== undefined && ca !== undefined) await writeFile(files.ca, ca);
  await writeFile(files.masterLogin, JSON.stringify({ password: master.admin }), { mode: 0o600 });
  await writeFile(files.members, `${JSON.stringify(settings, undefined, 2)}\n`, { mode: 0o600 });
  for (const [name, controller] of [["master", master] as const, ...named]) {
    await writeFile(files.exporterSettings(name), exporterSettings(controller), { mode: 0o600 });
  }
  return files;
}

function exporterSettings(controller: SimulatedController): string {
  return Object.entries(envToScrape(controller))
    .map(([name, value]) => `export ${name}='${value}'\n`)
    .join("");
}

const accessTo = ({ admin, fingerprint256 }: SimulatedController) => ({
  credentials: admin,
  tls: { fingerprint: fingerprint256 },
});
