import { describe, expect, test } from "vitest";
import { forbidden, newLines } from "../../../support/scraping";

describe("scanner", () => {
  const status = { status: { scanned: 100, scheduled: 5, scanning: 2, failed: 0, cvedb_version: "4.101" } };
  const scanner = {
    ...{ id: "s1", server: "10.0.0.5", cvedb_version: "4.101", cvedb_create_time: "2026-11-01T00:00:00Z" },
    ...{ joined_timestamp: 1795441486, scanned_containers: 10, scanned_hosts: 3, scanned_images: 7 },
    scanned_serverless: 0,
  };

  test("shows each scanner, its CVE database, and what is left to scan", async () => {
    const answers = { "/v1/scan/scanner": { scanners: [scanner] }, "/v1/scan/status": status };
    expect(await newLines("scanner", answers)).toEqual([
      'nv_scanner_info{id="s1",server="10.0.0.5",version="4.101",target="c"} 1',
      'nv_scanner_cvedb_created_timestamp_seconds{id="s1",target="c"} 1793491200',
      'nv_scanner_joined_timestamp_seconds{id="s1",target="c"} 1795441486',
      'nv_scanner_scans_total{id="s1",scanned="containers",target="c"} 10',
      'nv_scanner_scans_total{id="s1",scanned="hosts",target="c"} 3',
      'nv_scanner_scans_total{id="s1",scanned="images",target="c"} 7',
      'nv_scanner_scans_total{id="s1",scanned="serverless",target="c"} 0',
      'nv_scan_objects{state="scanned",target="c"} 100',
      'nv_scan_objects{state="scheduled",target="c"} 5',
      'nv_scan_objects{state="scanning",target="c"} 2',
      'nv_scan_objects{state="failed",target="c"} 0',
    ]);
  });

  test("missing keys are absent, a null list is empty, a refusal is a failure", async () => {
    const bare = { "/v1/scan/scanner": { scanners: [{ id: "s1" }] }, "/v1/scan/status": { status: {} } };
    expect(await newLines("scanner", bare)).toEqual(['nv_scanner_info{id="s1",server="",version="",target="c"} 1']);
    const none = { "/v1/scan/scanner": { scanners: null }, "/v1/scan/status": { status: {} } };
    expect(await newLines("scanner", none)).toEqual([]);
    const refused = { "/v1/scan/scanner": { scanners: [] }, "/v1/scan/status": forbidden };
    await expect(newLines("scanner", refused)).rejects.toMatchObject({ kind: "forbidden" });
  });
});
