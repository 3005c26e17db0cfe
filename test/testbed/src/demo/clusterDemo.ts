import { join } from "node:path";
import { startTestbed, type Testbed } from "../testbed";
import { findLeaks } from "../leaks";
import { scrape } from "../scrape";
import { storeIds } from "../project/stackConfig";
import { nodeBinDir, repositoryRoot } from "../toolchain/repository";
import { runCommand } from "../toolchain/runCommand";
import { leaveRunning } from "./leaveRunning";
import { claimMembers, fedjoinPlan, kickMember, pulumi, sayOfTools, showMembers, timings, type Story } from "./story";
import type { Demo } from "./tellDemo";

interface ClusterStory extends Story {
  readonly testbed: Testbed;
}

/** The demo with a Kubernetes API. */
export const clusterDemo: Demo<ClusterStory> = {
  title: "Start a master, three sites and a Kubernetes API",
  parts: "NeuVector is simulated. pulumi, its plugins and the Kubernetes API are real.",
  async start({ narrator, signal }) {
    const say = (line: string): void => {
      // Pods become ready in any order; a claim counts them.
      if (!line.startsWith("pod ")) sayOfTools(narrator)(line);
    };
    const testbed = await startTestbed({ federation: { timings }, fromTemplate: true, say, signal });
    narrator.say("project: made from examples/template");
    const { federation, project } = testbed;
    return { story: { narrator, federation, project, testbed, signal }, stop: () => testbed.stop() };
  },
  steps: [plan, deploy, scrapeAll, repeat, drift],
  ending: [destroy, checkLeaks],
  keepRunning,
  next: {
    "npm run demo -- --keep": "the same, left running for you to try",
    "npm run simulator": "simulated controllers for your own experiments",
    "npx fedjoin --help": "look before you act on your own clusters",
  },
};

async function plan(story: ClusterStory): Promise<void> {
  const { narrator, project, signal } = story;
  narrator.chapter("fedjoin plan: who would join, before anything changes");
  narrator.command("npx fedjoin-joins --stack dev | npx fedjoin plan --file -");
  const joins = [join(repositoryRoot, "stacks/bin/fedjoin-joins.js"), "--stack", "dev"];
  const { dir: cwd, env } = project;
  const { code, stdout, stderr } = await runCommand(join(nodeBinDir, "node"), joins, { cwd, env, signal });
  if (code !== 0) throw new Error(`fedjoin-joins: exit code ${code}\n${stderr}`);
  await fedjoinPlan(story, "-", stdout);
}

async function deploy(story: ClusterStory): Promise<void> {
  const { narrator, testbed } = story;
  narrator.chapter("pulumi up: deploy the exporters, join the sites");
  await pulumi(story, ["up", "--yes", "--skip-preview"]);
  showMembers(story);
  claimMembers(story);
  const ready = testbed.pods.pods().filter((pod) => pod.ready);
  narrator.claim("every exporter's pod is ready", ready.length === storeIds.length);
}

async function scrapeAll({ narrator, testbed }: ClusterStory): Promise<void> {
  narrator.chapter("Scrape each exporter");
  for (const { namespace, url } of exporters(testbed)) {
    const metrics = await scrape(url);
    const shown = metrics.filter((line) => /^nv_(up|fed_worker)\b/.test(line)).toSorted();
    narrator.say(namespace);
    for (const line of shown) narrator.quote(line);
    narrator.claim(
      "it is up, and its controller reports a joint cluster",
      shown.includes("nv_up 1") && shown.some((line) => /^nv_fed_worker\{status="joint".* 1$/.test(line)),
    );
  }
}

async function repeat(story: ClusterStory): Promise<void> {
  story.narrator.chapter("pulumi up again: no changes");
  await pulumi(story, ["up", "--yes", "--skip-preview", "--expect-no-changes"]);
}

async function drift(story: ClusterStory): Promise<void> {
  const { narrator } = story;
  narrator.chapter("An admin kicks a member: refresh finds it, up repairs it");
  narrator.say(`The admin kicks ${(await kickMember(story, storeIds[0] ?? "")) ?? "nobody"} at the master.`);
  showMembers(story);
  const found = await pulumi(story, ["refresh", "--yes", "--skip-preview"]);
  narrator.claim("refresh found that the membership is gone", found.includes("- 1 deleted"));
  await pulumi(story, ["up", "--yes", "--skip-preview"]);
  showMembers(story);
  claimMembers(story);
}

async function destroy(story: ClusterStory): Promise<void> {
  const { narrator, testbed, federation } = story;
  narrator.chapter("pulumi destroy: members leave, objects are deleted");
  await pulumi(story, ["destroy", "--yes", "--skip-preview"]);
  narrator.claim("the master has no members", federation.master.members().length === 0);
  narrator.claim(
    "every site is standalone",
    federation.sites.every(({ role }) => role === ""),
  );
  narrator.claim("no pod is running", testbed.pods.pods().length === 0);
}

async function checkLeaks({ narrator, testbed: { project, config } }: ClusterStory): Promise<void> {
  narrator.chapter("Search Pulumi's state, backups and history for passwords");
  const leaks = await findLeaks(project.backendDir, config.secrets);
  for (const leak of leaks) narrator.say(leak);
  narrator.claim("none found in plain text, base64 or URL encoding", leaks.length === 0);
}

async function keepRunning(story: ClusterStory): Promise<void> {
  const { testbed } = story;
  const pages = new Map(exporters(testbed).map(({ namespace, url }) => [namespace.replace(/^store-/, ""), `${url}/`]));
  await leaveRunning(story, { pages, kubeconfig: testbed.controlPlane.kubeconfigPath });
}

/** The exporters that the stack deployed, by namespace. */
function exporters({ pods }: Testbed): { readonly namespace: string; readonly url: string }[] {
  const running = pods.pods().map(({ namespace, address }) => {
    if (address === undefined) throw new Error(`the pod in ${namespace} has no process`);
    return { namespace, url: `http://${address.host}:${address.port}` };
  });
  return running.sort((a, b) => a.namespace.localeCompare(b.namespace));
}
