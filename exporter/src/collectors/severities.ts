import type { Scan } from "@fedjoin/provider/internal/neuvector";
import { optionalSample, type Sample } from "./metric";

export const severities = ["critical", "high", "medium"] as const;

/** The `series` text of a metric with the label `severity`. */
export const severitySeries = (of: string): string => `${of} × ${severities.length} severities`;

/** Help text for the label `severity`. */
export const severityHelp = "critical apart from high since 5.4.0, and absent before; absent without a finished scan";

/** Whether a scan has finished; before that, zeros are meaningless. */
function isScanned(scan: Scan | null | undefined): scan is Scan {
  return scan !== null && scan !== undefined && scan.status !== "";
}

/** The vulnerabilities of a severity; `undefined` before the first scan or if the controller omits them. */
export function vulnerabilityCount(
  scan: Scan | null | undefined,
  severity: (typeof severities)[number],
): number | undefined {
  return isScanned(scan) ? scan[severity] : undefined;
}

/** Converts the vulnerabilities by severity to samples. */
export function severitySamples(scan: Scan | null | undefined, labels: Sample["labels"]): Sample[] {
  return severities.flatMap((severity) => optionalSample({ ...labels, severity }, vulnerabilityCount(scan, severity)));
}

/** The maximum of both scans per severity. */
export function maxPerSeverity(a: Scan | undefined, b: Scan | null | undefined): Scan | undefined {
  if (!isScanned(b)) return a;
  if (a === undefined) return b;
  const most = (severity: (typeof severities)[number]) => Math.max(a[severity] ?? 0, b[severity] ?? 0);
  const isSaid = a.critical !== undefined || b.critical !== undefined;
  return {
    status: b.status,
    critical: isSaid ? most("critical") : undefined,
    high: most("high"),
    medium: most("medium"),
  };
}
