import { parseCommandLine, type CommandLine } from "../commandLine/commandLine";
import type { Job } from "./command";
import { declareAudit } from "./commands/audit";
import { declareDoctor } from "./commands/doctor";
import { declareImport } from "./commands/import";
import { declareMembers } from "./commands/members";
import { declarePlan } from "./commands/plan";
import { declarePrune } from "./commands/prune";
import { declareRollout } from "./commands/rollout";
import { declareStatus } from "./commands/status";
import { declareWait } from "./commands/wait";

const commands = [
  ...[declarePlan, declareStatus, declareDoctor, declarePrune],
  ...[declareImport, declareMembers, declareRollout, declareAudit],
  declareWait,
];

/** Parses the arguments of `fedjoin`. */
export function parseArguments(argv: readonly string[], version: string): CommandLine<Job> {
  return parseCommandLine("fedjoin", argv, (program, select) => {
    program
      .description("Inspects NeuVector federations, and deletes stale entries when you ask it to.")
      .version(`fedjoin ${version}`, "--version", "show the version")
      .addHelpText(
        "after",
        `
fedjoin <command> --help shows the options of a command. No option takes a
password: put secrets in the file, or let the file refer to them
(passwordFrom: { env: NAME }).`,
      );
    for (const declare of commands) declare(program, select);
  });
}
