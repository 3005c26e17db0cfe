import { parseArguments } from "../../provider/src/cli/program";

/** True if `fedjoin` has a command of this name. */
export function isFedjoinCommand(name: string): boolean {
  const parsed = parseArguments([name], "");
  return parsed.kind !== "refused" || parsed.problem !== "unknown command";
}
