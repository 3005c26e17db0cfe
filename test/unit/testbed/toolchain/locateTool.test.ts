import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { moduleFolder } from "../../../testbed/src/toolchain/goBuild";
import { rejectReason } from "../../../testbed/src/toolchain/locateTool";
import { installHint } from "../../../testbed/src/toolchain/installHint";
import { kubernetes, prometheus, pulumi, type Program } from "../../../testbed/src/toolchain/tools";
import { at } from "../../../support/federation";

const programOf = (name: string): Program =>
  at(
    [prometheus, pulumi, kubernetes].flatMap(({ programs }) => programs).filter((each) => each.name === name),
    0,
  );

test.each([
  ["prometheus", "prometheus, version 2.53.4 (branch: , revision: unknown)", "/usr/bin/it is 2.53.4"],
  ["promtool", "promtool, version 3.13.1 (branch: , revision: unknown)", undefined],
  ["promtool", "promtool, version 4.0.0", "/usr/bin/it is 4.0.0"],
  ["pulumi", "v3.258.9\n", "/usr/bin/it is 3.258.9"],
  ["pulumi", "v3.1000.0-dev.0\n", undefined],
  ["etcd", "etcd Version: 3.6.8\nGit SHA: 0.0.1", undefined],
  ["kube-apiserver", "Kubernetes v1.36.3", undefined],
  ["kube-apiserver", "Kubernetes v1.37.0", "/usr/bin/it is 1.37.0"],
  ["pulumi", "command not found", "/usr/bin/it does not tell its version"],
  ["pulumi", undefined, "/usr/bin/it does not tell its version"],
])("%s on PATH that says %j is taken, or refused because: %s", (name, versionText, problem) => {
  expect(rejectReason(programOf(name), { path: "/usr/bin/it", versionText, missingFiles: [] })).toBe(problem);
});

test("a program is refused when it is absent, or its companions are not beside it", () => {
  const seen = { path: "/usr/bin/pulumi", versionText: "v3.260.1", missingFiles: ["pulumi-language-nodejs"] };
  expect(rejectReason(programOf("pulumi"), seen)).toBe("/usr/bin/pulumi has no pulumi-language-nodejs beside it");
  expect(rejectReason(programOf("pulumi"), undefined)).toBe("there is none");
});

test("the Go module of Prometheus holds the package of each program", () => {
  const goMod = readFileSync(join(moduleFolder(prometheus), "go.mod"), "utf8");
  for (const { name } of prometheus.programs) {
    expect(goMod).toMatch(new RegExp(`^\\t?(tool )?${String(prometheus.build.binaries[name])}$`, "m"));
  }
});

test("one message says all that is missing, why it was not downloaded, and what to install", () => {
  const other = { ...pulumi, title: "other tool", version: "1.0.0" };
  const missing = [
    { tool: pulumi, wanted: ["pulumi ^3.259.0 (there is none)"], reason: "status 404" },
    { tool: other, wanted: ["one", "two"], reason: "no progress" },
  ];
  expect(installHint(missing, "1.25.3").split("\n")).toEqual([
    "Missing: pulumi CLI 3.259.0, other tool 1.0.0.",
    "pulumi CLI was not downloaded: status 404",
    "other tool was not downloaded: no progress",
    expect.stringContaining("FEDJOIN_TOOLS_MIRROR"),
    expect.stringContaining("install Go >=1.26.0 (go on PATH is 1.25.3)"),
    expect.any(String),
    "  - pulumi ^3.259.0 (there is none)",
    "  - one",
    "  - two",
  ]);
  expect(installHint(missing, undefined)).toContain("there is no go on PATH");
});
