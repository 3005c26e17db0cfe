import { NeuVectorError, type ErrorKind } from "@fedjoin/provider/neuvector";
import { expect, test } from "vitest";
import { fetchEach } from "../../../../exporter/src/collectors/fetchEach";

const fail = (kind: ErrorKind): Promise<never> => Promise.reject(new NeuVectorError(kind, "no"));

test("keeps the order, whoever answers first", async () => {
  const finish: (() => void)[] = [];
  const read = (name: string) =>
    new Promise<string>((resolve) => {
      finish.push(() => {
        resolve(name);
      });
    });
  const found = fetchEach(["a", "b", "c"], read);
  for (const done of finish.toReversed()) done();
  expect(await found).toEqual({ found: ["a", "b", "c"], skipped: [] });
});

test("reads at most 8 at a time", async () => {
  let running = 0;
  let most = 0;
  await fetchEach(Array.from({ length: 50 }), async () => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
  });
  expect(most).toBe(8);
});

test("passes over what is gone, down or cannot be asked for, and says why", async () => {
  const read = (kind: ErrorKind | undefined) => (kind === undefined ? Promise.resolve("up") : fail(kind));
  expect(await fetchEach(["not_found", undefined, "server_error", "unusable_name"], read)).toEqual({
    found: [undefined, "up", undefined, undefined],
    skipped: ["not_found", "server_error", "unusable_name"],
  });
});

test("any other failure ends it, and nothing more is read", async () => {
  let reads = 0;
  const objects = Array.from({ length: 50 });
  await expect(fetchEach(objects, () => (reads++, fail("forbidden")))).rejects.toMatchObject({ kind: "forbidden" });
  expect(reads).toBe(8);
});
