import { runCommand } from "./toolchain/runCommand";
import type { Command } from "./toolchain/tools";

/** What `promtool check metrics` finds wrong in an exposition, a line each: what does not parse, what breaks a custom. */
export function checkMetrics(promtool: Command, text: string): Promise<readonly string[]> {
  return complaints(promtool, ["check", "metrics"], text);
}

/** What `promtool check config` finds wrong in a configuration of Prometheus and the files that it names, a line each. */
export function checkConfig(promtool: Command, file: string): Promise<readonly string[]> {
  return complaints(promtool, ["check", "config", ...strict, file]);
}

/** What `promtool check rules` finds wrong in a file of recording and alerting rules, a line each. */
export function checkRules(promtool: Command, file: string): Promise<readonly string[]> {
  return complaints(promtool, ["check", "rules", ...strict, file]);
}

/** What `promtool test rules` finds wrong with the expectations of a file of tests, a line each. */
export function testRules(promtool: Command, file: string): Promise<readonly string[]> {
  return complaints(promtool, ["test", "rules", file]);
}

/** What promtool calls lint is then an error as well. */
const strict = ["--lint=all", "--lint-fatal"];

async function complaints(promtool: Command, args: readonly string[], input?: string): Promise<readonly string[]> {
  const { code, stdout, stderr } = await runCommand(
    promtool.command,
    [...promtool.args, ...args],
    input === undefined ? {} : { input },
  );
  if (code === 0) return [];
  const lines = stderr.split("\n").map((line) => line.trim());
  const said = lines.filter((line) => line !== "" && line !== "FAILED:");
  return said.length === 0 ? [`exit code ${code}: ${stdout}`] : said;
}
