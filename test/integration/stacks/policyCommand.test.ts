import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { test } from "../../support/fixtures";
import { repositoryRoot, runCommand } from "@fedjoin/testbed";

function policy(folder: string, bytes: Uint8Array) {
  const file = join(folder, "preview.json");
  writeFileSync(file, bytes);
  return runCommand(process.execPath, [join(repositoryRoot, "stacks/dist/policy/main.js"), "--file", file]);
}

test.for<[string, BufferEncoding]>([
  ["UTF-16, as PowerShell redirects into a file", "utf16le"],
  ["UTF-8 with a byte order mark", "utf8"],
])("the command policy reads a preview in %s", async ([, encoding], { folder }) => {
  const preview = JSON.stringify({ config: {}, steps: [] });
  expect(await policy(folder, Buffer.from(`\uFEFF${preview}`, encoding))).toEqual({
    code: 0,
    stdout: "0 resources, 0 of them Kubernetes objects: every rule is kept\n",
    stderr: "",
  });
});

test("the command policy says what is wrong with a file that is not text", async ({ folder }) => {
  const { code, stderr } = await policy(folder, Uint8Array.of(0xc3, 0x28));
  expect(code).toBe(2);
  expect(stderr).toMatch(/preview\.json is not valid UTF-8 text: save it as UTF-8\n$/);
});
