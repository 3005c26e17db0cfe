import { parseCommandLine, runProgram, wholeNumberOption } from "@fedjoin/provider/internal/commandLine";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { writeFolderFiles, type FolderFiles } from "./folderFiles";
import type { SimulatedController } from "./startController";
import { startFederation, type FederationOptions } from "./startFederation";
import type { SimulatedFederation } from "./startFederation";

interface SimulatorOptions extends FederationOptions {
  /** Where the files go, which stay; default a folder that is removed in the end. */
  readonly folder?: string;
}

const commandLine = parseCommandLine<SimulatorOptions>(
  "npm run simulator --",
  process.argv.slice(2),
  (program, select) => {
    program
      .description(
        `Starts a simulated NeuVector master and standalone sites on 127.0.0.1, and keeps them
running until Ctrl-C.`,
      )
      .addOption(wholeNumberOption("--sites <n>", "number of sites", 0).default(3))
      .option(
        "--accept-direct-join",
        "the master joins a site that is named in a join sent to the master itself (no stock master does)",
        false,
      )
      .option(
        "--self-signed",
        'every certificate is self-signed with the single name "neuvector", like the product\'s',
        false,
      )
      .option("--folder <dir>", "write the files there, and keep them (default: a temporary folder)")
      .addHelpText("after", "\nA line `kick <site>` on standard input removes that site at the master.")
      .action(select);
  },
);

function describeController(name: string, controller: SimulatedController, trust: string): string {
  const { rest, federation, admin, fingerprint256 } = controller;
  return [
    name,
    `  REST API    https://${rest.server}:${rest.port}`,
    ...(federation ? [`  federation  ${federation.server}:${federation.port}`] : []),
    `  login       ${admin.username} / ${admin.password}`,
    `  trust       ${trust}`,
    `  SHA-256     ${fingerprint256}`,
  ].join("\n");
}

/** Shell lines that get a join token; login and session travel in files, so that no secret is an argument. */
function joinTokenCommand({ rest }: SimulatedController, files: FolderFiles): string {
  const curl = `curl -s ${files.ca === undefined ? "--insecure" : `--cacert ${files.ca}`}`;
  const url = `https://${rest.server}:${rest.port}/v1`;
  const header = `node -pe '"X-Auth-Token: " + JSON.parse(require("fs").readFileSync(0)).token.token'`;
  return [
    `${curl} -d @${files.masterLogin} ${url}/auth | ${header} > ${files.session}`,
    `${curl} -H @${files.session} ${url}/fed/join_token`,
  ].join("\n");
}

function describe({ master, sites }: SimulatedFederation, files: FolderFiles): string {
  const trust = files.ca ?? 'self-signed, name "neuvector"';
  return [
    describeController("master (cluster name: primary)", master, trust),
    ...sites.map((site, index) => describeController(`site ${index + 1}`, site, trust)),
    `The settings of these sites, for fedjoin --file:\n${files.members}`,
    `An exporter of the master (site1.env: of site 1):\n. ${files.exporterSettings("master")} && npx fedjoin-exporter`,
    `A join token of the master:\n${joinTokenCommand(master, files)}`,
    "Type `kick site1` to remove a member at the master. Press Ctrl-C to stop.",
  ].join("\n\n");
}

/** Does what a person types: `kick site1` removes the member of that site, as an admin of the master does. */
async function obey(line: string, { master, sites }: SimulatedFederation): Promise<string> {
  const number = Number(/^kick site(\d+)$/.exec(line.trim())?.[1]);
  const site = sites[number - 1];
  const member = master.members().find(({ rest }) => rest.port === site?.rest.port);
  if (member === undefined) return "expected `kick site1` or another site that is a member";
  await master.kick(member.name);
  return `kicked ${member.name}`;
}

void runProgram(commandLine, 1, async ({ folder, ...options }) => {
  const stopped = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  const federation = await startFederation(options);
  const used = folder ?? (await mkdtemp(join(tmpdir(), "simulator-")));
  const input = createInterface({ input: process.stdin });
  input.on("line", (line) => {
    void obey(line, federation).then((answer) => process.stdout.write(`${answer}\n`));
  });
  try {
    process.stdout.write(`${describe(federation, await writeFolderFiles(used, federation))}\n`);
    await stopped;
  } finally {
    input.close();
    await federation.close();
    if (folder === undefined) await rm(used, { recursive: true });
  }
  return 0;
});
