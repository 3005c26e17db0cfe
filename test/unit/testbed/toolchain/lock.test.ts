import { existsSync } from "node:fs";
import { utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { withLock } from "../../../testbed/src/toolchain/lock";
import { test } from "../../../support/fixtures";

test("work under one lock runs one after the other", async ({ folder }) => {
  const path = join(folder, "lock");
  const running: string[] = [];
  const waiting = vi.fn();
  const work = (name: string) =>
    withLock(path, { waiting, staleMs: 1_000 }, async () => {
      running.push(`${name} begins`);
      await Promise.resolve();
      running.push(`${name} ends`);
    });
  await Promise.all([work("a"), work("b")]);
  const first = running[0]?.startsWith("a") === true ? ["a", "b"] : ["b", "a"];
  expect(running).toEqual(first.flatMap((name) => [`${name} begins`, `${name} ends`]));
  expect(waiting).toHaveBeenCalledOnce();
  expect(existsSync(path)).toBe(false);
});

test("a lock is released when the work fails", async ({ folder }) => {
  const path = join(folder, "lock");
  const failing = withLock(path, { waiting: vi.fn() }, () => Promise.reject(new Error("failed")));
  await expect(failing).rejects.toThrow("failed");
  expect(existsSync(path)).toBe(false);
});

test("the lock of a process that has ended is taken over at once", async ({ folder }) => {
  const path = join(folder, "lock");
  const waiting = vi.fn();
  // No process has this number: it is above the highest that a kernel gives.
  await writeFile(path, String(2 ** 30));
  expect(await withLock(path, { waiting }, () => Promise.resolve("done"))).toBe("done");
  expect(waiting).not.toHaveBeenCalled();
});

test("a lock that its holder does not renew is taken over", async ({ folder }) => {
  const path = join(folder, "lock");
  await writeFile(path, String(process.pid));
  const longAgo = new Date(Date.now() - 31_000);
  await utimes(path, longAgo, longAgo);
  expect(await withLock(path, { waiting: vi.fn() }, () => Promise.resolve("done"))).toBe("done");
});
