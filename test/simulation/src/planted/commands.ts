import { spawn } from "node:child_process";
import { hunt, type PlantedResult } from "./hunt";
import { nothing, type Tally } from "../search/tally";
import { bundlePlanted, huntPlanted, plantedNames, type PlantedOptions } from "./planted";

/** Hunts in this process, for the one that asked. */
export async function reportHunt(limits: { readonly runs: number; readonly seconds: number }): Promise<number> {
  process.stdout.write(JSON.stringify(await hunt(limits)));
  return 0;
}

/** Runs this command with a planted defect in the product. */
export async function runWithPatch(root: string, name: string, args: readonly string[]): Promise<number> {
  const file = await bundlePlanted(root, name);
  const child = spawn(process.execPath, [file, ...args], { stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      resolve(code ?? 1);
    });
  });
}

export interface HuntOptions extends PlantedOptions {
  /** Such as `2/4` for the second quarter of them. */
  readonly shard?: string | undefined;
}

/** Hunts all planted defects, or those named, shows what found each, and returns what it came to. */
export async function runPlanted(root: string, only: HuntOptions): Promise<Tally> {
  const names = shardOf(only.names.length > 0 ? only.names : plantedNames(root), only.shard ?? "1/1");
  const { defects, clean } = await huntPlanted(root, { ...only, names }, (result) => {
    console.log(describe(result));
  });
  if (clean.found !== undefined) {
    console.log(`\nwithout a defect: ${clean.found.oracle}: ${clean.found.text}\n  ${clean.found.replay}`);
  }
  return {
    ...nothing,
    runs: [...defects, clean].reduce((sum, each) => sum + each.runs, 0),
    violations: clean.found === undefined ? 0 : 1,
    planted: names.length,
    found: defects.filter((each) => each.found !== undefined).length,
  };
}

/** @throws Error if the shard is not a part of a whole. */
function shardOf(names: readonly string[], shard: string): readonly string[] {
  const [, part = 0, all = 0] = (/^(\d+)\/(\d+)$/.exec(shard) ?? []).map(Number);
  if (part < 1 || part > all) throw new Error(`not a shard: ${shard}; expected such as 2/4`);
  return names.filter((_, index) => index % all === part - 1);
}

function describe({ name, defect, runs, seconds, found, why = "" }: PlantedResult): string {
  const effort = `${runs} runs, ${seconds.toFixed(1)} s`;
  if (found === undefined) return `\n${name}: NOT FOUND after ${effort}\n  ${defect}\n  ${why}`.trimEnd();
  const { oracle, text, replay } = found;
  const how = replay === undefined ? "" : `\n  ${replay} --patch ${name}`;
  return `\n${name}: found after ${effort}\n  ${defect}\n  ${oracle}: ${text.slice(0, 200)}${how}`;
}
