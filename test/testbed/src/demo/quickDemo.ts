import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startFederation, type SimulatedController, type SimulatedFederation } from "@fedjoin/simulator";
import { scrape } from "../scrape";
import { storeIds } from "../project/stackConfig";
import { preparePulumi } from "../toolchain/prepareTools";
import { startDemoExporter, type DemoExporter } from "./demoExporters";
import { leaveRunning } from "./leaveRunning";
import { createQuickProject, type QuickProject } from "./quickProject";
import { claimMembers, fedjoinPlan, kickMember, pulumi, sayOfTools, showMembers, timings, type Story } from "./story";
import type { Demo, DemoOptions } from "./tellDemo";

interface QuickStory extends Story {
  readonly project: QuickProject;
  readonly exporters: ReadonlyMap<string, DemoExporter>;
}

/** The demo without Kubernetes. */
export const quickDemo: Demo<QuickStory> = {
  title: "Start a master, three sites and an exporter for each",
  parts: "NeuVector is simulated. pulumi and the exporters are real.",
  start,
  steps: [plan, deploy, pages, drift],
  ending: [],
  keepRunning,
  next: {
    "npm run demo -- --quick --keep": "the same, left running for you to try",
    "npm run demo": "the whole story, with a real Kubernetes API",
    "npx fedjoin --help": "look before you act on your own clusters",
  },
};

async function start({ narrator, signal }: DemoOptions) {
  const tools = await preparePulumi({ say: sayOfTools(narrator), signal });
  const dir = await mkdtemp(join(tmpdir(), "fedjoin-demo-"));
  const stops: (() => Promise<unknown>)[] = [() => rm(dir, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
  };
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
    return { story: { narrator, federation, project, signal, exporters: sorted(exporters) }, stop };
  } catch (error) {
    await stop();
    throw error;
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
