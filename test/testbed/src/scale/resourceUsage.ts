import { readdir, readFile } from "node:fs/promises";

/** What a piece of work took. */
export interface ResourceUsage {
  readonly seconds: number;
  /** The most that this process held, and all below it at the same time, in MB of resident memory. */
  readonly ownMb: number;
  readonly childrenMb: number;
}

const everyMs = 250;

/** What `work` gives, and what it took. Memory is looked at four times a second. */
export async function measure<T>(work: () => Promise<T>): Promise<{ result: T; cost: ResourceUsage }> {
  let [own, children] = [0, 0];
  const start = performance.now();
  const timer = setInterval(() => {
    void residentBelow(process.pid).then((bytes) => {
      own = Math.max(own, process.memoryUsage.rss());
      children = Math.max(children, bytes);
    });
  }, everyMs);
  try {
    const result = await work();
    const seconds = Math.round((performance.now() - start) / 100) / 10;
    return { result, cost: { seconds, ownMb: inMb(own), childrenMb: inMb(children) } };
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
