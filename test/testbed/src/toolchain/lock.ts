import { mkdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hasCode } from "./errorCode";

export interface LockOptions {
  /** Called once if another process holds the lock. */
  readonly waiting: () => void;
  /** A lock that its holder has not renewed for this long is taken over. */
  readonly staleMs?: number;
}

/**
 * Runs `work` while no other process of this machine holds the lock at `path`. It spares two processes the same work;
 * nothing breaks if both do it after all, as when a stale lock is taken over twice.
 */
export async function withLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const { staleMs = 30_000, waiting } = options;
  await mkdir(dirname(path), { recursive: true });
  for (let attempt = 0; !(await acquire(path)); attempt += 1) {
    if (await isStale(path, staleMs)) await rm(path, { force: true });
    else {
      if (attempt === 0) waiting();
      await sleep(Math.min(500, staleMs / 4));
    }
  }
  const renewal = setInterval(() => void renew(path), staleMs / 6);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    await rm(path, { force: true });
  }
}

async function acquire(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

/** Does nothing if the lock is gone: someone who found it stale has taken it over. */
async function renew(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch((error: unknown) => {
    if (!hasCode(error, "ENOENT")) throw error;
  });
}

async function isStale(path: string, staleMs: number): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(path);
    const holder = Number(await readFile(path, "utf8"));
    return Date.now() - mtimeMs > staleMs || (holder > 0 && !isAlive(holder));
  } catch (error) {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return hasCode(error, "EPERM");
  }
}
