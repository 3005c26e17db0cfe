import { getScanners, getScanStatus, type Scanner, type ScanStatus } from "@fedjoin/provider/internal/neuvector";
import type { Collector } from "./collector";
import { counter, gauge, optionalSample, type SampleFamily, unixSeconds } from "./metric";

const endpoint = "GET /v1/scan/scanner";

const perScanner = { labels: ["id", "target"], series: "scanners" };

const info = gauge("nv_scanner_info", {
  help: "Always 1 for each scanner; label version is that of its CVE database",
  unit: "1",
  source: `${endpoint}, fields server, cvedb_version`,
  ...perScanner,
  labels: ["id", "server", "version", "target"],
});

const created = gauge("nv_scanner_cvedb_created_timestamp_seconds", {
  help: "Creation of the CVE database of each scanner",
  unit: "seconds",
  source: `${endpoint}, field cvedb_create_time`,
  ...perScanner,
});

const joined = gauge("nv_scanner_joined_timestamp_seconds", {
  help: "When each scanner registered",
  unit: "seconds",
  source: `${endpoint}, field joined_timestamp`,
  ...perScanner,
});

const scanned = ["containers", "hosts", "images", "serverless"] as const;

const scans = counter("nv_scanner_scans_total", {
  help: `Scans that each scanner made so far, by what was scanned: ${scanned.join(", ")}`,
  unit: "1",
  source: `${endpoint}, fields scanned_*`,
  labels: ["id", "scanned", "target"],
  series: `scanners × ${scanned.length}`,
});

const states = ["scanned", "scheduled", "scanning", "failed"] as const;

const backlog = gauge("nv_scan_objects", {
  help: `Workloads, hosts and platforms by the state of their scan: ${states.join(", ")}`,
  labels: ["state", "target"],
  unit: "1",
  source: "GET /v1/scan/status",
  series: `${states.length} states`,
});

/** Converts scanners and the scan status to samples. */
function scannerSamples(scanners: readonly Scanner[], status: ScanStatus, target: string): SampleFamily[] {
  return [
    {
      metric: info,
      samples: scanners.map(({ id, server, cvedb_version: version }) => ({
        labels: { id, server, version, target },
        value: 1,
      })),
    },
    {
      metric: created,
      samples: scanners.flatMap(({ id, cvedb_create_time }) =>
        optionalSample({ id, target }, unixSeconds(cvedb_create_time)),
      ),
    },
    {
      metric: joined,
      samples: scanners.flatMap(({ id, joined_timestamp }) => optionalSample({ id, target }, joined_timestamp)),
    },
    {
      metric: scans,
      samples: scanners.flatMap((each) =>
        scanned.flatMap((what) => optionalSample({ id: each.id, scanned: what, target }, each[`scanned_${what}`])),
      ),
    },
    { metric: backlog, samples: states.flatMap((state) => optionalSample({ state, target }, status[state])) },
  ];
}

export const scanner: Collector = {
  name: "scanner",
  help: "The scanners, their CVE databases, and what is left to scan.",
  metrics: [info, created, joined, scans, backlog],
  async collect({ session, target, signal }) {
    const [scanners, status] = await Promise.all([
      getScanners(session, { signal }),
      getScanStatus(session, { signal }),
    ]);
    return scannerSamples(scanners, status, target);
  },
};
