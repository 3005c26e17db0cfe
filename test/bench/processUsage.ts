import { readFileSync, writeFileSync } from "node:fs";

/** Linux counts CPU time for programs in hundredths of a second. */
const ticksPerSecond = 100;

/** What a process used of the machine. */
export interface ProcessUsage {
  /** Most memory it held since the peak was last forgotten, bytes. */
  readonly peakRssBytes: number;
  readonly rssBytes: number;
  /** Since its start, user and system. */
  readonly cpuSeconds: number;
}

/** What `pid` used, from /proc. */
export function readProcessUsage(pid: number): ProcessUsage {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kilobytes = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1]);
  const fields = statFields(pid);
  return {
    peakRssBytes: kilobytes("VmHWM") * 1024,
    rssBytes: kilobytes("VmRSS") * 1024,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
  };
}

/** Restarts the peak from what the process holds now. */
export function resetPeakRss(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

/** CPU time of all ended children of this process and below, user and system. */
export function childrenCpuSeconds(): number {
  const fields = statFields("self");
  return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond;
}

/** The fields after the name, which is in brackets and may hold spaces. */
function statFields(pid: number | "self"): readonly string[] {
  return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
}
