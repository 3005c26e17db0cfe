import { parseCommandLine, runProgram, wholeNumberOption } from "@fedjoin/provider/internal/commandLine";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SimulatedController } from "./startController";
import { startFederation, type FederationOptions } from "./startFederation";
import type { SimulatedFederation } from "./startFederation";

const commandLine = parseCommandLine<FederationOptions>(
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
      .action(select);
  },
);

interface Files {
  readonly ca: string | undefined;
  readonly masterLogin: string;
  /** Not there yet: the printed command makes it. */
  readonly session: string;
}

async function writeFiles(folder: string, { ca, master }: SimulatedFederation): Promise<Files> {
  const files = {
    ca: ca === undefined ? undefined : join(folder, "ca.pem"),
    masterLogin: join(folder, "master-login.json"),
    session: join(folder, "session-header"),
  };
  if (files.ca !== undefined && ca !== undefined) await writeFile(files.ca, ca);
  await writeFile(files.masterLogin, JSON.stringify({ password: master.admin }));
  return files;
}

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
function joinTokenCommand({ rest }: SimulatedController, files: Files): string {
  const curl = `curl -s ${files.ca === undefined ? "--insecure" : `--cacert ${files.ca}`}`;
  const url = `https://${rest.server}:${rest.port}/v1`;
  const header = `node -pe '"X-Auth-Token: " + JSON.parse(require("fs").readFileSync(0)).token.token'`;
  return [
    `${curl} -d @${files.masterLogin} ${url}/auth | ${header} > ${files.session}`,
    `${curl} -H @${files.session} ${url}/fed/join_token`,
  ].join("\n");
}

function describe({ master, sites }: SimulatedFederation, files: Files): string {
  const trust = files.ca ?? 'self-signed, name "neuvector"';
  return [
    describeController("master (cluster name: primary)", master, trust),
    ...sites.map((site, index) => describeController(`site ${index + 1}`, site, trust)),
    `A join token of the master:\n${joinTokenCommand(master, files)}`,
    "Press Ctrl-C to stop.",
  ].join("\n\n");
}

void runProgram(commandLine, 1, async (options) => {
  const stopped = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  const federation = await startFederation(options);
  const folder = await mkdtemp(join(tmpdir(), "simulator-"));
  try {
    process.stdout.write(`${describe(federation, await writeFiles(folder, federation))}\n`);
    await stopped;
  } finally {
    await federation.close();
    await rm(folder, { recursive: true });
  }
  return 0;
});
