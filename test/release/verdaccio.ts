import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { freePort } from "@fedjoin/simulator";
import { waitFor } from "@fedjoin/testbed";
import type { Registry } from "./loopbackRegistry";
import { npm } from "./npm";

const manifest = {
  private: true,
  dependencies: { verdaccio: "6.10.4" },
  // Verdaccio asks for this by a tag, which not every mirror of npm's registry has.
  overrides: { "node-fetch": "2.7.0" },
};

/** Installs Verdaccio into a temporary folder and starts it; packages that are not published to it come from npm's registry. */
export async function startVerdaccio(): Promise<Registry> {
  const folder = await mkdtemp(join(tmpdir(), "fedjoin-verdaccio-"));
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  await npm(["install", "--no-audit", "--no-fund", "--ignore-scripts"], folder);
  const upstream = await npm(["config", "get", "registry"], folder);
  const open = { access: "$all", publish: "$all" };
  const config = {
    storage: join(folder, "storage"),
    max_body_size: "50mb",
    uplinks: { upstream: { url: upstream.trim() } },
    packages: { "@fedjoin/*": open, "**": { ...open, proxy: "upstream" } },
    log: { type: "stdout", format: "pretty", level: "warn" },
  };
  await writeFile(join(folder, "config.yaml"), stringify(config));
  const url = `http://127.0.0.1:${await freePort()}/`;
  const command = join(folder, "node_modules/verdaccio/bin/verdaccio");
  const child = spawn(process.execPath, [command, "--config", join(folder, "config.yaml"), "--listen", url], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const closed = once(child, "close");
  await waitFor("the registry answers", async () => {
    if (child.exitCode !== null) throw new Error(`verdaccio ended with code ${child.exitCode}`);
    return fetch(`${url}-/ping`).catch(() => undefined);
  });
  return {
    url,
    close: async () => {
      child.kill("SIGTERM");
      await closed;
      await rm(folder, { recursive: true });
    },
  };
}
