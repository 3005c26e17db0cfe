import { z } from "zod";
import { NeuVectorError } from "../errors";
import { formatAddress } from "../ports";
import type { MembersOptions } from "./args";
import { createAskOnce, observeOnce } from "./askOnce";
import { mapLimited } from "./limited";
import { estateOf, type Estate, type MemberRow } from "./membersDecision";
import type { CommandParts } from "./observe";
import { CannotRunPulumi, type RunPulumi } from "./pulumi";
import type { Report } from "./report";
import { readStackState, type StackState } from "./stackState";
import { columns, count } from "./text";

/** What the table is made with. */
export interface MembersWorld {
  readonly parts: CommandParts;
  readonly runPulumi: RunPulumi;
  readonly readFile: (path: string) => Promise<string>;
}

/**
 * Every member of every stack against what the controllers say. Sends reads and logins only, one login per account.
 * @throws NeuVectorError invalid_input for a state that cannot be read. @throws CannotRunPulumi.
 */
export async function members(options: MembersOptions, { parts, runPulumi, readFile }: MembersWorld): Promise<Report> {
  const states: StackState[] = [];
  for (const path of options.states) states.push(readFrom(path, await textOf(path, readFile)));
  const stacks = options.all ? await allStacks(options.cwd, runPulumi) : options.stacks;
  for (const stack of stacks) {
    const args = ["stack", "export", "--show-secrets", "--stack", stack];
    states.push(readFrom(stack, await outputOf(args, options.cwd, runPulumi)));
  }
  const askOnce = createAskOnce(parts);
  const joins = states.flatMap((state) => state.joins);
  const watched = await mapLimited(joins, async (join) => ({
    join,
    observation: await observeOnce(join.inputs, askOnce),
  }));
  const exporters = states.flatMap((state) => state.exporters);
  return reportOf(estateOf(watched, exporters), options.check);
}

async function textOf(path: string, readFile: MembersWorld["readFile"]): Promise<string> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
    throw new NeuVectorError("invalid_input", `the state cannot be read: ${path} (${code})`, { hint: "" });
  }
}

function readFrom(where: string, text: string): StackState {
  try {
    return readStackState(text);
  } catch (error) {
    if (!(error instanceof NeuVectorError)) throw error;
    throw new NeuVectorError(error.kind, `the state of ${where} cannot be read: ${error.message}`);
  }
}

const stackList = z.array(z.object({ name: z.string() }));

async function allStacks(cwd: string, runPulumi: RunPulumi): Promise<string[]> {
  const listed = await outputOf(["stack", "ls", "--json"], cwd, runPulumi);
  return stackList.parse(JSON.parse(listed)).map(({ name }) => name);
}

async function outputOf(args: readonly string[], cwd: string, runPulumi: RunPulumi): Promise<string> {
  const { exitCode, stdout } = await runPulumi(args, cwd);
  if (exitCode !== 0) throw new CannotRunPulumi(`pulumi ${args.join(" ")} ended with exit code ${exitCode}`);
  return stdout;
}

function reportOf({ members: rows, undeclared, unread }: Estate, check: boolean): Report {
  const drifted = rows.filter(({ drift }) => drift !== "none");
  const findings = rows.filter(({ drift }) => drift === "missing" || drift === "declared_twice").length;
  const stacks = new Set(rows.map(({ stack }) => stack)).size;
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
      `${count(rows.length, "member")} in ${count(stacks, "stack")}: ${rows.length - drifted.length} in place, ${drifted.length} not, ${count(undeclared.length, "undeclared entry", "undeclared entries")}`,
    ],
    json: {
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
    exitCode: check && findings + undeclared.length + unread.length > 0 ? 2 : 0,
  };
}

function rowOf({ stack, storeId, name, stored, truth, masterSays, siteSays, drift, reason }: MemberRow): string[] {
  return [stack, storeId, name ?? "-", stored, truth, masterSays || "new", siteSays, drift, reason ?? ""];
}
