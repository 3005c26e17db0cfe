import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import * as z from "zod";
import { createSessionPool } from "../neuvector/session/sessionPool";
import { defaultKubeconfig } from "../system/defaultKubeconfig";
import { createKubeFetch } from "../system/kubeFetch";
import { ignoreBrokenPipe } from "../system/brokenPipe";
import { createPulumi } from "../pulumi/pulumiProcess";
import { createSystemPorts } from "../system/systemPorts";
import { createSecretReader } from "../system/secretReader";
import { checkWritable, writeFiles } from "../system/writeFiles";
import { systemErrorCode } from "../values/systemErrorCode";
import { decodeText } from "../values/text";
import { progressLine } from "./format";
import { run } from "./run";
import { probeServer } from "./doctor/serverProbe";

function readVersion(): string {
  const manifest = readFileSync(join(__dirname, "..", "..", "package.json"), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(manifest)).version;
}

/** Loads the package of the project in `cwd`, or else that of the current folder. */
function loadStacks(cwd: string): unknown {
  for (const folder of [cwd, "."]) {
    try {
      return createRequire(resolve(folder, "package.json"))("@fedjoin/stacks/internal/joins") as unknown;
    } catch (error) {
      if (!missingPackage.has(systemErrorCode(error, ""))) throw error;
    }
  }
  return undefined;
}

const missingPackage = new Set(["MODULE_NOT_FOUND", "ERR_PACKAGE_PATH_NOT_EXPORTED"]);

/** How long an interrupted command may take to log out. */
const logoutTimeoutMs = 2_000;

async function main(): Promise<void> {
  const interrupt = new AbortController();
  const pulumi = createPulumi();
  const stop = (): void => {
    interrupt.abort();
    // A running pulumi is waited for: otherwise a site could be left between two masters.
    if (!pulumi.isRunning()) setTimeout(() => process.exit(1), logoutTimeoutMs).unref();
  };
  process.once("SIGINT", stop).once("SIGTERM", stop).once("SIGHUP", stop);

  const ports = createSystemPorts((level, message) => {
    if (level === "warn" || level === "error") process.stderr.write(`${message}\n`);
  });
  const { exitCode, output, errors } = await run(process.argv.slice(2), {
    ports,
    sessions: createSessionPool(ports),
    secrets: createSecretReader(process.env),
    signal: interrupt.signal,
    probe: probeServer,
    kube: { ambient: defaultKubeconfig(process.env, homedir()), requestsTo: createKubeFetch },
    runPulumi: pulumi.run,
    loadStacks,
    progress: process.stderr.isTTY
      ? (text) => void process.stderr.write(progressLine(text, process.stderr.columns))
      : undefined,
    log: (line) => void process.stderr.write(`${line}\n`),
    readFile: (path) => (path === "-" ? text(process.stdin) : readFile(path).then(decodeText)),
    files: { check: checkWritable, write: writeFiles },
    version: readVersion(),
  });
  process.stderr.write(errors);
  // Idle keep-alive connections would keep the process running after its output.
  process.stdout.write(output, () => process.exit(exitCode));
}

ignoreBrokenPipe(process.stdout, process.stderr);
main().catch((error: unknown) => {
  process.stderr.write(`fedjoin failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
