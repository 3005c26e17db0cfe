import { freePort } from "@fedjoin/simulator";
import { cacheRoot, installTarballs, linkPackages, pulumiEnvironment, repositoryRoot } from "@fedjoin/testbed";
import { globSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { folderOfFile } from "../support/deployments";
import { pageBlocks } from "../support/docsBlock";
import { startShell } from "../support/shellSession";
import { startSimulatorCommand, withoutBuild } from "../support/simulatorCommand";

const folder = folderOfFile();

/** Does what `npm install` of tarballs does, without a registry. */
async function install(project: string): Promise<void> {
  const files = globSync("fedjoin-trial/packages/*.tgz", { cwd: folder.path });
  const packed = files.map((path) => {
    const name = path.replace(/^.*\/(\w+)-(\w+)-[^/]*$/, "@$1/$2");
    return { name, version: "", file: join(folder.path, path) };
  });
  const names = packed.map(({ name }) => name).toSorted();
  expect(names).toEqual(["@fedjoin/exporter", "@fedjoin/provider", "@fedjoin/stacks"]);
  await installTarballs(project, packed);
  await linkPackages(join(project, "node_modules"), ["@types/node", "typescript"]);
}

test(
  "D5: README alone leads to a scrape, to memberships, and to a stack from the template",
  { timeout: 300_000 },
  async () => {
    const port = String(await freePort());
    const env = {
      ...(await pulumiEnvironment(inject("tools"), { home: folder.path, backendDir: folder.path, passphrase: "" })),
      ...{ FEDJOIN_CACHE: cacheRoot(), EXPORTER_PORT: port, EXPORTER_ADDRESS: "127.0.0.1" },
      // The page sets these.
      ...{ PULUMI_BACKEND_URL: "", PULUMI_CONFIG_PASSPHRASE: "" },
    };
    const [start, ...blocks] = pageBlocks("README.md", "Try it in a project of your own");
    const simulator = await startSimulatorCommand(start?.text ?? "", env);
    const shell = startShell(folder.path, env);
    let output = await shell.run(`cd '${repositoryRoot}'`);
    for (const { text } of blocks) {
      const [before = "", after] = withoutBuild(text)
        .replaceAll("8068", port)
        .split(/^npm install .*$/m);
      output += await shell.run(before);
      if (after === undefined) continue;
      await install((await shell.run("pwd")).trim());
      output += await shell.run(after);
    }
    expect(output).toMatch(/^nv_up 1$/m);
    expect(output).toContain("3 of 3 declared sites joined");
    expect(await shell.run("pulumi preview --non-interactive 2>&1 || true")).toContain(
      "members[0].controller.credentials.password: is required",
    );
    expect(await simulator.interrupt()).toBe(0);
  },
);
