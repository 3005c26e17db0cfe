import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startFederation } from "@fedjoin/simulator";
import { createJoinProject, fedJoinInputs, prepareTools, quietFlags } from "@fedjoin/testbed";
import { npm, type NpmEnvironment } from "./npm";
import { installPackages, publishPackages, registrySettings, runInstalled, scrapeInstalled } from "./rehearsal";
import { readManifest } from "./repositoryFiles";
import { startVerdaccio } from "./verdaccio";

const pnpm = "pnpm@11.28.10";

/** Publishes the packages to a registry on loopback, and uses them from there. */
export async function rehearse(): Promise<void> {
  const registry = await startVerdaccio();
  try {
    await inTemporaryFolder(async (folder) => {
      const settings = await registrySettings(registry.url, join(folder, "npm"));
      await publishPackages(join(folder, "tarballs"), settings);
      await usePackages(folder, settings);
    });
  } finally {
    await registry.close();
  }
}

/** Uses the packages that are published under this version. */
export function verify(): Promise<void> {
  return inTemporaryFolder((folder) => usePackages(folder, {}));
}

/** Installs all packages by npm and by pnpm into empty folders. In both, the commands run, and a FedJoin joins by the real CLI. */
async function usePackages(folder: string, settings: NpmEnvironment): Promise<void> {
  const { version } = readManifest("");
  const packages = ["provider", "exporter", "stacks"].map((name) => `@fedjoin/${name}@${version}`);
  const tools = await prepareTools({ say: console.log });
  const add = ["exec", "--yes", "--package", pnpm, "--", "pnpm", "add", "--ignore-scripts"];
  const installers = {
    npm: (project: string, names: readonly string[]) => installPackages(project, names, settings),
    pnpm: async (project: string, names: readonly string[]) => {
      await npm([...add, ...names], project, settings);
    },
  };
  for (const [name, install] of Object.entries(installers)) {
    const federation = await startFederation();
    try {
      const needed = [...packages, "@pulumi/pulumi@3.259.0", "@pulumi/kubernetes@4.25.0"];
      const project = await createJoinProject(tools, join(folder, name), {}, (dir) => install(dir, needed));
      for (const command of ["fedjoin", "fedjoin-exporter"]) {
        const printed = await runInstalled(project.dir, command, "--version");
        if (!printed.includes(version)) throw new Error(`${command} --version printed ${printed}`);
      }
      await scrapeInstalled(project.dir);
      const [site] = federation.sites;
      if (site === undefined) throw new Error("the federation has no site");
      await project.declare({ site: fedJoinInputs(federation.master, site, "u2204a") });
      await project.pulumi.run(["up", ...quietFlags]);
      const members = federation.master.members().map(({ name: member }) => member);
      if (members.length !== 1) throw new Error(`the master has the members [${members.join(", ")}]`);
      console.log(`${name}: the commands run, the exporter scrapes, and a FedJoin joins`);
    } finally {
      await federation.close();
    }
  }
}

async function inTemporaryFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "fedjoin-rehearsal-")));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
