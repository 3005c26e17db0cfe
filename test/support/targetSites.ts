import { writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { ExporterProcess } from "./exporterProcess";
import { type SimulatedController, startController } from "@fedjoin/simulator";

/** A controller by its name, and how many hosts it has. */
export interface Site {
  readonly name: string;
  readonly hosts: number;
  readonly controller: SimulatedController;
}

export const passwordOf = (name: string): string => `Canary-${name}-4711`;

/** A controller with an account and with data that no other has. */
async function startSite(name: string, hosts: number): Promise<Site> {
  const controller = await startController({
    users: [{ username: `scraper-${name}`, password: passwordOf(name), role: "reader" }],
    summary: { hosts },
    data: { "/v1/host": { hosts: [{ id: `id-${name}`, name: `host-${name}`, memory: hosts }] } },
  });
  onTestFinished(() => controller.close());
  return { name, hosts, controller };
}

/** Three controllers, each with an account and data of its own. */
export const threeSites = () => Promise.all([startSite("a", 101), startSite("b", 202), startSite("c", 303)]);

/** A configuration file with one module and one target for each site; gives its path. */
export function writeConfig(
  folder: string,
  sites: readonly Site[],
  more: Readonly<Record<string, unknown>> = {},
): string {
  for (const { name } of sites) writeFileSync(join(folder, `password-${name}`), `${passwordOf(name)}\n`);
  const file = join(folder, "exporter.yml");
  const modules = sites.map(({ name, controller }) => [
    `module-${name}`,
    {
      username: `scraper-${name}`,
      password_file: `password-${name}`,
      tls: { fingerprint: controller.fingerprint256 },
      groups: ["summary", "host"],
    },
  ]);
  const targets = sites.map(({ name, controller: { rest } }) => [
    `site-${name}`,
    { address: `${rest.server}:${rest.port}`, module: `module-${name}` },
  ]);
  // JSON is YAML.
  const content = { modules: Object.fromEntries(modules) as object, targets: Object.fromEntries(targets) as object };
  writeFileSync(file, JSON.stringify({ ...content, ...more }));
  return file;
}

export const probe = (process: ExporterProcess, query: string) => fetch(`${process.url}/probe?${query}`);

export const logins = ({ requests }: SimulatedController) =>
  requests.filter(({ method, path }) => method === "POST" && path === "/v1/auth");

/** Takes connections, counts them and never answers. */
export async function listenSilently(): Promise<{ readonly port: number; readonly connections: () => number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => socket.destroy()));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const at = server.address();
  return { port: typeof at === "object" && at !== null ? at.port : 0, connections: () => sockets.size };
}
