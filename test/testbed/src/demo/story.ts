import { homedir } from "node:os";
import { join } from "node:path";
import type { SimulatedFederation } from "@fedjoin/simulator";
import { storeIds } from "../project/stackConfig";
import { nodeBinDir, repositoryRoot } from "../toolchain/repository";
import { runCommand } from "../toolchain/runCommand";
import type { PulumiCli } from "../toolchain/pulumiCli";
import type { Narrator } from "./narrator";
import { summarizeOutput } from "./pulumiOutput";

/** Short enough to watch; real controllers take minutes. */
export const timings = { cleanupMs: 1_000, probePauseMs: 100, intervalMinuteMs: 2_000 };

/** Who tells the story, of what, and what interrupts it. */
export interface Story {
  readonly narrator: Narrator;
  readonly federation: SimulatedFederation;
  readonly project: {
    readonly pulumi: PulumiCli;
    readonly dir: string;
    readonly env: Readonly<Record<string, string>>;
  };
  readonly signal: AbortSignal;
}

/** Tells what the tools tell, with the home folder as `~`. */
export function sayOfTools({ say }: Narrator): (line: string) => void {
  return (line) => {
    say(line.replaceAll(homedir(), "~"));
  };
}

export function introduce({ narrator, federation: { master, sites } }: Story): void {
  narrator.say(`master at ${addressOf(master)}`);
  for (const [index, site] of sites.entries()) narrator.say(`site ${storeIds[index] ?? "?"} at ${addressOf(site)}`);
}

/** Runs a Pulumi command, shows what it did, and returns all that it printed. */
export async function pulumi({ narrator, project, signal }: Story, args: readonly string[]): Promise<string> {
  narrator.command(`pulumi ${args.join(" ")}`);
  const quiet = ["--suppress-outputs", "--color", "never", "--non-interactive"];
  const { stdout } = await project.pulumi.run([...args, ...quiet], { signal });
  for (const line of summarizeOutput(stdout)) narrator.quote(line);
  return stdout;
}

/** Shows what `fedjoin plan` prints for the settings in a file of the project; `-` takes them from `input`. */
export async function fedjoinPlan(
  { narrator, project, signal, federation }: Story,
  file: string,
  input = "",
): Promise<void> {
  const plan = [join(repositoryRoot, "provider/bin/fedjoin.js"), "plan", "--file", file];
  const { dir: cwd, env } = project;
  const { code, stdout, stderr } = await runCommand(join(nodeBinDir, "node"), plan, { cwd, env, signal, input });
  if (code !== 0) throw new Error(`fedjoin plan: exit code ${code}\n${stdout}${stderr}`);
  for (const line of stdout.trimEnd().split("\n")) narrator.quote(line);
  narrator.claim("each site would join", stdout.includes(`${storeIds.length} members: ${storeIds.length} to join`));
  narrator.claim("nothing has changed: the master has no members", federation.master.members().length === 0);
}

export function showMembers({ narrator, federation }: Story): void {
  const members = federation.master.members();
  narrator.say(`The master lists ${members.length === 0 ? "no members" : `${members.length} members:`}`);
  for (const { name, status } of members.toSorted((a, b) => a.name.localeCompare(b.name))) {
    narrator.quote(`${name}  ${status}`);
  }
}

export function claimMembers({ narrator, federation }: Story): void {
  const stores = federation.master.members().map(({ name }) => name.slice(0, -7));
  narrator.claim("the master lists each site once", stores.toSorted().join() === storeIds.toSorted().join());
}

/** Kicks the member of a store, as an admin does at the master; returns its name, or undefined if there is none. */
export async function kickMember({ federation: { master } }: Story, storeId: string): Promise<string | undefined> {
  const member = master.members().find(({ name }) => name.startsWith(`${storeId}-`));
  if (member !== undefined) await master.kick(member.name);
  return member?.name;
}

/** Says what to run next. */
export function nextCommands(narrator: Narrator, commands: Readonly<Record<string, string>>): void {
  narrator.say("Next:");
  const width = Math.max(...Object.keys(commands).map(({ length }) => length));
  for (const [command, purpose] of Object.entries(commands)) narrator.say(`  ${command.padEnd(width)}  ${purpose}`);
}

export function addressOf({ rest }: { readonly rest: { readonly server: string; readonly port: number } }): string {
  return `${rest.server}:${rest.port}`;
}
