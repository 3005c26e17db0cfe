import { freePort } from "@fedjoin/simulator";
import { cacheRoot, pulumiEnvironment, repositoryRoot } from "@fedjoin/testbed";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { startLoopbackRegistry } from "../release/loopbackRegistry";
import { folderOfFile, startedOfFile } from "../support/deployments";
import { pageBlocks } from "../support/docsBlock";
import { startShell } from "../support/shellSession";
import { startSimulatorCommand, withoutBuild } from "../support/simulatorCommand";

const folder = folderOfFile();

const registry = startedOfFile(startLoopbackRegistry);

test(
  "D5: README alone leads to a scrape, to memberships, and to a stack from the template",
  { timeout: 300_000 },
  async () => {
    const port = String(await freePort());
    const env = {
      ...(await pulumiEnvironment(inject("tools"), { home: folder.path, backendDir: folder.path, passphrase: "" })),
      ...{ FEDJOIN_CACHE: cacheRoot(), EXPORTER_PORT: port, EXPORTER_ADDRESS: "127.0.0.1" },
      // The packages of the lock file come from the checkout; an install script would download Pulumi's plugin.
      npm_config_registry: registry.url,
      npm_config_cache: join(folder.path, "npm-cache"),
      npm_config_ignore_scripts: "true",
      // The page sets these.
      ...{ PULUMI_BACKEND_URL: "", PULUMI_CONFIG_PASSPHRASE: "" },
    };
    const [start, ...blocks] = pageBlocks("README.md", "Try it in a project of your own");
    const simulator = await startSimulatorCommand(start?.text ?? "", env);
    const shell = startShell(folder.path, env);
    let output = await shell.run(`cd '${repositoryRoot}'`);
    for (const { text } of blocks) {
      output += await shell.run(withoutBuild(text).replaceAll("8068", port));
    }
    expect(output).toMatch(/^nv_up 1$/m);
    expect(output).toContain("3 of 3 declared sites joined");
    expect(await shell.run("pulumi preview --non-interactive 2>&1 || true")).toContain(
      "members[0].controller.credentials.password: is required",
    );
    expect(await simulator.interrupt()).toBe(0);
  },
);
