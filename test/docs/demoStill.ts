import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeBinDir, repositoryRoot, runCommand } from "@fedjoin/testbed";
import { terminalSvg } from "./terminalSvg";

/** Runs the quick demo and draws its output for the documentation. */
async function main(): Promise<void> {
  const demo = [join(repositoryRoot, "test/testbed/dist/demo/main.js"), "--quick"];
  const env = { ...process.env, FORCE_COLOR: "1" };
  const { code, stdout, stderr } = await runCommand(join(nodeBinDir, "node"), demo, { env });
  if (code !== 0) throw new Error(`the demo failed\n${stdout}${stderr}`);
  const path = "docs/images/demo.svg";
  writeFileSync(join(repositoryRoot, path), terminalSvg(stdout, "Output of npm run demo -- --quick"));
  console.log(`wrote ${path}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
