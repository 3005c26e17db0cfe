import { startTestbed, type Testbed } from "../testbed";
import { findLeaks } from "../leaks";
import { scrape } from "../scrape";
import { storeIds } from "../project/stackConfig";
import type { PodInfo } from "../cluster/runningPod";
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

/** Runs the demo, and stops everything it started, even on failure. @throws Error at the first step without the expected result. */
export async function runDemo({ narrator, keep, signal }: DemoOptions): Promise<void> {
  narrator.chapter("Start a master, three sites and a Kubernetes API");
  narrator.say("NeuVector is simulated; pulumi, its plugins, etcd and the Kubernetes API server are real.");
  const estate = await startTestbed({
    federation: { timings },
    say: (line) => {
      narrator.say(line);
    },
  });
  try {
    introduce(narrator, estate);
    for (const step of [
      preview,
      deploy,
      scrapeAll,
      repeat,
      drift,
      ...(keep ? [leaveRunning] : [destroy, checkLeaks]),
    ]) {
      signal.throwIfAborted();
      await step(narrator, estate, signal);
    }
    if (!keep) narrator.chapter("Every step had the expected result");
  } finally {
    await estate.stop();
  }
}

function introduce(narrator: Narrator, { federation }: Testbed): void {
  narrator.say(
    `master ${at(federation.master.rest)} (federation port ${federation.master.federation?.port ?? "none"})`,
  );
  federation.sites.forEach((site, index) => {
    narrator.say(`site ${storeIds[index] ?? "?"} at ${at(site.rest)}`);
  });
}

async function preview(narrator: Narrator, estate: Testbed, signal: AbortSignal): Promise<void> {
  narrator.chapter("pulumi preview: show who would join, before anything changes");
  const before = effects(estate);
  await pulumi(narrator, estate, ["preview"], signal);
  narrator.claim("the preview sent no request to any controller", effects(estate) === before);
}

async function deploy(narrator: Narrator, estate: Testbed, signal: AbortSignal): Promise<void> {
  narrator.chapter("pulumi up: deploy the exporters, join the sites");
  await pulumi(narrator, estate, ["up", "--yes", "--skip-preview"], signal);
  narrator.say("$ pulumi stack output members");
  for (const row of await memberTable(estate)) narrator.quote(row);
  showMembers(narrator, estate);
  claimMembers(narrator, estate);
  narrator.claim(
    "every exporter's pod is ready",
    estate.pods.pods().filter(({ ready }) => ready).length === storeIds.length,
  );
}

async function scrapeAll(narrator: Narrator, estate: Testbed): Promise<void> {
  narrator.chapter("Scrape each exporter");
  for (const pod of estate.pods.pods()) {
    const metrics = await scrapePod(pod);
    const shown = metrics.filter((line) => /^nv_(up|fed_worker|summary_hosts)\b/.test(line));
    narrator.say(`${pod.namespace}/${pod.name}`);
    shown.forEach((line) => {
      narrator.quote(line);
    });
    narrator.claim(
      "it is up, and its controller reports a joint cluster",
      shown.includes("nv_up 1") &&
        shown.some((line) => line.startsWith('nv_fed_worker{status="joint"') && line.endsWith(" 1")),
    );
  }
}

async function repeat(narrator: Narrator, estate: Testbed, signal: AbortSignal): Promise<void> {
  narrator.chapter("pulumi up again: no changes");
  await pulumi(narrator, estate, ["up", "--yes", "--skip-preview", "--expect-no-changes"], signal);
}

async function drift(narrator: Narrator, estate: Testbed, signal: AbortSignal): Promise<void> {
  const { master } = estate.federation;
  const victim = master.members()[0];
  if (victim === undefined) throw new Error("there is no member to kick");
  narrator.chapter(`An admin kicks ${victim.name} at the master; pulumi refresh finds it, pulumi up repairs it`);
  await master.kick(victim.name);
  showMembers(narrator, estate);
  const found = await pulumi(narrator, estate, ["refresh", "--yes", "--skip-preview"], signal);
  narrator.claim("refresh found that the membership is gone", found.includes("- 1 deleted"));
  await pulumi(narrator, estate, ["up", "--yes", "--skip-preview"], signal);
  showMembers(narrator, estate);
  claimMembers(narrator, estate);
}

async function destroy(narrator: Narrator, estate: Testbed, signal: AbortSignal): Promise<void> {
  narrator.chapter("pulumi destroy: members leave, objects are deleted");
  await pulumi(narrator, estate, ["destroy", "--yes", "--skip-preview"], signal);
  narrator.claim("the master has no members", estate.federation.master.members().length === 0);
  narrator.claim(
    "every site is standalone",
    estate.federation.sites.every(({ role }) => role === ""),
  );
  narrator.claim("no pod is running", estate.pods.pods().length === 0);
}

async function checkLeaks(narrator: Narrator, { project, config }: Testbed): Promise<void> {
  narrator.chapter("Search Pulumi's state, backups and history for passwords");
  const leaks = await findLeaks(project.backendDir, config.secrets);
  leaks.forEach((leak) => {
    narrator.say(leak);
  });
  narrator.claim("none found in plain text, base64 or URL encoding", leaks.length === 0);
}

async function leaveRunning(narrator: Narrator, estate: Testbed, signal: AbortSignal): Promise<void> {
  const { project, controlPlane, federation, pods } = estate;
  narrator.chapter("Running until Ctrl-C; try it out");
  for (const { namespace, address } of pods.pods()) {
    if (address !== undefined)
      narrator.say(`exporter of ${namespace}: http://${at({ server: address.host, port: address.port })}/metrics`);
  }
  narrator.say(
    `master: https://${at(federation.master.rest)}, user ${federation.master.admin.username}, password ${federation.master.admin.password}`,
  );
  narrator.say(`kubeconfig: ${controlPlane.kubeconfigPath}`);
  narrator.say("To use pulumi in another terminal:");
  narrator.quote(`cd ${project.dir}`);
  for (const name of [
    "PATH",
    "PULUMI_HOME",
    "PULUMI_BACKEND_URL",
    "PULUMI_CONFIG_PASSPHRASE",
    "PULUMI_CREDENTIAL_STORE",
  ]) {
    narrator.quote(`export ${name}='${project.env[name] ?? ""}'`);
  }
  narrator.quote("pulumi preview --diff");
  await new Promise<void>((resolve) => {
    const beating = setInterval(() => undefined, 60_000);
    signal.addEventListener(
      "abort",
      () => {
        clearInterval(beating);
        resolve();
      },
      { once: true },
    );
  });
}

/** Progress dots, and steps that have only started. */
const inBetween = /^@ |\b(?:creating|updating|deleting|refreshing) \(/;

async function pulumi(narrator: Narrator, { project }: Testbed, args: string[], signal: AbortSignal): Promise<string> {
  narrator.say(`$ pulumi ${args.join(" ")}`);
  const onLine = (line: string): void => {
    if (line.trim() !== "" && !inBetween.test(line)) narrator.quote(line);
  };
  const { stdout } = await project.pulumi.run(
    [...args, "--suppress-outputs", "--color", "never", "--non-interactive"],
    { signal, onLine },
  );
  return stdout;
}

const memberRows = z.array(z.object({ name: z.string(), id: z.string(), role: z.string(), status: z.string() }));

async function memberTable({ project }: Testbed): Promise<string[]> {
  const { stdout } = await project.pulumi.run(["stack", "output", "members", "--json"]);
  return memberRows.parse(JSON.parse(stdout)).map(({ name, id, role, status }) => `${name}  ${id}  ${role}  ${status}`);
}

function showMembers(narrator: Narrator, { federation }: Testbed): void {
  const members = federation.master.members();
  narrator.say(`members of the master: ${members.length === 0 ? "none" : ""}`);
  for (const { name, id, status } of members) narrator.say(`  ${name}  ${id}  ${status}`);
}

function claimMembers(narrator: Narrator, { federation }: Testbed): void {
  const stores = federation.master.members().map(({ name }) => name.slice(0, -7));
  narrator.claim("the master lists each site once", stores.toSorted().join() === storeIds.toSorted().join());
}

/** The number of requests to controllers from outside the federation. */
function effects({ federation }: Testbed): number {
  return [federation.master, ...federation.sites].reduce((sum, { requests }) => sum + requests.length, 0);
}

async function scrapePod({ address }: PodInfo): Promise<string[]> {
  if (address === undefined) throw new Error("the pod has no process");
  return scrape(`http://${at({ server: address.host, port: address.port })}`);
}

function at({ server, port }: { readonly server: string; readonly port: number }): string {
  return `${server}:${port}`;
}
