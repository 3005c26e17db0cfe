import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodingsOf, findLeaks } from "../../testbed/src/leaks";

const secret = 'Aa1"\\/+&% canary-4711';

test.each([
  ["as it is", secret],
  ["in JSON", JSON.stringify({ password: secret })],
  ["in JSON in JSON", JSON.stringify(JSON.stringify({ password: secret }))],
  ["in a URL", `https://host/?p=${encodeURIComponent(secret)}`],
  ["in base64", Buffer.from(secret).toString("base64")],
])("the leak scan finds a secret %s", async (_how, text) => {
  const folder = await mkdtemp(join(tmpdir(), "fedjoin-leaks-"));
  try {
    await writeFile(join(folder, "state.json"), `before ${text} after`);
    expect(await findLeaks(folder, new Map([["password", secret]]))).toEqual(["state.json: password"]);
    expect(await findLeaks(folder, new Map([["other", "another-canary"]]))).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("the leak scan finds a secret inside base64 of something longer", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 }), (before, after) => {
      const text = Buffer.from(before + secret + after).toString("base64");
      expect(encodingsOf(secret).some((disguise) => text.includes(disguise))).toBe(true);
    }),
  );
});
