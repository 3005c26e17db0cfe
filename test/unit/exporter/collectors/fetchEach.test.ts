import { NeuVectorError, type ErrorKind } from "@fedjoin/provider/internal/neuvector";
import { expect, test } from "vitest";
import { fetchEach } from "../../../../exporter/src/collectors/fetchEach";

const fail = (kind: ErrorKind): Promise<never> => Promise.reject(new NeuVectorError(kind, "no"));

test("keeps the order, whichever is answered first", async () => {
  const finish: (() => void)[] = [];
  const found = fetchEach(["a", "b", "c"], async (name) => {
    await new Promise<void>((resolve) => finish.push(resolve));
    return name;
  });
  for (const done of finish.toReversed()) done();
  expect(await found).toEqual({ found: ["a", "b", "c"], skipped: [] });
});

test("reads at most 8 at a time", async () => {
  let [running, most] = [0, 0];
  await fetchEach(Array.from({ length: 50 }), async () => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
  });
  expect(most).toBe(8);
});

test("skips what is gone, down or cannot be requested, and tells why", async () => {
  const read = (kind: ErrorKind | undefined) => (kind === undefined ? Promise.resolve("up") : fail(kind));
  expect(await fetchEach(["not_found", undefined, "server_error", "unusable_name"], read)).toEqual({
    found: [undefined, "up", undefined, undefined],
    skipped: ["not_found", "server_error", "unusable_name"],
  });
});

test("ends with any other failure, and nothing more is read", async () => {
  let reads = 0;
  const all = fetchEach(Array.from({ length: 50 }), () => (reads++, fail("forbidden")));
  await expect(all).rejects.toMatchObject({ kind: "forbidden" });
  expect(reads).toBe(8);
});
