#!/usr/bin/env node
import "./removeGlobalFetch";
import { createSystemPorts, ignoreBrokenPipe } from "@fedjoin/provider/internal/system";
import { decodeText, formatAddress } from "@fedjoin/provider/internal/values";
import { readFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { readBuild, type BuildInfo } from "./build";
import { createCollectors } from "./collectors/index";
import { parseCommand, type Command } from "./settings/command";
import type { Config } from "./settings/config";
import type { HealthTarget } from "./settings/healthTarget";
import { runFederationJoin } from "./join/federationJoin";
import { createFileBackoffStore } from "./account/backoffStore";
import { landingPage } from "./landing/landingPage";
import { createJoinMetrics } from "./join/joinMetrics";
import { createJoinRecorder } from "./join/joinRecorder";
import { createLogger } from "./logger";
import { createPush } from "./push/createPush";
import { createSelfMetrics, registryFamilies } from "./selfMetrics";
import { stateFilesIn } from "./state/stateFiles";
import { startTargets } from "./targets/startTargets";
import { checkHealth } from "./web/checkHealth";
import { createRequestGuard } from "./web/requestGuard";
import { createPages } from "./pages/pages";
import { createWebServer } from "./web/server";
import { openWebConfig } from "./webConfig/liveWebConfig";
import { createWebConfigMetrics } from "./webConfig/webConfigMetrics";

/** Time for running scrapes to finish after SIGTERM; Kubernetes sends SIGKILL after 30 s. */
const shutdownMs = 20_000;
const healthMs = 3_000;

const readFile = (path: string): string => decodeText(readFileSync(path));

async function run(config: Config, { version, revision }: BuildInfo): Promise<void> {
  const log = createLogger(config.log, (line) => process.stdout.write(line));
  log("info", "Starting fedjoin-exporter", {
    version,
    ...(revision && { revision }),
    node: process.version,
    ...config.given,
  });
  for (const warning of config.warnings) log("warn", warning);

  const ports = createSystemPorts(log, { maxConnections: config.maxConnections, warnUnverified: false });
  const files = stateFilesIn(config.stateDir ?? tmpdir(), (message) => {
    log("warn", message);
  });
  const backoffs = createFileBackoffStore(files);
  const self = createSelfMetrics({
    version,
    revision,
    nodeVersion: process.version,
  });
  const { targets, metrics, reload } = startTargets({
    config,
    ports,
    backoffs,
    files: config.stateDir === undefined ? undefined : files,
    createCollectors,
    read: readCommand,
  });
  // Before it listens: a reload of a process that just started must not end it.
  process.on("SIGHUP", reload);
  const { telemetryPath, maxScrapes, configFile } = config.web;
  const { clock } = ports;
  const { noteRead: onRead } = createWebConfigMetrics(self.registry, clock);
  const webConfig = configFile === undefined ? undefined : openWebConfig({ path: configFile, clock, log, onRead });
  const record = createJoinRecorder(clock, createJoinMetrics(self.registry));
  const push = config.push && createPush(config.push, ports);
  const selfMetrics = async () => [
    ...metrics(),
    ...(push?.metrics() ?? []),
    ...(await registryFamilies(self.registry)),
  ];
  const server = createWebServer({
    pages: createPages({
      targets,
      exposition: config.exposition,
      selfMetrics,
      telemetryPath,
      landing: config.web.landing
        ? landingPage({
            version,
            telemetryPath,
            links: [{ path: "/sd", label: "Targets" }],
            controller: () => {
              const { controller } = targets.config();
              return controller && formatAddress(controller.address);
            },
            scraper: () => targets.main()?.scraper,
            join: () => record.joinView(),
            now: () => clock.now(),
          })
        : undefined,
      reload: config.web.lifecycle ? reload : undefined,
    }),
    maxScrapes,
    webConfig,
    guard: createRequestGuard(webConfig, clock),
    log,
  });

  const at = await server.listen(config.web);
  const scheme = webConfig?.current().tls === undefined ? "http" : "https";
  log("info", `Listening on ${scheme}://${formatAddress({ server: at.address, port: at.port })}${telemetryPath}`);
  const stopping = new AbortController();
  const joined = runFederationJoin(
    { intent: config.join, ports, controller: targets.mainSession, backoffs, files, record },
    stopping.signal,
  );
  const { exposition } = config;
  const pushed = push?.run({ targets, selfMetrics, exposition, version, hostname: hostname() }, stopping.signal);

  const shutDown = async (signal: string): Promise<void> => {
    log("info", `${signal}: finishing the running scrape and logging out`);
    stopping.abort();
    await server.close(AbortSignal.timeout(shutdownMs));
    await Promise.all([joined, pushed]);
    await targets.close();
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void shutDown(signal));
}

function readCommand(): Command {
  return parseCommand({ argv: process.argv.slice(2), env: process.env, readFile });
}

async function printHealth(target: HealthTarget): Promise<void> {
  const failure = await checkHealth(target, { readFile, signal: AbortSignal.timeout(healthMs) });
  process.stdout.write(failure === undefined ? "healthy\n" : `unhealthy: ${failure}\n`);
  process.exitCode = failure === undefined ? 0 : 1;
}

async function main(): Promise<void> {
  const command = readCommand();
  switch (command.does) {
    case "run":
      return run(command.config, readBuild(process.env));
    case "check":
      process.stdout.write("The configuration is valid\n");
      return;
    case "health":
      return printHealth(command.target);
    case "version":
      process.stdout.write(`fedjoin-exporter ${readBuild(process.env).version}\n`);
      return;
    case "help":
      process.stdout.write(`${command.text}\n`);
      return;
    case "refuse":
      process.stderr.write(
        `Configuration validation failed:\n${command.problems.map((line) => `- ${line}\n`).join("")}See --help for all settings and flags\n`,
      );
      process.exitCode = 1;
  }
}

ignoreBrokenPipe(process.stdout, process.stderr);
main().catch((error: unknown) => {
  process.stderr.write(`The exporter cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
