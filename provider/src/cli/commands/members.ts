import * as z from "zod";
import { NeuVectorError } from "../../errors/neuVectorError";
import { Option } from "@commander-js/extra-typings";
import { exitCodeHelp, UsageError } from "../../commandLine/commandLine";
import { textsOption } from "../../commandLine/options";
import { jsonOption, projectOption, readText, type DeclareCommand, type RunDeps } from "../command";
import { observeAll } from "../observation/observeAll";
import { buildInventory, type MemberInventory } from "../decisions/memberInventory";
import type { MemberRow } from "../decisions/memberRows";
import { drifts, totalsByStack, type StackTotals } from "../decisions/stackTotals";
import type { CommandDeps } from "../observation/observe";
import { describeFailure } from "../../pulumi/describeFailure";
import { PulumiCliError, type RunPulumi } from "../../pulumi/pulumiCli";
import type { Report } from "../report";
import { parseJson } from "../../neuvector/rest/response";
import { parseStackState, type StackState } from "../../pulumi/stackState";
import { columns, pluralize } from "../format";
import { formatAddress } from "../../values/address";

export const declareMembers: DeclareCommand = (program, select) => {
  program
    .command("members")
    .summary("show all members of all stacks, and differences from the controllers")
    .description(
      `Shows every member of every stack: its state, what master and site report, and the
difference, with a count per stack. Changes nothing. A site that does not answer is one
row.`,
    )
    .addOption(new Option("--all", "every stack of the project").default(false).conflicts("stack"))
    .addOption(textsOption("--stack <name>", "a stack of the project; repeatable"))
    .addOption(
      textsOption("--state <file>", "output of pulumi stack export --show-secrets; - reads standard input; repeatable"),
    )
    .addOption(projectOption())
    .option("--check", "exit with 2 if anything differs", false)
    .option("--drift", "show only rows that differ", false)
    .option(...jsonOption)
    .addHelpText(
      "after",
      exitCodeHelp({
        0: "the table was made",
        1: "wrong usage, or a state cannot be read",
        2: "with --check: a member is missing, undeclared, declared twice or unknown, or a\n     master's list could not be read",
      }),
    )
    .action(({ all, stack: stacks = [], state: states = [], check, drift: driftOnly, cwd, json }) => {
      if (!all && stacks.length + states.length === 0)
        throw new UsageError("one of --all, --stack and --state is required");
      const options = { all, stacks, states, check, driftOnly, cwd };
      select({ command: "members", json, run: (deps) => members(options, deps) });
    });
};

export interface MembersOptions {
  /** Every stack of the project. */
  readonly all: boolean;
  readonly stacks: readonly string[];
  /** Files of exported states; `-` is standard input. */
  readonly states: readonly string[];
  /** The folder of Pulumi.yaml. */
  readonly cwd: string;
  /** Exit code 2 for an undeclared or missing member. */
  readonly check: boolean;
  /** Only the rows that differ. */
  readonly driftOnly: boolean;
}

export type MembersDeps = CommandDeps & Pick<RunDeps, "runPulumi" | "readFile">;

/**
 * Compares every member of every stack with what the controllers report. Sends only reads and logins, one login per
 * account.
 * @throws NeuVectorError invalid_input for an unreadable state. @throws ProgramError. @throws PulumiCliError.
 */
export async function members(options: MembersOptions, deps: MembersDeps): Promise<Report> {
  const read: { readonly where: string; readonly state: StackState }[] = [];
  for (const path of options.states)
    read.push({ where: path, state: readState(path, await readText("state", path, deps)) });
  const stacks = options.all ? await listStacks(options.cwd, deps.runPulumi) : options.stacks;
  for (const stack of stacks) {
    const args = ["stack", "export", "--show-secrets", "--stack", stack];
    const text = await pulumiOutput(args, { stack, cwd: options.cwd }, deps.runPulumi);
    read.push({ where: stack, state: readState(stack, text) });
  }
  const joins = read.flatMap(({ state }) => state.joins);
  const observed = await observeAll(joins, ({ inputs }) => inputs, deps);
  const fedJoins = observed.map(({ item, observation }) => ({ join: item, observation }));
  const exporters = read.flatMap(({ state }) => state.exporters);
  const inventory = buildInventory(fedJoins, exporters);
  const empty = read.filter(({ state }) => state.joins.length + state.exporters.length === 0);
  const totals = totalsByStack(
    inventory.members,
    empty.map(({ where }) => where),
  );
  return reportOf(inventory, totals, options);
}

function readState(where: string, text: string): StackState {
  try {
    return parseStackState(text);
  } catch (error) {
    if (!(error instanceof NeuVectorError)) throw error;
    throw error.with({ summary: `the state of ${where} cannot be read: ${error.summary}` });
  }
}

const stackList = z.array(z.object({ name: z.string() }));

async function listStacks(cwd: string, runPulumi: RunPulumi): Promise<string[]> {
  return parseStackNames(await pulumiOutput(["stack", "ls", "--json"], { stack: "", cwd }, runPulumi));
}

/** The names in the output of `pulumi stack ls --json`. @throws PulumiCliError. */
export function parseStackNames(text: string): string[] {
  const { data } = stackList.safeParse(parseJson(text));
  if (data === undefined) throw new PulumiCliError("the output of pulumi stack ls is not a list of stacks");
  return data.map(({ name }) => name);
}

async function pulumiOutput(
  args: readonly string[],
  where: { readonly stack: string; readonly cwd: string },
  runPulumi: RunPulumi,
): Promise<string> {
  const { exitCode, stdout, stderr } = await runPulumi([...args, "--non-interactive"], where.cwd, { quiet: true });
  if (exitCode !== 0) throw new PulumiCliError(describeFailure(`pulumi ${args.join(" ")}`, stderr, where));
  return stdout;
}

/** Drifts that `--check` reports; a changed member is still a member. */
const findings = new Set(["missing", "declared_twice", "unknown"]);

function reportOf(
  { members: all, undeclared, unread }: MemberInventory,
  totals: readonly StackTotals[],
  { check, driftOnly }: MembersOptions,
): Report {
  const drifted = all.filter(({ drift }) => drift !== "none");
  const rows = driftOnly ? drifted : all;
  const found = all.filter(({ drift }) => findings.has(drift)).length + undeclared.length + unread.length;
  return {
    text: [
      ...columns([
        ["stack", "store", "name", "state", "truth", "master says", "site says", "drift"],
        ...rows.map(rowOf),
        ...undeclared.map(({ master, entry }) => [
          ...["-", "-", entry.name, "-", "-", entry.status || "new", "-", "undeclared"],
          `${formatAddress(entry.rest_info)} on ${master}`,
        ]),
      ]),
      ...unread.map(({ master, reason }) => `The list of the master ${master} was not read: ${reason}`),
      "",
      ...columns(
        [
          ["stack", "members", ...drifts],
          ...totals.map(({ stack, members: count, ...counts }) => [
            stack,
            count,
            ...drifts.map((drift) => counts[drift]),
          ]),
        ].map((row) => row.map(String)),
      ),
      "",
      `${pluralize(all.length, "member")} in ${pluralize(totals.length, "stack")}: ${all.length - drifted.length} in place, ${drifted.length} not, ${pluralize(undeclared.length, "undeclared entry", "undeclared entries")}`,
    ],
    json: {
      stacks: totals,
      members: rows,
      undeclared: undeclared.map(({ master, entry: { name, id, status, rest_info } }) => ({
        master,
        name,
        clusterId: id,
        jointRest: { server: rest_info.server, port: rest_info.port },
        masterSays: status,
      })),
      unread,
    },
    exitCode: check && found > 0 ? 2 : 0,
  };
}

function rowOf({ stack, storeId, name, stored, truth, masterSays, siteSays, drift, reason }: MemberRow): string[] {
  return [stack, storeId, name ?? "-", stored, truth, masterSays || "new", siteSays, drift, reason ?? ""];
}
