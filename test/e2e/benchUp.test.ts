import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);

test("the bench of pulumi up counts the requests at the master, and ends with the ratio", async () => {
  const { stdout } = await run(process.execPath, ["test/dist/bench/up/main.js", "--members", "2"]);
  expect(stdout).not.toContain("WRONG");
  for (const step of ["create", "no change", "refresh", "destroy"]) {
    expect(stdout).toMatch(new RegExp(`^${step}( +\\d+\\.\\d\\d){10}( +\\d+ MB){3} +\\d+\\.\\d\\d$`, "m"));
  }
  expect(stdout).toMatch(/^State bytes a member: \d+ \(\d+, \d+\) stored, \d+ \(\d+, \d+\) in stack export/m);
  expect(stdout).toMatch(/^Requests at the master, no change: none$/m);
  expect(stdout).toMatch(/\nratio \d+\.\d\d\n$/);
});
