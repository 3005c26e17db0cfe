import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { assertRunning, startProcess } from "./cluster/localProcess";
import { waitFor } from "./cluster/waitFor";
import { hasCode } from "./toolchain/errorCode";
import type { Command } from "./toolchain/tools";
import { freePort } from "@fedjoin/simulator";

/** A Prometheus that scrapes what its configuration names, and receives OTLP. */
export interface Prometheus {
  readonly url: string;
  /**
   * The vector that an instant query gives, now.
   * @throws Error with what Prometheus says of a query that it refuses.
   */
  query(promql: string): Promise<readonly Sample[]>;
  /** Ends the process and removes its data. */
  stop(): Promise<void>;
}

/** With the metric's name as label `__name__`, where the query keeps it. */
type Sample = z.infer<typeof sample>;

const sample = z
  .object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })
  // Go writes infinity as "+Inf" and "-Inf".
  .transform(({ metric: labels, value: [, text] }) => ({ labels, value: Number(text.replace("Inf", "Infinity")) }));

const answer = z.discriminatedUnion("status", [
  z.object({ status: z.literal("success"), data: z.object({ result: z.array(sample) }) }),
  z.object({ status: z.literal("error"), error: z.string() }),
]);

const stopGraceMs = 10_000;

/**
 * Starts Prometheus on a free port of loopback with this configuration, in YAML, and waits until it answers queries.
 * The files that the configuration names are absolute paths.
 * @throws Error with the end of its log when it ends instead, such as for a configuration that it refuses.
 */
export async function startPrometheus({ command, args }: Command, config: string): Promise<Prometheus> {
  const dir = await mkdtemp(join(tmpdir(), "fedjoin-prometheus-"));
  const removeData = () => rm(dir, { recursive: true, force: true });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const flags = {
    "config.file": join(dir, "prometheus.yml"),
    "storage.tsdb.path": join(dir, "data"),
    "web.listen-address": `127.0.0.1:${port}`,
    // Otherwise the first scrape comes five seconds after the start.
    "scrape.discovery-reload-interval": "100ms",
  };
  await writeFile(flags["config.file"], config, { mode: 0o600 });
  const running = await startProcess({
    command,
    args: [...args, "--web.enable-otlp-receiver", ...Object.entries(flags).map(([flag, text]) => `--${flag}=${text}`)],
    env: { PATH: process.env["PATH"] ?? "", HOME: dir },
    logFile: join(dir, "prometheus.log"),
  });
  const stop = async () => {
    await running.stop(stopGraceMs);
    await removeData();
  };
  try {
    await waitFor("Prometheus is ready", async () => {
      await assertRunning(running);
      return isReady(url);
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    query: (query) => ask(url, query),
    stop,
  };
}

async function isReady(url: string): Promise<true | undefined> {
  try {
    return (await fetch(`${url}/-/ready`)).ok ? true : undefined;
  } catch (error) {
    if (error instanceof Error && hasCode(error.cause, "ECONNREFUSED")) return undefined;
    throw error;
  }
}

async function ask(url: string, query: string): Promise<readonly Sample[]> {
  const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query }).toString()}`);
  const said = answer.parse(await response.json());
  if (said.status === "error") throw new Error(`Prometheus: ${said.error}`);
  return said.data.result;
}
