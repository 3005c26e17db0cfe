import type { Scan } from "@fedjoin/provider";
import { optionalSample, type Sample } from "./metric";

export const severities = ["critical", "high", "medium"] as const;

/** What the label `severity` can say. */
export const severitySeries = (of: string): string => `${of} × ${severities.length} severities`;

/** Explained where a metric has the label. */
export const severityHelp = "critical apart from high since 5.4.0, and absent before; absent without a finished scan";

/** True once a scan has found something or nothing: zeros before the first scan mean nothing. */
function isScanned(scan: Scan | null | undefined): scan is Scan {
  return scan !== null && scan !== undefined && scan.status !== "";
}

/** The vulnerabilities of a severity; undefined before the first scan, and where the controller does not say it. */
export function vulnerabilityCount(
  scan: Scan | null | undefined,
  severity: (typeof severities)[number],
): number | undefined {
  return isScanned(scan) ? scan[severity] : undefined;
}

/** The vulnerabilities by severity as samples. */
export function severitySamples(scan: Scan | null | undefined, labels: Sample["labels"]): Sample[] {
  return severities.flatMap((severity) => optionalSample({ ...labels, severity }, vulnerabilityCount(scan, severity)));
}

/** Of each severity the most that one of the two has. */
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
