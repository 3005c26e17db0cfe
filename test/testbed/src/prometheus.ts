import { freePort } from "@fedjoin/simulator";
import * as z from "zod";
import { startServer } from "./server";
import type { Command } from "./toolchain/tools";

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

/**
 * Starts Prometheus on a free port of loopback with this configuration, in YAML, and waits until it answers queries.
 * The files that the configuration names are absolute paths.
 * @throws Error with the end of its log when it ends instead, such as for a configuration that it refuses.
 */
export async function startPrometheus(command: Command, config: string): Promise<Prometheus> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const stop = await startServer("Prometheus", {
    ...{ command, config, ready: { url: `${url}/-/ready`, status: 200 } },
    args: (configFile, dataDir) => [
      "--web.enable-otlp-receiver",
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${dataDir}`,
      `--web.listen-address=127.0.0.1:${port}`,
      // Otherwise the first scrape comes five seconds after the start.
      "--scrape.discovery-reload-interval=100ms",
    ],
  });
  return {
    url,
    query: (query) => ask(url, query),
    stop,
  };
}

async function ask(url: string, query: string): Promise<readonly Sample[]> {
  const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query }).toString()}`);
  const said = answer.parse(await response.json());
  if (said.status === "error") throw new Error(`Prometheus: ${said.error}`);
  return said.data.result;
}
