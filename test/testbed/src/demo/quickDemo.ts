import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startFederation, type SimulatedController, type SimulatedFederation } from "@fedjoin/simulator";
import { scrape } from "../scrape";
import { storeIds } from "../project/stackConfig";
import { preparePulumi } from "../toolchain/prepareTools";
import type { DemoOptions } from "./clusterDemo";
import { startDemoExporter, type DemoExporter } from "./demoExporters";
import { leaveRunning } from "./leaveRunning";
import { createQuickProject, type QuickProject } from "./quickProject";
import {
  claimMembers,
  fedjoinPlan,
  introduce,
  kickMember,
  nextCommands,
  pulumi,
  sayOfTools,
  showMembers,
  timings,
  type Story,
} from "./story";

interface QuickStory extends Story {
  readonly project: QuickProject;
  readonly exporters: ReadonlyMap<string, DemoExporter>;
}

/**
 * Runs the demo without Kubernetes, and stops everything it started, even on failure.
 * @throws Error at the first step without the expected result.
 */
export async function runQuickDemo({ narrator, keep, signal }: DemoOptions): Promise<void> {
  narrator.chapter("Start a master, three sites and an exporter for each");
  narrator.say("NeuVector is simulated. pulumi and the exporters are real.");
  const tools = await preparePulumi({ say: sayOfTools(narrator), signal });
  const dir = await mkdtemp(join(tmpdir(), "fedjoin-demo-"));
  const stops: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true })];
  try {
    const password = randomBytes(9).toString("base64url");
    const federation = await startFederation({ sites: storeIds.length, selfSigned: true, timings, password });
    stops.push(() => federation.close());
    const exporters = new Map<string, DemoExporter>();
    stops.push(() => Promise.all([...exporters.values()].map((exporter) => exporter.stop())));
    const [project] = await Promise.all([
      createQuickProject(tools, dir, federation, password),
      ...controllersOf(federation).map(async ([name, controller]) => {
        exporters.set(name, await startDemoExporter(name, controller, dir));
      }),
    ]);
    const story: QuickStory = { narrator, federation, project, signal, exporters: sorted(exporters) };
    introduce(story);
    for (const step of [plan, deploy, pages, drift, ...(keep ? [keepRunning] : [])]) {
      signal.throwIfAborted();
      await step(story);
    }
    if (keep) return;
    narrator.chapter("Every step had the expected result");
    nextCommands(narrator, {
      "npm run demo -- --quick --keep": "the same, left running for you to try",
      "npm run demo": "the whole story, with a real Kubernetes API",
      "npx fedjoin --help": "look before you act on your own clusters",
    });
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

async function plan(story: QuickStory): Promise<void> {
  story.narrator.chapter("fedjoin plan: who would join, before anything changes");
  story.narrator.command("npx fedjoin plan --file joins.json");
  await fedjoinPlan(story, "joins.json");
}

async function deploy(story: QuickStory): Promise<void> {
  story.narrator.chapter("pulumi up: join the sites");
  await pulumi(story, ["up", "--yes", "--skip-preview"]);
  showMembers(story);
  claimMembers(story);
}

async function pages({ narrator, exporters }: QuickStory): Promise<void> {
  narrator.chapter("Look at the landing page of each exporter, and scrape it");
  for (const [name, { url }] of exporters) {
    const metrics = await scrape(url);
    const role = name === "master" ? /^nv_fed_master\{.* 1$/ : /^nv_fed_worker\{status="joint".* 1$/;
    const state = name === "master" ? "up, the master" : "up, a joint cluster";
    narrator.claim(
      `${name.padEnd(8)} ${url}/  ${state}`,
      metrics.includes("nv_up 1") && metrics.some((line) => role.test(line)),
    );
  }
}

async function drift(story: QuickStory): Promise<void> {
  const { narrator } = story;
  narrator.chapter("An admin kicks a member: pulumi up --refresh finds and repairs it");
  narrator.say(`The admin kicks ${(await kickMember(story, storeIds[0] ?? "")) ?? "nobody"} at the master.`);
  showMembers(story);
  await pulumi(story, ["up", "--refresh", "--yes", "--skip-preview"]);
  showMembers(story);
  claimMembers(story);
}

async function keepRunning(story: QuickStory): Promise<void> {
  await leaveRunning(story, { pages: new Map([...story.exporters].map(([name, { url }]) => [name, `${url}/`])) });
}

function controllersOf({ master, sites }: SimulatedFederation): [string, SimulatedController][] {
  return [
    ["master", master],
    ...sites.map((site, index): [string, SimulatedController] => [storeIds[index] ?? "?", site]),
  ];
}

function sorted<T>(map: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  return new Map([...map].sort(([a], [b]) => a.localeCompare(b)));
}
