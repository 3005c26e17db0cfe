import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { test } from "../../support/fixtures";
import { repositoryRoot, runCommand } from "@fedjoin/testbed";

const policy = (...args: readonly string[]) =>
  runCommand(process.execPath, [join(repositoryRoot, "stacks/dist/policy/main.js"), ...args]);

const preview = JSON.stringify({ config: {}, steps: [] });
const kept = { code: 0, stdout: "0 resources, 0 of them Kubernetes objects: every rule is kept\n", stderr: "" };
const unread = (stderr: RegExp) => ({ code: 2, stdout: "", stderr: expect.stringMatching(stderr) as unknown });

test.for<[string, Uint8Array, object]>([
  ["UTF-16, as PowerShell redirects into a file", Buffer.from(`\uFEFF${preview}`, "utf16le"), kept],
  ["UTF-8 with a byte order mark", Buffer.from(`\uFEFF${preview}`), kept],
  ["no text", Uint8Array.of(0xc3, 0x28), unread(/preview\.json is not valid UTF-8 text: save it as UTF-8\n$/)],
  ["no preview", Buffer.from("{}"), unread(/preview\.json is not what `pulumi preview --json` writes\n$/)],
])("the command policy reads a file of %s, or says what is wrong with it", async ([, bytes, result], { folder }) => {
  const file = join(folder, "preview.json");
  writeFileSync(file, bytes);
  expect(await policy("--file", file)).toEqual(result);
});

test("the command policy refuses a file that is not there, and an argument that it does not know", async () => {
  expect(await policy("--file", "/nowhere/absent")).toEqual(unread(/^\/nowhere\/absent cannot be read \(ENOENT\)\n$/));
  expect(await policy("dev")).toMatchObject({ code: 2, stdout: "" });
});
