import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { withLock } from "../../../testbed/src/toolchain/lock";

const say = () => undefined;
const neverAlive = 2 ** 30;

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "fedjoin-lock-"));
  path = join(dir, "locks", "tool");
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

async function leaveLock(owner: { pid: number; host: string }, lastBeat = new Date()): Promise<void> {
  await mkdir(path, { recursive: true });
  await writeFile(join(path, "owner.json"), JSON.stringify(owner));
  await utimes(path, lastBeat, lastBeat);
}

describe("withLock", () => {
  test("lets one in at a time, and tells who waits for whom", async () => {
    const events: string[] = [];
    const lines: string[] = [];
    const body = (name: string) => async () => {
      events.push(`${name} in`);
      await new Promise(setImmediate);
      events.push(`${name} out`);
    };
    await Promise.all(["a", "b"].map((name) => withLock(path, "the tool", (line) => lines.push(line), body(name))));
    const [first, second] = events[0] === "a in" ? ["a", "b"] : ["b", "a"];
    expect(events).toEqual([`${first} in`, `${first} out`, `${second} in`, `${second} out`]);
    expect(lines).toEqual([expect.stringMatching(/^the tool: waiting for process (\d+|\?)/)]);
  });

  test("is free again after an error", async () => {
    const failing = withLock(path, "the tool", say, () => Promise.reject(new Error("no")));
    await expect(failing).rejects.toThrow("no");
    expect(await withLock(path, "the tool", say, () => Promise.resolve("in"))).toBe("in");
    expect(await readdir(join(dir, "locks"))).toEqual([]);
  });

  test("takes over the lock of a dead process", async () => {
    await leaveLock({ pid: neverAlive, host: hostname() });
    expect(await withLock(path, "the tool", say, () => Promise.resolve("in"))).toBe("in");
  });

  test("takes over a lock whose heartbeat stopped, on whatever machine", async () => {
    await leaveLock({ pid: neverAlive, host: "elsewhere" }, new Date(Date.now() - 120_000));
    expect(await withLock(path, "the tool", say, () => Promise.resolve("in"))).toBe("in");
  });

  test("waits for a living owner elsewhere", async () => {
    await leaveLock({ pid: neverAlive, host: "elsewhere" });
    const lines: string[] = [];
    let waiting: Promise<unknown> = Promise.resolve();
    await new Promise<void>((resolve) => {
      const say = (line: string) => {
        lines.push(line);
        resolve();
      };
      waiting = withLock(path, "the tool", say, () => Promise.resolve(lines.push("in")));
    });
    expect(lines).toEqual([`the tool: waiting for process ${neverAlive}, which is at it already`]);
    await rm(path, { recursive: true });
    await waiting;
    expect(lines.at(-1)).toBe("in");
  });
});
