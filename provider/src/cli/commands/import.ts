import { normalize } from "node:path";
import { Option } from "@commander-js/extra-typings";
import { stringify } from "yaml";
import { exitCodeHelp, ProgramError, UsageError } from "../../commandLine/commandLine";
import { requireText, textOption } from "../../commandLine/options";
import { readSettings, readText, settingsCommand, settingsSource, type DeclareCommand, type RunDeps } from "../command";
import { classifyAdoption, type Adoption } from "../decisions/adoption";
import { rejectClearSecrets } from "../decisions/clearSecrets";
import { buildImportFile, type ImportingStack } from "../decisions/importFile";
import { memberProgram } from "../decisions/memberProgram";
import { columns, pluralize, withRepeatsShortened } from "../format";
import type { CommandDeps } from "../observation/observe";
import { observeAll } from "../observation/observeAll";
import { groupByMaster } from "../observation/wantedMembership";
import { systemErrorCode } from "../../values/systemErrorCode";
import { projectName, shortStackName } from "../../pulumi/stackFile";
import type { Report } from "../report";
import type { DeclaredMember } from "../settings";
import type { StackName } from "../stackSettings";
import { readListedMembers, type Listed } from "./listedMembers";

export const declareImport: DeclareCommand = (program, select) => {
  settingsCommand(program, "import")
    .summary("write the file with which pulumi import adopts members")
    .description(
      `Reads the controllers, and writes a file for pulumi import with the memberships that are as
declared. Lists the others, and leaves them out. Changes nothing at a controller or in a state.

  fedjoin import --stack NAME
  pulumi import --stack NAME --file import.json --generate-code=false --protect=false`,
    )
    .addOption(outputFileOption("-o, --out <file>", "the file to write").default("import.json"))
    .addOption(
      outputFileOption("--program <file>", "also write a TypeScript program with these FedJoins").conflicts("stack"),
    )
    .addOption(
      textOption(
        "--master <file>",
        "every member on a master's list; the file has master and defaults, and no members",
      ).conflicts(["file", "stack"]),
    )
    .addOption(
      outputFileOption("--members <file>", "with --master: also write these members for a stack's membersFile"),
    )
    .option("--force", "overwrite files that exist")
    .addHelpText(
      "after",
      exitCodeHelp({
        0: "the file has every member",
        1: "wrong usage or settings, a secret that is not a reference, or a file that exists or cannot be written; nothing is written",
        2: "a member was left out; if none is left, nothing is written",
      }),
    )
    .action(({ json, out, program: programFile, master, members, force = false, ...where }) => {
      if (members !== undefined && master === undefined) throw new UsageError("--members requires --master");
      const files = { out, program: programFile, members, force };
      requireDifferentFiles(files);
      const source = master === undefined ? settingsSource(where) : undefined;
      const read = async (deps: RunDeps): Promise<Candidates> => {
        if (source === undefined) return readListedMembers(master ?? "", deps);
        const { members: declared } = await readSettings(source, deps);
        const stack = "stack" in source ? await importingStack(source, deps) : undefined;
        return { members: declared, listed: [], leftOut: [], stack };
      };
      select({
        command: "import",
        json,
        run: async (deps) => {
          await checkFiles(files, deps);
          return importMembers(await read(deps), files, deps);
        },
      });
    });
};

function outputFileOption<const Flags extends string>(flags: Flags, description: string) {
  return new Option(flags, description).argParser((text: string) => {
    if (text === "-") throw new UsageError(`${flags}: expected a file, not standard output`);
    return requireText(flags, text);
  });
}

/** @throws UsageError if one file would overwrite another. */
function requireDifferentFiles(files: ImportFiles): void {
  const paths = pathsOf(files).map((path) => normalize(path));
  if (new Set(paths).size < paths.length)
    throw new UsageError("--out, --program and --members: name a different file for each");
}

/** The members to check. */
interface Candidates extends Listed {
  readonly stack?: ImportingStack | undefined;
}

async function importingStack({ stack, cwd }: StackName, deps: RunDeps): Promise<ImportingStack | undefined> {
  const project = projectName(await readText("project", `${cwd}/Pulumi.yaml`, deps));
  return project === undefined ? undefined : { project, stack: shortStackName(stack) };
}

/** The files to write. */
export interface ImportFiles {
  readonly out: string;
  readonly program?: string | undefined;
  readonly members?: string | undefined;
  /** Overwrite files that exist. */
  readonly force: boolean;
}

function pathsOf({ out, program, members }: ImportFiles): string[] {
  return [out, program, members].filter((path) => path !== undefined);
}

/** @throws ProgramError for a file that exists or cannot be written, before any controller is asked. */
async function checkFiles(paths: ImportFiles, { files }: Pick<RunDeps, "files">): Promise<void> {
  await files.check(pathsOf(paths), paths.force).catch(rejectOutput);
}

/**
 * Writes the files for the members whose membership is as declared. Sends only reads and logins.
 * @throws ProgramError for a secret that is not a reference, before anything is sent, or a file that exists or cannot be written.
 */
export async function importMembers(
  { members, listed, leftOut, stack }: Candidates,
  paths: ImportFiles,
  deps: CommandDeps & Pick<RunDeps, "files">,
): Promise<Report> {
  rejectClearSecrets(members);
  const observed = await observeAll(members, ({ inputs }) => inputs, deps);
  const checked = observed.map(({ item, observation }) => ({
    item,
    adoption: classifyAdoption(item.inputs, observation),
  }));
  const adopted = checked.flatMap(({ item: { inputs, rawInputs }, adoption }) =>
    adoption.fits ? [{ resource: inputs.storeId, inputs: rawInputs, member: adoption.member }] : [],
  );
  const storeIds = new Set(adopted.map(({ resource }) => resource));
  const contents = [
    { path: paths.out, text: () => buildImportFile(adopted, stack, deps.ports.clock.now()) },
    { path: paths.program, text: () => memberProgram(adopted) },
    { path: paths.members, text: () => stringify(listed.filter(({ storeId }) => storeIds.has(storeId))) },
  ];
  const written = contents.flatMap(({ path, text }) =>
    path === undefined || adopted.length === 0 ? [] : [{ path, text: text() }],
  );
  await deps.files.write(written, paths.force).catch(rejectOutput);
  return reportOf(
    checked,
    leftOut,
    written.map(({ path }) => path),
  );
}

function rejectOutput(error: unknown): never {
  const code = systemErrorCode(error, "unknown reason");
  const path = error instanceof Error && "path" in error ? String(error.path) : "";
  throw new ProgramError(
    code === "EEXIST"
      ? `${path} exists: name another file, or overwrite it with --force; nothing was written`
      : `the file cannot be written: ${path} (${code}); nothing was written`,
  );
}

interface Judged {
  readonly item: DeclaredMember;
  readonly adoption: Adoption;
}

function reportOf(checked: readonly Judged[], unlisted: Listed["leftOut"], written: readonly string[]): Report {
  const misfits = checked.flatMap(({ item, adoption }) => (adoption.fits ? [] : [{ item, ...adoption }]));
  const blocks = groupByMaster(misfits, ({ item }) => item.inputs).flatMap(({ master, entries }) => {
    const all = entries.map(({ item, reason }) => [item.inputs.storeId, reason]);
    const { rows, links } = withRepeatsShortened(all);
    return [`left out, of master ${master}`, ...columns(rows), ...links, ""];
  });
  const fitting = checked.length - misfits.length;
  const all = checked.length + unlisted.length;
  return {
    text: [
      ...blocks,
      ...(unlisted.length === 0
        ? []
        : ["left out of the master's list", ...columns(unlisted.map(({ name, reason }) => [name, reason])), ""]),
      `${pluralize(all, "member")}: ${fitting} as declared, ${all - fitting} left out`,
      written.length === 0 ? "Nothing was written." : `Written: ${written.join(", ")}`,
    ],
    json: {
      members: checked.map(({ item: { inputs }, adoption }) => ({
        storeId: inputs.storeId,
        ...(adoption.fits
          ? { fits: true, name: adoption.member.name, clusterId: adoption.member.clusterId }
          : adoption),
      })),
      leftOut: unlisted,
      written,
    },
    exitCode: fitting === all ? 0 : 2,
  };
}
