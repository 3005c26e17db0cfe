import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { expectedSamples } from "../bench/responses";
import { sampleMismatches } from "../bench/checkSamples";
import { sizes } from "../bench/sizes";

const run = promisify(execFile);

test("the bench measures whole scrapes, and ends with the ratio", async () => {
  await run(process.execPath, ["exporter/bundle.mjs"]);
  const { stdout } = await run(process.execPath, ["test/dist/bench/main.js", "--size", "S", "--rounds", "1"]);
  expect(stdout).not.toContain("WRONG");
  expect(stdout).toMatch(/^Size S: \d+ requests per scrape, /);
  expect(stdout).toMatch(/^time of a scrape +\d+ ms +\d+ ms$/m);
  expect(stdout).toMatch(/^Logins: 2 in \d+ scrapes/m);
  expect(stdout).toMatch(/\nratio \d+\.\d\d\n$/);
}, 120_000);

test("a size that there is not is refused", async () => {
  await expect(run(process.execPath, ["test/dist/bench/main.js", "--size", "XL"])).rejects.toMatchObject({
    stderr: "--size <size>: expected one of S, M, L\nSee npm run bench:scrape -- --help\n",
  });
});

describe("a scrape is wrong", () => {
  const demanded = expectedSamples(sizes.S, 5);

  test("when it is empty: every metric is missing", () => {
    expect(sampleMismatches("", demanded)).toHaveLength(demanded.size);
  });

  test("when a collector failed, or samples are missing", () => {
    const text = 'nv_scrape_collector_success{collector="host"} 0\nnv_host_memory{name="a"} 1\n';
    expect(sampleMismatches(text, new Map([["nv_host_memory", 2]]))).toEqual([
      "nv_host_memory has 1 samples instead of 2",
      "the collector host failed",
    ]);
  });
});
