import { once } from "node:events";
import { startTestbed, type Testbed } from "../testbed";
import { findLeaks } from "../leaks";
import { scrape } from "../scrape";
import { storeIds } from "../project/stackConfig";
import type { Narrator } from "./narrator";
import { z } from "zod";

export interface DemoOptions {
  readonly narrator: Narrator;
  /** Stop before `pulumi destroy` and wait for the signal. */
  readonly keep: boolean;
  readonly signal: AbortSignal;
}

/** Short enough to watch; real controllers take minutes. */
const timings = { cleanupMs: 1_000, probePauseMs: 100, intervalMinuteMs: 2_000 };

/** Who tells the story, of what, and what interrupts it. */
interface Story {
  readonly narrator: Narrator;
  readonly testbed: Testbed;
  readonly signal: AbortSignal;
}

/** Runs the demo, and stops everything it started, even on failure. @throws Error at the first step without the expected result. */
export async function runDemo({ narrator, keep, signal }: DemoOptions): Promise<void> {
  narrator.chapter("Start a master, three sites and a Kubernetes API");
  narrator.say("NeuVector is simulated; pulumi, its plugins, etcd and the Kubernetes API server are real.");
  const testbed = await startTestbed({
    federation: { timings },
    say: (line) => {
      narrator.say(line);
    },
  });
  const story = { narrator, testbed, signal };
  const ending = keep ? [leaveRunning] : [destroy, checkLeaks];
  try {
    introduce(story);
    for (const step of [preview, deploy, scrapeAll, repeat, drift, ...ending]) {
      signal.throwIfAborted();
      await step(story);
    }
    if (!keep) narrator.chapter("Every step had the expected result");
  } finally {
    await testbed.stop();
  }
}

function introduce({ narrator, testbed: { federation } }: Story): void {
  const { master, sites } = federation;
  narrator.say(`master ${at(master.rest)} (federation port ${master.federation?.port ?? "none"})`);
  for (const [index, { rest }] of sites.entries()) narrator.say(`site ${storeIds[index] ?? "?"} at ${at(rest)}`);
}

async function preview(story: Story): Promise<void> {
  const { narrator, testbed } = story;
  narrator.chapter("pulumi preview: show who would join, before anything changes");
  const before = requestCount(testbed);
  await pulumi(story, ["preview"]);
  narrator.claim("the preview sent no request to any controller", requestCount(testbed) === before);
}

async function deploy(story: Story): Promise<void> {
  const { narrator, testbed } = story;
  narrator.chapter("pulumi up: deploy the exporters, join the sites");
  await pulumi(story, ["up", "--yes", "--skip-preview"]);
  narrator.say("$ pulumi stack output members");
  for (const row of await memberTable(testbed)) narrator.quote(row);
  showMembers(story);
  claimMembers(story);
  const ready = testbed.pods.pods().filter((pod) => pod.ready);
  narrator.claim("every exporter's pod is ready", ready.length === storeIds.length);
}

async function scrapeAll({ narrator, testbed }: Story): Promise<void> {
  narrator.chapter("Scrape each exporter");
  for (const { namespace, name, address } of testbed.pods.pods()) {
    if (address === undefined) throw new Error("the pod has no process");
    const metrics = await scrape(`http://${address.host}:${address.port}`);
    const shown = metrics.filter((line) => /^nv_(up|fed_worker|summary_hosts)\b/.test(line));
    narrator.say(`${namespace}/${name}`);
    for (const line of shown) narrator.quote(line);
    narrator.claim(
      "it is up, and its controller reports a joint cluster",
      shown.includes("nv_up 1") && shown.some((line) => /^nv_fed_worker\{status="joint".* 1$/.test(line)),
    );
  }
}

async function repeat(story: Story): Promise<void> {
  story.narrator.chapter("pulumi up again: no changes");
  await pulumi(story, ["up", "--yes", "--skip-preview", "--expect-no-changes"]);
}

async function drift(story: Story): Promise<void> {
  const { narrator, testbed } = story;
  const { master } = testbed.federation;
  const victim = master.members()[0];
  if (victim === undefined) throw new Error("there is no member to kick");
  narrator.chapter(`An admin kicks ${victim.name} at the master; pulumi refresh finds it, pulumi up repairs it`);
  await master.kick(victim.name);
  showMembers(story);
  const found = await pulumi(story, ["refresh", "--yes", "--skip-preview"]);
  narrator.claim("refresh found that the membership is gone", found.includes("- 1 deleted"));
  await pulumi(story, ["up", "--yes", "--skip-preview"]);
  showMembers(story);
  claimMembers(story);
}

async function destroy(story: Story): Promise<void> {
  const { narrator, testbed } = story;
  const { master, sites } = testbed.federation;
  narrator.chapter("pulumi destroy: members leave, objects are deleted");
  await pulumi(story, ["destroy", "--yes", "--skip-preview"]);
  narrator.claim("the master has no members", master.members().length === 0);
  narrator.claim(
    "every site is standalone",
    sites.every(({ role }) => role === ""),
  );
  narrator.claim("no pod is running", testbed.pods.pods().length === 0);
}

async function checkLeaks({ narrator, testbed: { project, config } }: Story): Promise<void> {
  narrator.chapter("Search Pulumi's state, backups and history for passwords");
  const leaks = await findLeaks(project.backendDir, config.secrets);
  for (const leak of leaks) narrator.say(leak);
  narrator.claim("none found in plain text, base64 or URL encoding", leaks.length === 0);
}

/** What the CLI needs in another terminal. */
const exported = ["PATH", "PULUMI_HOME", "PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CREDENTIAL_STORE"];

async function leaveRunning({ narrator, testbed, signal }: Story): Promise<void> {
  const { project, controlPlane, federation, pods } = testbed;
  const { rest, admin } = federation.master;
  narrator.chapter("Running until Ctrl-C; try it out");
  for (const { namespace, address } of pods.pods()) {
    if (address === undefined) continue;
    narrator.say(`exporter of ${namespace}: http://${address.host}:${address.port}/metrics`);
  }
  narrator.say(`master: https://${at(rest)}, user ${admin.username}, password ${admin.password}`);
  narrator.say(`kubeconfig: ${controlPlane.kubeconfigPath}`);
  narrator.say("To use pulumi in another terminal:");
  narrator.quote(`cd ${project.dir}`);
  for (const name of exported) narrator.quote(`export ${name}='${project.env[name] ?? ""}'`);
  narrator.quote("pulumi preview --diff");
  // The servers keep the process alive.
  await once(signal, "abort");
}

/** Progress dots, and steps that have only started. */
const inBetween = /^@ |\b(?:creating|updating|deleting|refreshing) \(/;

async function pulumi({ narrator, testbed, signal }: Story, args: string[]): Promise<string> {
  narrator.say(`$ pulumi ${args.join(" ")}`);
  const onLine = (line: string): void => {
    if (line.trim() !== "" && !inBetween.test(line)) narrator.quote(line);
  };
  const quiet = ["--suppress-outputs", "--color", "never", "--non-interactive"];
  return (await testbed.project.pulumi.run([...args, ...quiet], { signal, onLine })).stdout;
}

const memberRows = z.array(z.object({ name: z.string(), id: z.string(), role: z.string(), status: z.string() }));

async function memberTable({ project }: Testbed): Promise<string[]> {
  const { stdout } = await project.pulumi.run(["stack", "output", "members", "--json"]);
  return memberRows.parse(JSON.parse(stdout)).map(({ name, id, role, status }) => `${name}  ${id}  ${role}  ${status}`);
}

function showMembers({ narrator, testbed }: Story): void {
  const members = testbed.federation.master.members();
  narrator.say(`members of the master: ${members.length === 0 ? "none" : ""}`);
  for (const { name, id, status } of members) narrator.say(`  ${name}  ${id}  ${status}`);
}

function claimMembers({ narrator, testbed }: Story): void {
  const stores = testbed.federation.master.members().map(({ name }) => name.slice(0, -7));
  narrator.claim("the master lists each site once", stores.toSorted().join() === storeIds.toSorted().join());
}

/** The number of requests that controllers got. */
function requestCount({ federation: { master, sites } }: Testbed): number {
  return [master, ...sites].reduce((sum, { requests }) => sum + requests.length, 0);
}

function at({ server, port }: { readonly server: string; readonly port: number }): string {
  return `${server}:${port}`;
}
