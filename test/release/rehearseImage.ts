import { copyFile, cp, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { envToScrape, startController } from "@fedjoin/simulator";
import { repositoryRoot, runCommand } from "@fedjoin/testbed";
import { startExporterBy } from "../support/exporterProcess";
import { assembleImage, type ImageRoot } from "./imageRoot";
import { npm } from "./npm";

/**
 * Makes the files of the exporter's image without a container engine, and runs them as one does: in a root of their own,
 * read-only except for the folder of the state, as the image's user. Needs Linux and root.
 */
export async function rehearseImage(): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error("only root can change the root of a process: use sudo");
  const folder = await mkdtemp(join(tmpdir(), "fedjoin-image-"));
  try {
    const install = async (project: string): Promise<void> => {
      await npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], project);
    };
    const { stdout: revision } = await runCommand("git", ["rev-parse", "HEAD"], { cwd: repositoryRoot });
    const image = await assembleImage(folder, install, revision.trim());
    await addBase(image.root);
    await runImage(image);
    console.log("the image starts, scrapes, says that it is healthy, and writes nothing but its state");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the base image has: node, with the libraries that it loads, and the files that every process expects. */
async function addBase(root: string): Promise<void> {
  const node = join(root, "nodejs/bin/node");
  await mkdir(dirname(node), { recursive: true });
  await copyFile(process.execPath, node);
  const { stdout } = await runCommand("ldd", [process.execPath]);
  for (const [library] of stdout.matchAll(/\/\S+/g)) await cp(library, join(root, library), { dereference: true });
}

/** A command line that runs another as a container would. */
function contained(image: ImageRoot, command: readonly string[]): readonly string[] {
  const state = join(image.root, image.environment["EXPORTER_STATE_DIR"] ?? "");
  const script = [
    'root=$1 state=$2 folder=$3 user=$4 group=$5; shift 5; mount --bind "$state" "$state"',
    'mount --rbind "$root" "$root" && mount -o remount,bind,ro "$root"',
    'exec unshare --root="$root" --wd="$folder" --setuid="$user" --setgid="$group" -- "$@"',
  ].join(" && ");
  const values = [image.root, state, image.folder, String(image.user), String(image.group)];
  return ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "contained", ...values, ...command];
}

async function runImage(image: ImageRoot): Promise<void> {
  const run = async (command: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const [program = "", ...args] = contained(image, command);
    return runCommand(program, args, { env: { PATH: process.env["PATH"], ...image.environment, ...env } });
  };
  const controller = await startController();
  const [command = "", ...args] = contained(image, image.start);
  const exporter = await startExporterBy({
    ...{ command, args },
    env: { PATH: process.env["PATH"] ?? "", ...image.environment, ...envToScrape(controller) },
  });
  try {
    const text = await exporter.scrape();
    expectThat(text.includes("\nnv_up 1\n"), `a scrape has data\n${exporter.output()}`);
    const status = await readFile(`/proc/${exporter.pid}/status`, "utf8");
    expectThat(new RegExp(`^Uid:\\t${image.user}\\t`, "m").test(status), `the process runs as user ${image.user}`);
    const [node = ""] = image.start;
    const write = (file: string) => run([node, "-e", `require("node:fs").writeFileSync(${JSON.stringify(file)}, "")`]);
    const [state, program] = await Promise.all([
      write(join(image.environment["EXPORTER_STATE_DIR"] ?? "", "test")),
      write(join(image.folder, "test")),
    ]);
    expectThat(state.code === 0, `the folder of the state can be written to\n${state.stderr}`);
    expectThat(program.stderr.includes("EROFS"), "everything else is read-only");
    const port = { EXPORTER_ADDRESS: "127.0.0.1", EXPORTER_PORT: String(exporter.port) };
    expectThat((await run(image.health, port)).code === 0, "the health command says that it is healthy");
    await exporter.stop();
    expectThat((await run(image.health, port)).code === 1, "the health command fails once the exporter has ended");
  } finally {
    await exporter.stop();
    await controller.close();
  }
}

function expectThat(isMet: boolean, what: string): void {
  if (!isMet) throw new Error(`not so: ${what}`);
}
