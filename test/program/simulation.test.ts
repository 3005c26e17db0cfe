import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { repositoryRoot } from "@fedjoin/testbed";
import { expect, test } from "vitest";

/** Runs the simulation as `npm run test:sim -- ARGS` does. */
async function simulate(
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly lines: string[] }> {
  const child = spawn(process.execPath, [join(repositoryRoot, "test/simulation/run.mjs"), ...args], {
    cwd: repositoryRoot,
    stdio: ["ignore", "pipe", "ignore"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, lines: output.trimEnd().split("\n") };
}

test("one seed is one course of events, in every process", async () => {
  const first = await simulate("--seed", "21", "--hash");
  expect(await simulate("--seed", "21", "--hash")).toEqual(first);
  expect(await simulate("--seed", "22", "--hash")).not.toEqual(first);
});

test("a replay shows its timeline, with the fault where it hits", async () => {
  const { code, lines } = await simulate("--scenario", "join/controller/one", "--faults", "6:reset-after");
  expect(code).toBe(0);
  expect(lines.join("\n")).toMatch(/POST s1\.test\/v1\/fed\/join as u1-\w{6}\n.*\*\*\* reset-after/);
});

test("random courses have the same result over HTTPS", async () => {
  const { code, lines } = await simulate("--https", "10");
  expect(lines.join("\n")).toMatch(/^10 histories, \d{3,} requests over HTTPS, 0 differ$/);
  expect(code).toBe(0);
}, 120_000);

test("every single fault and 20,000 random courses violate nothing, and reach every rare branch", async () => {
  const { code, lines } = await simulate();
  expect(lines.join("\n")).toMatch(/^\d{5,} runs, 0 violations, 0\/0 pairs, 0\/0 planted bugs found$/);
  expect(code).toBe(0);
}, 1_800_000);

test("every pair of faults of a refresh violates nothing", async () => {
  const args = ["--exhaustive", "--no-singles", "--seeds", "0", "--only", "refresh/master/one"];
  const { code, lines } = await simulate(...args);
  expect(lines.join("\n")).toMatch(/^(\d+) runs, 0 violations, \1\/\1 pairs, 0\/0 planted bugs found$/);
  expect(code).toBe(0);
}, 600_000);
