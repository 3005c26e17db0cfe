import { readdir, readFile } from "node:fs/promises";

/** The most that the processes below this one, and itself, held at the same time, in MB. */
export interface PeakMemory {
  readonly own: number;
  readonly children: number;
}

const everyMs = 250;

/** What `work` gives, and the peaks of resident memory while it ran, looked at four times a second. */
export async function withPeakMemory<T>(work: () => Promise<T>): Promise<{ result: T; peak: PeakMemory }> {
  let [own, children] = [0, 0];
  const timer = setInterval(() => {
    void residentBelow(process.pid).then((bytes) => {
      own = Math.max(own, process.memoryUsage.rss());
      children = Math.max(children, bytes);
    });
  }, everyMs);
  try {
    const result = await work();
    return { result, peak: { own: inMb(own), children: inMb(children) } };
  } finally {
    clearInterval(timer);
  }
}

function inMb(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}

/** Bytes that all descendants of a process hold; 0 where /proc does not tell. */
async function residentBelow(root: number): Promise<number> {
  const all = await readdir("/proc").catch(() => []);
  const processes = await Promise.all(all.filter((name) => /^\d+$/.test(name)).map(readProcess));
  const known = processes.filter((each) => each !== undefined);
  const family = new Set([root]);
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const { pid, parent } of known) if (family.has(parent)) family.add(pid);
  }
  return known.filter(({ pid }) => pid !== root && family.has(pid)).reduce((sum, { bytes }) => sum + bytes, 0);
}

async function readProcess(name: string): Promise<{ pid: number; parent: number; bytes: number } | undefined> {
  try {
    const text = await readFile(`/proc/${name}/status`, "utf8");
    const number = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0);
    return { pid: Number(name), parent: number("PPid"), bytes: number("VmRSS") * 1024 };
  } catch {
    return undefined;
  }
}
