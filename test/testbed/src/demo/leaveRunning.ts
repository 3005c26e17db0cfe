import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { exportLines } from "../toolchain/exportLines";
import { storeIds } from "../project/stackConfig";
import { addressOf, kickMember, type Story } from "./story";

/** What the CLI needs in another terminal. */
const exported = [
  "PATH",
  "PULUMI_HOME",
  "PULUMI_BACKEND_URL",
  "PULUMI_CONFIG_PASSPHRASE",
  "PULUMI_CREDENTIAL_STORE",
  "PULUMI_SKIP_UPDATE_CHECK",
  "NEUVECTOR_PASSWORD",
];

export interface Remaining {
  /** The addresses of the landing pages, by what they show. */
  readonly pages: ReadonlyMap<string, string>;
  readonly kubeconfig?: string;
}

/** Tells how to play with what runs, and kicks members on request, until the signal. */
export async function leaveRunning(story: Story, { pages, kubeconfig }: Remaining): Promise<void> {
  const { narrator, federation, project, signal } = story;
  const { master, sites } = federation;
  narrator.chapter("Running until Ctrl-C: try it out");
  narrator.say("Landing pages of the exporters:");
  for (const [of, url] of pages) narrator.say(`  ${of.padEnd(8)} ${url}`);
  narrator.say("Controllers (REST API), user and password:");
  const logins = [["master", master] as const, ...sites.map((site, index) => [storeIds[index] ?? "?", site] as const)];
  for (const [of, controller] of logins) {
    const { username, password } = controller.admin;
    narrator.say(`  ${of.padEnd(8)} https://${addressOf(controller)}  ${username}  ${password}`);
  }
  if (kubeconfig !== undefined) narrator.say(`kubeconfig: ${kubeconfig}`);
  await writeFile(join(project.dir, "env"), exportLines(project.env, exported), { mode: 0o600 });
  narrator.say("To use pulumi in another terminal:");
  narrator.command(`cd ${project.dir} && . ./env`);
  narrator.command("pulumi up --refresh");
  narrator.say(`To kick a member, type its store id here and press Enter: ${storeIds.join(", ")}`);
  const input = createInterface({ input: process.stdin });
  input.on("line", (line) => {
    void kickMember(story, line.trim()).then((name) => {
      narrator.say(
        name === undefined ? "There is no such member." : `${name} is kicked; pulumi up --refresh repairs it.`,
      );
    });
  });
  // The servers keep the process alive.
  if (!signal.aborted) await once(signal, "abort");
  input.close();
}
