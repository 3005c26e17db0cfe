import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { createSessions } from "../controller/sessions";
import { ambientKubeconfig } from "../system/ambientKubeconfig";
import { askKubeBy } from "../system/askKube";
import { allowClosedReaders } from "../system/closedReaders";
import { createPulumi } from "../system/runPulumi";
import { createSystemPorts } from "../system/systemPorts";
import { createSystemSecrets } from "../system/systemSecrets";
import { decodeText } from "../text";
import { run } from "./run";
import { probeServer } from "./serverProbe";

function readVersion(): string {
  const manifest = readFileSync(join(__dirname, "..", "..", "package.json"), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(manifest)).version;
}

/** How long an interrupted command may take to log out. */
const stopAtMostMs = 2_000;

async function main(): Promise<void> {
  const interrupt = new AbortController();
  const pulumi = createPulumi();
  const stop = (): void => {
    interrupt.abort();
    // What pulumi has begun is waited for: a site must not be left between two masters without need.
    if (!pulumi.isRunning()) setTimeout(() => process.exit(1), stopAtMostMs).unref();
  };
  process.once("SIGINT", stop).once("SIGTERM", stop).once("SIGHUP", stop);

  const ports = createSystemPorts((level, message) => {
    if (level === "warn" || level === "error") process.stderr.write(`${message}\n`);
  });
  const { exitCode, output, errors } = await run(process.argv.slice(2), {
    parts: {
      ports,
      sessions: createSessions(ports),
      secrets: createSystemSecrets(process.env),
      signal: interrupt.signal,
    },
    probe: probeServer,
    kube: { ambient: ambientKubeconfig(process.env, homedir()), ask: askKubeBy },
    runPulumi: pulumi.run,
    say: (line) => void process.stderr.write(`${line}\n`),
    readFile: (path) => (path === "-" ? text(process.stdin) : readFile(path).then(decodeText)),
    version: readVersion(),
  });
  process.stderr.write(errors);
  // Kept-alive connections would hold the process: it ends as soon as its words are out.
  process.stdout.write(output, () => process.exit(exitCode));
}

allowClosedReaders(process.stdout, process.stderr);
main().catch((error: unknown) => {
  process.stderr.write(`fedjoin failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
