import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { sampleMismatches } from "../bench/checkSamples";
import { repeatedRequests } from "../bench/probe/repeatedRequests";
import { expectedSamples } from "../bench/responses";
import { sizes } from "../bench/sizes";
import { growthOf } from "../bench/soak/growth";
import type { Held } from "../bench/soak/soak";

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

test("probes of members through their master: each request once within its interval", async () => {
  const args = ["test/dist/bench/probe/main.js", "--members", "3", "--concurrency", "2"];
  const { stdout } = await run(process.execPath, args);
  expect(stdout).not.toContain("WRONG");
  expect(stdout).toMatch(/^requests at the master +\d+ +0 +\d+$/m);
  expect(stdout).toMatch(/^met {5}no request twice within its interval$/m);
  expect(stdout).toMatch(/\nratio \d+\.\d\d\n$/);
});

test("a request that comes twice is noticed, and the list of members may come every 30 s", () => {
  const [list, one] = ["/v1/fed/member", "/v1/fed/cluster/a/v1/host"];
  expect(repeatedRequests([list, one, list], 30)).toEqual([]);
  expect(repeatedRequests([list, one, list, one], 29)).toEqual([
    `${list} was requested 2 times instead of 1`,
    `${one} was requested 2 times instead of 1`,
  ]);
});

test("a long run goes through every failure, and compares what the process holds", async () => {
  const args = ["test/dist/bench/soak/main.js", "--seconds", "1", "--phase", "1", "--interval", "20"];
  const { stdout } = await run(process.execPath, args);
  expect(stdout).not.toContain("WRONG");
  expect(stdout).toMatch(/^sessions at the master +1 +1 +$/m);
  expect(stdout).toMatch(/\nratio 1\.00\n$/);
}, 180_000);

test("growth is what the last cycles hold beyond the first ones", () => {
  const held = { rssBytes: 60e6, sockets: 5, timers: 1, sessions: 1 };
  const grown = { ...held, sockets: 9, sessions: 2 };
  const growing = (cycles: readonly Held[]): string[] =>
    growthOf(cycles).flatMap(({ what, isGrowing }) => (isGrowing ? [what] : []));
  expect(growing([grown, held, held, held])).toEqual([]);
  expect(growing([held, held, held, held, grown, grown])).toEqual(["sockets", "sessions"]);
});

test("a size that there is not is refused", async () => {
  await expect(run(process.execPath, ["test/dist/bench/main.js", "--size", "XXL"])).rejects.toMatchObject({
    stderr: "--size <size>: expected one of XS, S, M, L\nSee npm run bench:scrape -- --help\n",
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
