import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { bundleWith } from "./bundle";
import type { HuntResult, PlantedResult } from "./hunt";
import { openLedger } from "./ledger";
import { runNoticing } from "./noticed";
import { parsePatch, type Patch } from "./patch";

const folder = "test/simulation/planted";
const outFolder = "test/simulation/dist-bundle/planted";

/** The names of the planted defects. */
export function plantedNames(root: string): string[] {
  return readdirSync(join(root, folder))
    .filter((file) => file.endsWith(".patch"))
    .map((file) => basename(file, ".patch"))
    .sort();
}

/** @throws Error if there is none of this name. */
export function readPlanted(root: string, name: string): Patch {
  return parsePatch(readFileSync(join(root, folder, `${name}.patch`), "utf8"));
}

/** Bundles the simulation with a defect, or without one. Returns the file. */
export async function bundlePlanted(root: string, name: string | undefined): Promise<string> {
  const file = join(createOutFolder(root), `${name ?? "none"}.mjs`);
  await bundleWith(name === undefined ? { files: [] } : readPlanted(root, name), root, file);
  return file;
}

function createOutFolder(root: string): string {
  const out = join(root, outFolder);
  mkdirSync(out, { recursive: true });
  return out;
}

export interface PlantedOptions {
  readonly names: readonly string[];
  readonly workers: number;
  /** Of the processor, for each defect. */
  readonly seconds: number;
  /** Whether what an earlier command found with the same sources counts. */
  readonly resumes?: boolean;
}

export interface PlantedReport {
  readonly defects: readonly PlantedResult[];
  /** The same runs without a defect. */
  readonly clean: HuntResult;
}

/** Lets the search look for each of the defects, and then repeats the runs without any. */
export async function huntPlanted(
  root: string,
  { names, workers, seconds, resumes = false }: PlantedOptions,
  onResult: (result: PlantedResult) => void,
): Promise<PlantedReport> {
  const queue = [...names];
  const defects: PlantedResult[] = [];
  const ledger = resumes ? openLedger(root, join(createOutFolder(root), "found.json")) : undefined;
  const work = async (): Promise<void> => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      const patch = readPlanted(root, name);
      const known = ledger?.find(name);
      const result = known ?? { name, defect: patch.defect, ...(await findDefect(root, name, patch, seconds)) };
      defects.push(result);
      if (known === undefined && result.found !== undefined) ledger?.add(result);
      onResult(result);
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, names.length) }, work));
  const runs = Math.max(0, ...defects.map((each) => (each.found === undefined ? 0 : each.runs)));
  const clean = await startHunt(await bundlePlanted(root, undefined), { runs, seconds: Infinity });
  return { defects, clean };
}

/** Runs the test that the patch names, or else the search. */
async function findDefect(root: string, name: string, patch: Patch, seconds: number): Promise<HuntResult> {
  const { noticedBy } = patch;
  if (noticedBy === undefined) return startHunt(await bundlePlanted(root, name), { runs: Infinity, seconds });
  const { isNoticed, seconds: used, text } = await runNoticing(patch, noticedBy, root);
  if (!isNoticed) return { runs: 0, seconds: used, why: `${noticedBy}: ${text || "it passes"}` };
  return { runs: 0, seconds: used, found: { oracle: noticedBy, text } };
}

/** Hunts in a process of its own: a defect may keep it from ending. */
function startHunt(file: string, { runs, seconds }: { runs: number; seconds: number }): Promise<HuntResult> {
  const limits = [...(Number.isFinite(runs) ? ["--runs", String(runs)] : []), "--seconds", String(seconds)];
  const child = spawn(process.execPath, [file, "--hunt", ...limits], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(JSON.parse(output) as HuntResult);
      else reject(new Error(`the hunt with ${basename(file)} ended with ${String(code)}: ${output}`));
    });
  });
}
