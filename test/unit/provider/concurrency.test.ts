import { expect, test } from "vitest";
import { createKeyedMutex, createSemaphore, mapWithConcurrency } from "../../../provider/src/concurrency";

const nextTurn = () => new Promise(setImmediate);

test.each([
  [undefined, 8],
  [3, 3],
])("mapWithConcurrency with concurrency %s runs %s calls at a time and keeps the order", async (concurrency, limit) => {
  let [running, most] = [0, 0];
  const items = Array.from({ length: 30 }, (_, index) => index);
  const doubled = await mapWithConcurrency(
    items,
    async (item) => {
      most = Math.max(most, ++running);
      await nextTurn();
      running--;
      return 2 * item;
    },
    concurrency,
  );
  expect(doubled).toEqual(items.map((item) => 2 * item));
  expect(most).toBe(limit);
});

test("mapWithConcurrency throws the first error once the calls in progress have ended", async () => {
  let ended = 0;
  const mapped = mapWithConcurrency([0, 1, 2], async (item) => {
    if (item === 0) throw new Error("first");
    await nextTurn();
    ended++;
  });
  await expect(mapped).rejects.toThrow("first");
  expect(ended).toBe(2);
});

test("a semaphore grants permits in order of arrival and skips callers that gave up", async () => {
  const semaphore = createSemaphore(1);
  const { signal } = new AbortController();
  const impatient = new AbortController();
  const order: string[] = [];
  await semaphore.acquire(signal);
  const second = semaphore.acquire(impatient.signal).catch(() => order.push("gave up"));
  const third = semaphore.acquire(signal).then(() => order.push("third"));
  impatient.abort();
  await second;
  semaphore.release();
  await third;
  expect(order).toEqual(["gave up", "third"]);
  semaphore.release();
  await semaphore.acquire(signal);
});

test("a keyed mutex runs calls with one key one after the other, also after a failure, and other keys at once", async () => {
  const mutex = createKeyedMutex();
  const order: string[] = [];
  const step = (name: string) => async () => {
    order.push(`${name} starts`);
    await nextTurn();
    order.push(`${name} ends`);
    if (name === "a1") throw new Error("a1 failed");
    return name;
  };
  const results = await Promise.allSettled([
    mutex.runExclusive("a", step("a1")),
    mutex.runExclusive("a", step("a2")),
    mutex.runExclusive("b", step("b1")),
  ]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
  expect(order.filter((entry) => entry.startsWith("a"))).toEqual(["a1 starts", "a1 ends", "a2 starts", "a2 ends"]);
  expect(order.indexOf("b1 starts")).toBeLessThan(order.indexOf("a1 ends"));
});
