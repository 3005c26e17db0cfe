import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { SimulatedController } from "./startController";
import { startFederation } from "./startFederation";
import type { SimulatedFederation } from "./startFederation";

const usage = `Usage: npm run simulator -- [--sites N] [--accept-direct-join] [--self-signed]

Starts a simulated NeuVector master and N standalone sites (default 3) on 127.0.0.1 and stays up until Ctrl-C.

  --accept-direct-join  the master joins a site named in a join sent to the master itself (no stock master does)
  --self-signed         every certificate is self-signed with the single name "neuvector", like the product's
`;

interface Flags {
  readonly sites: number;
  readonly acceptDirectJoin: boolean;
  readonly selfSigned: boolean;
}

/** @throws {Error} that says which flag is wrong */
function readFlags(args: readonly string[]): Flags | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sites: { type: "string", default: "3" },
      "accept-direct-join": { type: "boolean", default: false },
      "self-signed": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  if (!/^\d{1,3}$/.test(values.sites)) throw new Error(`--sites must be a number from 0 to 999, not "${values.sites}"`);
  return {
    sites: Number(values.sites),
    acceptDirectJoin: values["accept-direct-join"],
    selfSigned: values["self-signed"],
  };
}

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

async function main(): Promise<void> {
  const flags = readFlags(process.argv.slice(2));
  if (flags === "help") {
    process.stdout.write(usage);
    return;
  }
  const stopped = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  const federation = await startFederation(flags);
  const folder = await mkdtemp(join(tmpdir(), "simulator-"));
  try {
    process.stdout.write(`${describe(federation, await writeFiles(folder, federation))}\n`);
    await stopped;
  } finally {
    await federation.close();
    await rm(folder, { recursive: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exitCode = 1;
});
