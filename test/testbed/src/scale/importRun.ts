import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SimulatedController, type SimulatedFederation, startFederation } from "@fedjoin/simulator";
import { stringify } from "yaml";
import { encodingsOf, findLeaks } from "../leaks";
import { linkPackages } from "../packages/installTarballs";
import { createJoinProject, type JoinProject } from "../project/joinProject";
import { quietFlags } from "../project/quietFlags";
import { preparePulumi, type PulumiTools } from "../toolchain/prepareTools";
import { repositoryRoot } from "../toolchain/repository";
import { type CommandResult, runCommand } from "../toolchain/runCommand";
import { joinByHand } from "./joinByHand";
import { measure } from "./resourceUsage";

export interface ImportOptions {
  readonly members: number;
  /** Gets a line for each step. */
  readonly say: (line: string) => void;
  readonly tools?: PulumiTools;
}

export interface ImportRunResult {
  /** The members in the import file, by store id. */
  readonly imported: readonly string[];
  /** Why each other member was left out. */
  readonly leftOut: Readonly<Record<string, string>>;
  /** True if the next `up` changed nothing. */
  readonly isUnchanged: boolean;
  /** How many requests of each kind all controllers together received. */
  readonly requests: Readonly<Record<string, number>>;
  /** Where a password stands in the clear: in a file, in the output, in the state. */
  readonly leaks: readonly string[];
  /** What `fedjoin import` took, and what it and `pulumi import` took together. */
  readonly seconds: { readonly own: number; readonly whole: number };
}

const password = "Aa1-canary-of-import";
/** Masters and members leave each other alone, so that what they cost is not measured. */
const quiet = { intervalMinuteMs: 3_600_000, pingGapMs: 3_600_000 };
/** An import changes nothing but the state, which is written once, in the end. */
const variables = { MASTER_PASSWORD: password, SITE_PASSWORD: password, PULUMI_SKIP_CHECKPOINTS: "true" };

/**
 * Adopts memberships that were joined by hand, with the real `pulumi import`: one of each kind that does not fit beside
 * those that do. The program is the one that `fedjoin import` writes.
 */
export async function runImport({ members, say, tools }: ImportOptions): Promise<ImportRunResult> {
  const dir = await mkdtemp(join(tmpdir(), "fedjoin-import-"));
  const close: (() => Promise<void>)[] = [() => rm(dir, { recursive: true, force: true })];
  const start = async (sites: number): Promise<SimulatedFederation> => {
    const federation = await startFederation({ sites, password, timings: quiet });
    close.push(() => federation.close());
    return federation;
  };
  try {
    const [federation, another] = [await start(members + misfits.length), await start(0)];
    const { master, sites } = federation;
    const elsewhere = sites.at(misfits.indexOf("elsewhere") - misfits.length);
    for (const [index, site] of sites.entries()) {
      if (index !== members + misfits.indexOf("absent"))
        await joinByHand(site === elsewhere ? another.master : master, site, `store${index}-Xy9K2m`);
    }
    await master.pingNow();
    await sites.at(misfits.indexOf("silent") - misfits.length)?.goOffline();
    say(`${members} sites are members, ${misfits.length} do not fit`);

    const project = await createJoinProject(tools ?? (await preparePulumi({ say })), dir, variables);
    const settings = settingsOf(master, sites, members);
    await writeFile(join(project.dir, "members.json"), JSON.stringify(settings));
    const controllers = [master, another.master, ...sites];
    const before = controllers.map(({ requests }) => requests.length);
    const own = await measure(() => fedjoinImport(project));
    const report = JSON.parse(own.result.stdout) as ImportReport;
    say(`fedjoin import ended with ${own.result.code} after ${own.cost.seconds} s`);
    await useProgram(project);
    const flags = ["--file", "import.json", "--generate-code=false", "--protect=false", ...quietFlags];
    const imported = await measure(() => project.pulumi.tryRun(["import", ...flags]));
    say(`pulumi import ended with ${imported.result.code} after ${imported.cost.seconds} s`);
    const up = await project.pulumi.tryRun(["up", ...quietFlags, "--expect-no-changes"]);
    say(`pulumi up ended with ${up.code}`);

    const said = [own.result, imported.result, up].map(({ stdout, stderr }) => stdout + stderr).join("");
    if (imported.result.code !== 0 || up.code !== 0) say(said);
    return {
      imported: report.members.filter(({ fits }) => fits).map(({ storeId }) => storeId),
      leftOut: Object.fromEntries(
        report.members.flatMap(({ storeId, reason }) => (reason === undefined ? [] : [[storeId, reason]])),
      ),
      isUnchanged: imported.result.code === 0 && up.code === 0,
      requests: countRequests(controllers.flatMap(({ requests }, index) => requests.slice(before[index]))),
      leaks: [
        ...(await findLeaks(dir, new Map([["password", password]]))),
        ...(encodingsOf(password).some((form) => said.includes(form)) ? ["output: password"] : []),
      ],
      seconds: { own: own.cost.seconds, whole: own.cost.seconds + imported.cost.seconds },
    };
  } finally {
    for (const each of close.reverse()) await each();
  }
}

interface ImportReport {
  readonly members: readonly { readonly storeId: string; readonly fits: boolean; readonly reason?: string }[];
}

/** What is wrong with each of the last sites. */
const misfits = ["renamed", "moved", "elsewhere", "silent", "absent"] as const;

function settingsOf(master: SimulatedController, sites: readonly SimulatedController[], members: number): object {
  const account = (env: string) => ({ username: "admin", passwordFrom: { env } });
  const trust = ({ fingerprint256: fingerprint }: SimulatedController) => ({ tls: { fingerprint } });
  return {
    master: { rest: master.rest, credentials: account("MASTER_PASSWORD"), ...trust(master) },
    members: sites.map((site, index) => {
      const misfit = misfits[index - members];
      return {
        storeId: misfit ?? `store${index}`,
        ...(misfit === "renamed" && { name: "another-name" }),
        controller: { ...site.rest, credentials: account("SITE_PASSWORD"), ...trust(site) },
        jointRest: misfit === "moved" ? { server: "moved.example", port: 10443 } : site.rest,
      };
    }),
  };
}

function fedjoinImport({ dir, env }: JoinProject): Promise<CommandResult> {
  const options = ["--file", "members.json", "--program", "index.ts", "--json"];
  const command = [join(repositoryRoot, "provider/dist/cli/main.js"), "import", ...options];
  return runCommand(process.execPath, command, { cwd: dir, env });
}

/** Makes the program that was written that of the project. */
async function useProgram({ dir }: JoinProject): Promise<void> {
  await rm(join(dir, "index.js"));
  await linkPackages(join(dir, "node_modules"), ["typescript", "@types/node"]);
  const compilerOptions = { strict: true, target: "es2022", module: "nodenext", skipLibCheck: true };
  await writeFile(join(dir, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["index.ts"] }));
  await writeFile(join(dir, "Pulumi.yaml"), stringify({ name: "joins", runtime: "nodejs" }));
  const manifest = await readFile(join(dir, "package.json"), "utf8");
  await writeFile(join(dir, "package.json"), manifest.replace("index.js", "index.ts"));
}

/** By method and path, without what controllers send to each other. */
function countRequests(requests: SimulatedController["requests"]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { listener, method, path } of requests) {
    if (listener !== "rest" || path.includes("_internal") || path === "/v1/fed_auth") continue;
    const kind = `${method} ${path}`;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}
