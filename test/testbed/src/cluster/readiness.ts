import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { ReadinessProbe } from "./pod";
import { isAborted, pause } from "./waitFor";

const eagerMs = 100;

/**
 * Probes a container until the signal aborts and tells each change between ready and not ready. It probes ten times a
 * second until the first success and then at the probe's own period, so that tests need not wait for
 * `initialDelaySeconds`. Every port of the probe stands for the one local port.
 */
export async function watchReadiness(
  probe: ReadinessProbe | undefined,
  port: number,
  changed: (ready: boolean) => void,
  signal: AbortSignal,
): Promise<void> {
  if (probe?.httpGet === undefined) {
    changed(true);
    return;
  }
  const { path, scheme } = probe.httpGet;
  const url = `${scheme.toLowerCase()}://127.0.0.1:${port}${path}`;
  let ready = false;
  let failures = 0;
  while (!signal.aborted) {
    const success = await answers(url, probe.timeoutSeconds * 1000);
    if (isAborted(signal)) return;
    failures = success ? 0 : failures + 1;
    const next: boolean = success || (ready && failures < probe.failureThreshold);
    if (next !== ready) changed(next);
    ready = next;
    await pause(ready ? probe.periodSeconds * 1000 : eagerMs, signal);
  }
}

/** Whether the URL answers with 2xx or 3xx in time. Certificates are not checked: the kubelet does not either. */
function answers(url: string, timeoutMs: number): Promise<boolean> {
  const signal = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve) => {
    const request = url.startsWith("https:")
      ? httpsRequest(url, { signal, rejectUnauthorized: false, agent: false })
      : httpRequest(url, { signal, agent: false });
    request
      .on("response", (response) => {
        response.resume();
        resolve(response.statusCode !== undefined && response.statusCode >= 200 && response.statusCode < 400);
      })
      .on("error", () => {
        resolve(false);
      })
      .end();
  });
}
