import { NeuVectorError } from "@fedjoin/provider/internal/neuvector";
import { expect, test } from "vitest";
import { createScrapeLog } from "../../../../exporter/src/scrape/scrapeLog";

const down = new NeuVectorError("network", "GET https://c:10443/v1/x: ECONNREFUSED");
const forbidden = new NeuVectorError("forbidden", "GET https://c:10443/v1/x answered no", { status: 403 });

/** The lines of the log after scrapes, each with the error of each collector. */
function logged(...scrapes: Readonly<Record<string, NeuVectorError | undefined>>[]): string[] {
  const lines: string[] = [];
  const log = createScrapeLog((level, message) => lines.push(`${level} ${message}`));
  for (const errors of scrapes) {
    const results = Object.entries(errors).map(([collector, error]) => ({
      ...{ collector, durationSeconds: 0, families: [] },
      ...(error !== undefined && { error }),
    }));
    log.record(results);
  }
  return lines;
}

const [summary, federation] = [{ summary: undefined }, { federation: undefined }];
const noController = `warn The controller gave no data: ${down.message}`;
const noData = { summary: down, federation: down };

test.each([
  ["nothing while everything works", [summary, summary], []],
  [
    "an absent controller once, and once when it is back",
    [noData, noData, noData, { ...summary, ...federation }, { ...summary, ...federation }],
    [noController, "info The controller gives data again"],
  ],
  [
    "a failing collector by name, and each new reason",
    [forbidden, forbidden, down, undefined].map((failure) => ({ ...summary, federation: failure })),
    [
      `warn Collector federation gave no data: ${forbidden.message}`,
      `warn Collector federation gave no data: ${down.message}`,
      "info Collector federation gives data again",
    ],
  ],
  [
    "a lasting failure once, although scrapes select different collectors",
    Array.from({ length: 3 }, () => [{ summary: down }, { federation: forbidden, host: undefined }]).flat(),
    [noController, `warn Collector federation gave no data: ${forbidden.message}`],
  ],
])("R9: logs %s", (_what, scrapes, lines) => {
  expect(logged(...scrapes)).toEqual(lines);
});

const refused = (fingerprint: string) =>
  new NeuVectorError("tls", "GET https://c:10443/v1/x: certificate refused (DEPTH_ZERO_SELF_SIGNED_CERT)", {
    certificate: { subject: "CN=neuvector", names: "DNS:neuvector", fingerprint },
  });

test("R15: explains a refused certificate with the settings that accept it, once for each certificate", () => {
  const errors = [refused("AA:01"), down, refused("AA:01"), refused("BB:02")];
  const lines = logged(...errors.map((error) => ({ summary: error })));
  expect(lines[0]).toBe(
    "warn The controller gave no data: GET https://c:10443/v1/x: certificate refused (DEPTH_ZERO_SELF_SIGNED_CERT). " +
      "If this is the right server, set one of: CTRL_TLS_FINGERPRINT=AA:01 (accepts this certificate only); " +
      "CTRL_CA_FILE=<PEM file of its CA>, with CTRL_TLS_SERVER_NAME=neuvector where the address is another name (accepts what that CA signs); " +
      "CTRL_TLS_VERIFY=false (accepts any certificate: for trials only)",
  );
  expect(lines[2]).not.toContain("CTRL_TLS_FINGERPRINT");
  expect(lines[3]).toContain("CTRL_TLS_FINGERPRINT=BB:02");
});
