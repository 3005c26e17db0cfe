import { ProgramError } from "../../commandLine/commandLine";
import { isMapping } from "../../values/mapping";
import { readText, type RunDeps } from "../command";
import { rejectClearSecrets } from "../decisions/clearSecrets";
import { declareListedMembers, type ListedMember, type ListedMembers } from "../decisions/listedMembers";
import { masterListProblem, replyOf, type CommandDeps, type SideResult } from "../observation/observe";
import { observeAll } from "../observation/observeAll";
import { checkSettings, parseCommonSettings, requireValid, type CommonSettings, type Settings } from "../settings";

/** Members of a master's list, declared. */
export interface Listed extends Pick<Settings, "members"> {
  /** The same as they are written into a members file. */
  readonly listed: readonly ListedMember[];
  readonly leftOut: ListedMembers["leftOut"];
}

/**
 * Declares every member on the list of the master in the file `path`.
 * @throws ProgramError if the settings are wrong, or the list cannot be read.
 */
export async function readListedMembers(path: string, deps: CommandDeps & Pick<RunDeps, "readFile">): Promise<Listed> {
  const common = requireValid(parseCommonSettings(await readText("settings", path, deps)));
  const asksSites = isMapping(common.defaults["controller"]);
  const entries = entriesOf(await readMaster(common, asksSites, deps));
  const { members: listed, leftOut } = declareListedMembers(entries, asksSites);
  const { members } =
    listed.length === 0 ? { members: [] } : requireValid(checkSettings({ ...common, members: listed }));
  return { members, listed, leftOut };
}

/** Stands for a member, to check what all have in common. */
const sample = {
  ...{ name: "sample-000000", id: "", status: "synced", rest_version: "" },
  rest_info: { server: "site.invalid", port: 10443 },
};

async function readMaster(common: CommonSettings, asksSites: boolean, deps: CommandDeps): Promise<SideResult> {
  const checked = checkSettings({ ...common, members: declareListedMembers([sample], asksSites).members });
  const { members } = requireValid<Settings>(
    "problems" in checked ? { problems: checked.problems.map(asDefaults) } : checked,
  );
  rejectClearSecrets(members);
  const masterOnly = members.map(({ inputs }) => ({ ...inputs, controller: undefined }));
  const [observed] = await observeAll(masterOnly, (inputs) => inputs, deps);
  return observed?.observation.master ?? { state: "not_asked" };
}

/** A member has only its addresses and its name: all else is to be given in the defaults. */
function asDefaults(problem: string): string {
  return problem.replace(/^members\[0\]/, "defaults");
}

function entriesOf(master: SideResult) {
  const problem = masterListProblem(master);
  if (problem !== undefined) throw new ProgramError(`the master's list cannot be read: ${problem}`);
  return replyOf(master)?.joint_clusters ?? [];
}
