import { expect, it } from "vitest";
import { Refusal } from "../../../simulator/src/core/errors";
import { createLock } from "../../../simulator/src/core/lock";
import { pause } from "../../../simulator/src/core/context";
import { createVirtualNetwork } from "../../../simulator/src/virtualNetwork";

it("lets one task in at a time, in order of arrival", async () => {
  const { clock } = createVirtualNetwork();
  const lock = createLock(clock, 20_000);
  const steps: string[] = [];
  const task = (name: string) =>
    lock.runExclusive(async () => {
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
  const { clock } = createVirtualNetwork();
  const lock = createLock(clock, 20_000);
  const first = lock.runExclusive(() => pause(clock, 30_000));
  const second = lock.runExclusive(() => Promise.resolve("second")).catch((error: unknown) => error);
  await clock.advance(15_000);
  const third = lock.runExclusive(() => Promise.resolve("third"));
  await clock.advance(15_000);
  await first;
  expect(await second).toEqual(new Refusal(500, 19, "Unable to acquire lock after 20s"));
  expect(await third).toBe("third");
});

it("is free again after a task that failed", async () => {
  const lock = createLock(createVirtualNetwork().clock, 20_000);
  await expect(lock.runExclusive(() => Promise.reject(new Error("boom")))).rejects.toThrow("boom");
  expect(await lock.runExclusive(() => Promise.resolve("next"))).toBe("next");
});
