import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { hasCode } from "./errorCode";
import type { Log } from "./tools";

const heartbeatMs = 5_000;
const staleAfterMs = 60_000;
const pollMs = 200;

/**
 * Runs `body` while nobody else holds the lock folder `path`; `what` names the matter to those who wait. A lock is stale, and taken over, when its owner is
 * dead or its heartbeat stopped for a minute. Should two waiters take over a stale lock at the same instant, both run:
 * so `body` must publish its result in one step.
 */
export async function withLock<T>(path: string, what: string, say: Log, body: () => Promise<T>): Promise<T> {
  await acquire(path, what, say);
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {
      // Someone judged the lock stale; the next beat has nothing to do.
      clearInterval(heartbeat);
    });
  }, heartbeatMs);
  try {
    return await body();
  } finally {
    clearInterval(heartbeat);
    await rm(path, { recursive: true, force: true });
  }
}

async function acquire(path: string, what: string, say: Log): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  for (let waited = false; !(await tryCreate(path)); waited = true) {
    if (await isStale(path)) {
      await removeLock(path);
      continue;
    }
    if (!waited) say(`${what}: waiting for process ${(await owner(path))?.pid ?? "?"}, which is at it already`);
    await sleep(pollMs);
  }
  await writeFile(join(path, "owner.json"), JSON.stringify({ pid: process.pid, host: hostname() }));
}

async function tryCreate(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

async function isStale(path: string): Promise<boolean> {
  const holder = await owner(path);
  if (holder?.host === hostname() && !isAlive(holder.pid)) return true;
  const beat = await unlessMissing(stat(path));
  return beat !== undefined && Date.now() - beat.mtimeMs > staleAfterMs;
}

async function removeLock(path: string): Promise<void> {
  const aside = `${path}.stale-${process.pid}`;
  await unlessMissing(rename(path, aside));
  await rm(aside, { recursive: true, force: true });
}

/** Undefined while the owner has not written its name yet. */
async function owner(path: string): Promise<{ pid: number; host: string } | undefined> {
  const text = await unlessMissing(readFile(join(path, "owner.json"), "utf8"));
  if (text === undefined || text === "") return undefined;
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || !("pid" in value) || !("host" in value)) return undefined;
  return { pid: Number(value.pid), host: String(value.host) };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return hasCode(error, "EPERM");
  }
}

async function unlessMissing<T>(value: Promise<T>): Promise<T | undefined> {
  try {
    return await value;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
