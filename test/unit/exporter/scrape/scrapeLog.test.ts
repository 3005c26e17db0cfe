import { NeuVectorError } from "@fedjoin/provider/neuvector";
import { expect, test } from "vitest";
import { createScrapeLog } from "../../../../exporter/src/scrape/scrapeLog";
import type { CollectorResult } from "../../../../exporter/src/scrape/scraper";

const fine = (collector: string): CollectorResult => ({ collector, durationSeconds: 0, families: [] });
const failed = (collector: string, error: unknown): CollectorResult => ({
  collector,
  durationSeconds: 0,
  families: [],
  error,
});

function noted(...scrapes: CollectorResult[][]): string[] {
  const lines: string[] = [];
  const log = createScrapeLog((level, message) => lines.push(`${level} ${message}`));
  for (const results of scrapes) log.record(results);
  return lines;
}

const down = new NeuVectorError("network", "GET https://c:10443/v1/x: ECONNREFUSED");
const forbidden = new NeuVectorError("forbidden", "GET https://c:10443/v1/x answered no", { status: 403 });

test("R9: an absent controller is said once, and once when it is back", () => {
  const absent = [failed("summary", down), failed("federation", down)];
  const present = [fine("summary"), fine("federation")];
  expect(noted(absent, absent, absent, present, present)).toEqual([
    `warn The controller gave no data: ${down.message}`,
    "info The controller gives data again",
  ]);
});

test("R9: nothing is said as long as everything works", () => {
  expect(noted([fine("summary")], [fine("summary")])).toEqual([]);
});

test("R9: one failing collector is named, and so is each new reason", () => {
  const lines = noted(
    [fine("summary"), failed("federation", forbidden)],
    [fine("summary"), failed("federation", forbidden)],
    [fine("summary"), failed("federation", down)],
    [fine("summary"), fine("federation")],
  );
  expect(lines).toEqual([
    `warn Collector federation gave no data: ${forbidden.message}`,
    `warn Collector federation gave no data: ${down.message}`,
    "info Collector federation gives data again",
  ]);
});

test("R9: scrapes that pick different groups say a lasting failure once", () => {
  const [one, other] = [[failed("summary", down)], [failed("federation", forbidden), fine("host")]];
  expect(noted(one, other, one, other, one, other)).toEqual([
    `warn The controller gave no data: ${down.message}`,
    `warn Collector federation gave no data: ${forbidden.message}`,
  ]);
});

const refused = (fingerprint: string) =>
  new NeuVectorError("tls", "GET https://c:10443/v1/x: certificate refused (DEPTH_ZERO_SELF_SIGNED_CERT)", {
    certificate: { subject: "CN=neuvector", names: "DNS:neuvector", fingerprint },
  });

test("R15: a refused certificate is explained with the lines that accept it, once for each certificate", () => {
  const lines = noted(
    [failed("summary", refused("AA:01"))],
    [failed("summary", down)],
    [failed("summary", refused("AA:01"))],
    [failed("summary", refused("BB:02"))],
  );
  expect(lines[0]).toBe(
    "warn The controller gave no data: GET https://c:10443/v1/x: certificate refused (DEPTH_ZERO_SELF_SIGNED_CERT). " +
      "If this is the right server, set one of: CTRL_TLS_FINGERPRINT=AA:01 (accepts this certificate only); " +
      "CTRL_CA_FILE=<PEM file of its CA>, with CTRL_TLS_SERVER_NAME=neuvector where the address is another name (accepts what that CA signs); " +
      "CTRL_TLS_VERIFY=false (accepts any certificate: for trials only)",
  );
  expect(lines[2]).not.toContain("CTRL_TLS_FINGERPRINT");
  expect(lines[3]).toContain("CTRL_TLS_FINGERPRINT=BB:02");
});
