import { z } from "zod";
import { NeuVectorError } from "../../errors/neuVectorError";
import { formatAddress } from "../../neuvector/ports";
import { describeReadError, InvalidTextError } from "../../values/text";
import type { MembersOptions } from "../args";
import { observeAll } from "../observation/observeAll";
import { buildInventory, type MemberInventory, type MemberRow } from "../decisions/memberInventory";
import { drifts, totalsByStack, type StackTotals } from "../decisions/stackTotals";
import type { CommandDeps } from "../observation/observe";
import { PulumiCliError, type RunPulumi } from "../../pulumi/pulumiCli";
import type { Report } from "../report";
import { parseStackState, type StackState } from "../../pulumi/stackState";
import { columns, pluralize } from "../format";

/** What the table is made with. */
export interface MembersDeps {
  readonly parts: CommandDeps;
  readonly runPulumi: RunPulumi;
  readonly readFile: (path: string) => Promise<string>;
}

/**
 * Every member of every stack against what the controllers say. Sends reads and logins only, one login per account.
 * @throws NeuVectorError invalid_input for a state that cannot be read. @throws CannotRunPulumi.
 */
export async function members(options: MembersOptions, { parts, runPulumi, readFile }: MembersDeps): Promise<Report> {
  const read: { readonly where: string; readonly state: StackState }[] = [];
  for (const path of options.states) read.push({ where: path, state: readFrom(path, await textOf(path, readFile)) });
  const stacks = options.all ? await allStacks(options.cwd, runPulumi) : options.stacks;
  for (const stack of stacks) {
    const args = ["stack", "export", "--show-secrets", "--stack", stack];
    read.push({ where: stack, state: readFrom(stack, await outputOf(args, options.cwd, runPulumi)) });
  }
  const joins = read.flatMap(({ state }) => state.joins);
  const looks = await observeAll(joins, ({ inputs }) => inputs, parts);
  const watched = looks.map(({ item, observation }) => ({ join: item, observation }));
  const exporters = read.flatMap(({ state }) => state.exporters);
  const estate = buildInventory(watched, exporters);
  const empty = read.filter(({ state }) => state.joins.length + state.exporters.length === 0);
  const totals = totalsByStack(
    estate.members,
    empty.map(({ where }) => where),
  );
  return reportOf(estate, totals, options);
}

async function textOf(path: string, readFile: MembersDeps["readFile"]): Promise<string> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new NeuVectorError("invalid_input", `the state cannot be read: ${path} (${describeReadError(error)})`, {
      hint: error instanceof InvalidTextError ? "" : "Correct the path, or the rights of the user that runs fedjoin.",
    });
  }
}

function readFrom(where: string, text: string): StackState {
  try {
    return parseStackState(text);
  } catch (error) {
    if (!(error instanceof NeuVectorError)) throw error;
    throw error.with({ summary: `the state of ${where} cannot be read: ${error.summary}` });
  }
}

const stackList = z.array(z.object({ name: z.string() }));

async function allStacks(cwd: string, runPulumi: RunPulumi): Promise<string[]> {
  const listed = await outputOf(["stack", "ls", "--json"], cwd, runPulumi);
  return stackList.parse(JSON.parse(listed)).map(({ name }) => name);
}

async function outputOf(args: readonly string[], cwd: string, runPulumi: RunPulumi): Promise<string> {
  const { exitCode, stdout } = await runPulumi(args, cwd);
  if (exitCode !== 0) throw new PulumiCliError(`pulumi ${args.join(" ")} ended with exit code ${exitCode}`);
  return stdout;
}

/** Drifts that `--check` does not bear. A member that changed is one all the same. */
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
