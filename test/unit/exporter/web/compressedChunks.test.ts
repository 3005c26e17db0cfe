import { text } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { compressBody } from "../../../../exporter/src/web/compress";
import { expositionToString } from "../../../support/renderToString";

async function* pieces(): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < 50; index++)
    yield await Promise.resolve(Buffer.from(`é ${index} ${"x".repeat(10_000)}\n`));
}

test("text that comes in pieces is the same compressed and uncompressed", async () => {
  const compressed = await compressBody(pieces(), "gzip");
  const plain = await compressBody(pieces(), undefined);
  expect([compressed.encoding, plain.encoding]).toEqual(["gzip", "identity"]);
  const whole = await text(pieces());
  expect(gunzipSync(compressed.bytes).toString()).toBe(whole);
  expect(Buffer.from(plain.bytes).toString()).toBe(whole);
});

test.each(["gzip", undefined])(
  "where a piece cannot be made, nothing is sent (Accept-Encoding: %s)",
  async (accepted) => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* pieces();
      throw new Error("no more");
    }
    await expect(compressBody(broken(), accepted)).rejects.toThrow("no more");
  },
);

test("of many series each repeated one is left out, wherever it comes", () => {
  const count = 5000;
  const samples = Array.from({ length: 2 * count }, (_, index) => ({
    labels: { a: `pod-${index % count}`, b: index % 7 === 0 ? "" : "x" },
    value: 1,
  }));
  const series = new Set(samples.map(({ labels }) => `${labels.a}|${labels.b}`));
  const family = { name: "m", type: "gauge", help: "h", labelNames: ["a", "b"], samples };
  const { text, duplicates } = expositionToString([family], "text", 100);
  expect(duplicates).toBe(samples.length - series.size);
  expect(text.split("\n").filter((line) => line.startsWith("m{"))).toHaveLength(series.size);
});
