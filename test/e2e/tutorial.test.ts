import { installPackedPackages, pulumiEnvironment } from "@fedjoin/testbed";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { folderOfFile } from "../support/deployments";
import { pageBlocks } from "../support/docsBlock";
import { startShell } from "../support/shellSession";
import { startSimulatorCommand } from "../support/simulatorCommand";

const folder = folderOfFile();

/** A line of the page, as a line of output: `######` stands for drawn characters, and blanks for columns. */
function asLine(shown: string): RegExp {
  const literal = shown.trim().replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^\\s*${literal.replaceAll("######", "\\S{6}").replaceAll(/ +/g, " +")}$`, "m");
}

test("every command of the tutorial runs, and prints what the page shows", { timeout: 300_000 }, async () => {
  await installPackedPackages(join(folder.path, "fedjoin-tutorial/project"), ["provider"]);
  const backendDir = join(folder.path, "fedjoin-tutorial");
  const env = {
    ...(await pulumiEnvironment(inject("tools"), { home: folder.path, backendDir, passphrase: "" })),
    // The page sets these.
    PULUMI_BACKEND_URL: "",
    PULUMI_CONFIG_PASSPHRASE: "",
  };
  const blocks = pageBlocks("docs/start/tutorial.md");
  const [start] = blocks.filter(({ info }) => info === "sh simulator");
  const simulator = await startSimulatorCommand(start?.text ?? "", env);
  const shell = startShell(folder.path, env);
  let output = "";
  for (const { info, text } of blocks) {
    if (info === "sh") {
      output = await shell.run(text);
    } else if (info === "text") {
      for (const line of text.trim().split("\n")) expect(output).toMatch(asLine(line));
    } else if (info === "text simulator") {
      await simulator.kick(text);
    } else {
      // Installing needs a registry, and cloning the network: the packed package is in place.
      expect(["sh once", "sh simulator"]).toContain(info);
    }
  }
  expect(await simulator.interrupt()).toBe(0);
});
