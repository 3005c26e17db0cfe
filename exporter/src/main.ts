#!/usr/bin/env node
import { createSystemPorts, formatAddress } from "@fedjoin/provider";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { createCollectors } from "./collectors/index";
import { parseCommand, type Config } from "./settings/config";
import { runFederationJoin } from "./join/federationJoin";
import { createGuardedSession } from "./account/guardedSession";
import { fileHolds } from "./account/holdStore";
import { landingPage } from "./web/landingPage";
import { createJoinMetrics } from "./join/joinMetrics";
import { createJoinRecord } from "./join/joinView";
import { createLogger } from "./logger";
import type { Format } from "./scrape/exposition";
import { render } from "./scrape/render";
import { createScraper } from "./scrape/scraper";
import { createScrapeLog } from "./scrape/scrapeLog";
import { createSelfMetrics, shownRegistry } from "./selfMetrics";
import { stateFilesIn } from "./state/stateFiles";
import { exporterPages } from "./web/pages";
import { createWebServer } from "./web/server";

/** How long running scrapes may take after SIGTERM; Kubernetes kills after 30 s. */
const shutdownMs = 20_000;

async function run(config: Config, version: string): Promise<void> {
  const log = createLogger(config.log, (line) => process.stdout.write(line));
  for (const warning of config.warnings) log("warn", warning);

  const ports = createSystemPorts(log, { maxConnections: config.maxConnections });
  const { address, tls, credentials } = config.controller;
  const files = stateFilesIn(config.stateDir ?? tmpdir(), (message) => {
    log("warn", message);
  });
  const holds = fileHolds(files);
  const session = createGuardedSession(ports, { protocol: "https", ...address, tls }, credentials, holds);
  const self = createSelfMetrics({
    version,
    revision: process.env["FEDJOIN_REVISION"] ?? "",
    nodeVersion: process.version,
  });
  const scrapeLog = createScrapeLog(log);
  const chosen = createCollectors().filter(({ name }) => config.groups.includes(name));
  const scraper = createScraper({
    collectors: chosen,
    session,
    target: address.server,
    clock: ports.clock,
    limits: config.limits,
    intervalsMs: config.intervalsMs,
  });
  const scrape = async (timeoutMs: number, format: Format): Promise<string> => {
    const results = await scraper.scrape(timeoutMs);
    scrapeLog.note(results);
    return render(results, await shownRegistry(self.registry), { format, ...config.exposition });
  };
  const { telemetryPath, maxScrapes } = config.web;
  const server = createWebServer({
    pages: exporterPages({
      metrics: scrape,
      telemetryPath,
      landingPage: config.web.landing ? landingPage({ version, controller: formatAddress(address) }) : undefined,
      reload: config.web.lifecycle
        ? () => {
            log("info", "Reload: nothing to reload");
            return "nothing to reload";
          }
        : undefined,
    }),
    maxScrapes,
    log,
  });

  const at = await server.listen(config.web);
  log("info", `Listening on http://${formatAddress({ server: at.address, port: at.port })}${telemetryPath}`);
  const joining = new AbortController();
  const record = createJoinRecord(ports.clock, createJoinMetrics(self.registry));
  const joined = runFederationJoin(
    { intent: config.join, ports, controller: session, holds, files, record },
    joining.signal,
  );

  const shutDown = async (signal: string): Promise<void> => {
    log("info", `${signal}: finishing the running scrape and logging out`);
    joining.abort();
    await server.close(AbortSignal.timeout(shutdownMs));
    await joined;
    await session.close();
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void shutDown(signal));
}

function readVersion(): string {
  const text = readFileSync(join(__dirname, "..", "package.json"), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

async function main(): Promise<void> {
  const command = parseCommand({
    argv: process.argv.slice(2),
    env: process.env,
    readFile: (path) => readFileSync(path, "utf8"),
  });
  switch (command.does) {
    case "run":
      return run(command.config, readVersion());
    case "check":
      process.stdout.write("The configuration is valid\n");
      return;
    case "version":
      process.stdout.write(`fedjoin-exporter ${readVersion()}\n`);
      return;
    case "help":
      process.stdout.write(`${command.text}\n`);
      return;
    case "refuse":
      process.stderr.write(
        `Configuration validation failed:\n${command.problems.map((line) => `- ${line}\n`).join("")}`,
      );
      process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`The exporter cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
