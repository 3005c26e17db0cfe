import { expect, it } from "vitest";
import { Refusal } from "../../simulator/core/errors";
import { createLock } from "../../simulator/core/lock";
import { pause } from "../../simulator/core/context";
import { createMemoryWorld } from "../../simulator/memoryWorld";

it("lets one task in at a time, in order of arrival", async () => {
  const { clock } = createMemoryWorld();
  const lock = createLock(clock, 20_000);
  const steps: string[] = [];
  const task = (name: string) =>
    lock.hold(async () => {
      steps.push(`${name} in`);
      await pause(clock, 1_000);
      steps.push(`${name} out`);
    });
  const tasks = [task("a"), task("b"), task("c")];
  await clock.advance(3_000);
  await Promise.all(tasks);
  expect(steps).toEqual(["a in", "a out", "b in", "b out", "c in", "c out"]);
});

it("gives up after the wait with the product's words and leaves the queue in order", async () => {
  const { clock } = createMemoryWorld();
  const lock = createLock(clock, 20_000);
  const first = lock.hold(() => pause(clock, 30_000));
  const second = lock.hold(() => Promise.resolve("second")).catch((error: unknown) => error);
  await clock.advance(15_000);
  const third = lock.hold(() => Promise.resolve("third"));
  await clock.advance(15_000);
  await first;
  expect(await second).toEqual(new Refusal(500, 19, "Unable to acquire lock after 20s"));
  expect(await third).toBe("third");
});

it("is free again after a task that failed", async () => {
  const lock = createLock(createMemoryWorld().clock, 20_000);
  await expect(lock.hold(() => Promise.reject(new Error("boom")))).rejects.toThrow("boom");
  expect(await lock.hold(() => Promise.resolve("next"))).toBe("next");
});
