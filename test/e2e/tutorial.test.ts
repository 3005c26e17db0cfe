import { installPackedPackages, pulumiEnvironment, repositoryRoot, runCommand, waitFor } from "@fedjoin/testbed";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, inject, onTestFinished, test } from "vitest";
import { folderOfFile } from "../support/deployments";
import { pageBlocks } from "../support/docsBlock";

const page = "docs/start/tutorial.md";
const folder = folderOfFile();

/** A line of the page, as a line of output: `######` stands for drawn characters, and blanks for columns. */
function asLine(shown: string): RegExp {
  const literal = shown.trim().replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^\\s*${literal.replaceAll("######", "\\S{6}").replaceAll(/ +/g, " +")}$`, "m");
}

/** `npm run simulator` of the page, in the checkout; `type` writes a line and waits for the answer. */
async function startSimulator(command: string, env: Readonly<Record<string, string>>) {
  const child = spawn(
    "bash",
    ["-c", `exec ${command.replace("npm run simulator --", "node test/simulator/dist/main.js")}`],
    {
      cwd: repositoryRoot,
      env,
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  child.stdout.on("data", (part: Buffer) => (output += part.toString()));
  const shown = (text: string) => waitFor(text, () => Promise.resolve(output.includes(text) ? true : undefined));
  await shown("Press Ctrl-C");
  return {
    async type(line: string) {
      child.stdin.write(line);
      await shown("kicked site");
    },
    async interrupt(): Promise<unknown> {
      child.kill("SIGINT");
      return (await once(child, "close"))[0];
    },
  };
}

test("every command of the tutorial runs, and prints what the page shows", { timeout: 300_000 }, async () => {
  const project = join(folder.path, "fedjoin-tutorial/project");
  await installPackedPackages(project, ["provider"]);
  const backendDir = join(folder.path, "fedjoin-tutorial");
  const env = {
    ...(await pulumiEnvironment(inject("tools"), { home: folder.path, backendDir, passphrase: "" })),
    // The page sets these.
    PULUMI_BACKEND_URL: "",
    PULUMI_CONFIG_PASSPHRASE: "",
  };
  const blocks = pageBlocks(page);
  const [start] = blocks.filter(({ info }) => info === "sh simulator");
  const simulator = await startSimulator(start?.text ?? "", env);
  let exports = "";
  let output = "";
  for (const { info, text } of blocks) {
    if (info === "sh") {
      const { code, stdout, stderr } = await runCommand("bash", ["-c", `set -e; ${exports}cd ${project}\n${text}`], {
        env,
      });
      expect(code, `${text}\n${stdout}${stderr}`).toBe(0);
      output = stdout;
      exports += [...text.matchAll(/^export .*$/gm)].map(([line]) => `${line}; `).join("");
    } else if (info === "text") {
      for (const line of text.trim().split("\n")) expect(output).toMatch(asLine(line));
    } else if (info === "text simulator") {
      await simulator.type(text);
    } else {
      // Installing needs a registry, and cloning the network: the packed package is in place.
      expect(["sh once", "sh simulator"]).toContain(info);
    }
  }
  expect(await simulator.interrupt()).toBe(0);
});
