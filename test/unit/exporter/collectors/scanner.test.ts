import { expect, test } from "vitest";
import { forbidden, newLines, valuesOf } from "../../../support/scraping";

const lines = (scanners: readonly object[] | null, status: unknown = { status: {} }) =>
  newLines("scanner", { "/v1/scan/scanner": { scanners }, "/v1/scan/status": status });

test("scanner shows each scanner, its CVE database, and what is left to scan", async () => {
  const scanner = {
    ...{ id: "s1", server: "10.0.0.5", cvedb_version: "4.101", cvedb_create_time: "2026-11-01T00:00:00Z" },
    ...{ joined_timestamp: 1795441486, scanned_containers: 10, scanned_hosts: 3, scanned_images: 7 },
    scanned_serverless: 0,
  };
  const status = { scanned: 100, scheduled: 5, scanning: 2, failed: 0, cvedb_version: "4.101" };
  const scans = (what: string) => `nv_scanner_scans_total{id="s1",scanned="${what}"}`;
  const objects = (state: string) => `nv_scan_objects{state="${state}"}`;
  expect(valuesOf(await lines([scanner], { status }))).toEqual({
    'nv_scanner_info{id="s1",server="10.0.0.5",version="4.101"}': 1,
    'nv_scanner_cvedb_created_timestamp_seconds{id="s1"}': 1793491200,
    'nv_scanner_joined_timestamp_seconds{id="s1"}': 1795441486,
    ...{ [scans("containers")]: 10, [scans("hosts")]: 3, [scans("images")]: 7, [scans("serverless")]: 0 },
    ...{ [objects("scanned")]: 100, [objects("scheduled")]: 5, [objects("scanning")]: 2, [objects("failed")]: 0 },
  });
});

test("scanner leaves out what is missing, takes null as empty, and fails after a refusal", async () => {
  expect(await lines([{ id: "s1" }])).toEqual(['nv_scanner_info{id="s1",server="",version="",target="c"} 1']);
  expect(await lines(null)).toEqual([]);
  await expect(lines([], forbidden)).rejects.toMatchObject({ kind: "forbidden" });
});
