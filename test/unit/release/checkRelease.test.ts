import { expect, test } from "vitest";
import { releaseNotes } from "../../release/changelog";
import { releaseProblems, type Release } from "../../release/checkRelease";

const changelog = `# Changelog

## 0.2.0 / 2026-12-01

### Exporter

- [FEATURE] One thing.

## 0.1.0 / unreleased

- [FEATURE] The first version.
`;

const release: Release = {
  tag: "v0.2.0",
  versions: new Map([
    ["package.json", "0.2.0"],
    ["provider/package.json", "0.2.0"],
  ]),
  changelog,
  builds: new Map([["ci.yml", `- uses: actions/cache@${"0a".repeat(20)} # v5`]]),
};

test("the notes of a release are its section of the changelog", () => {
  expect(releaseNotes(changelog, "0.2.0")).toBe("### Exporter\n\n- [FEATURE] One thing.\n");
  expect(() => releaseNotes(changelog, "0.1.0")).toThrow('"0.1.0 / unreleased" has no date');
  expect(() => releaseNotes(changelog, "0.2")).toThrow("CHANGELOG.md has no section 0.2");
});

test("a release with its notes, one version and pinned contents has no problem", () => {
  expect(releaseProblems(release)).toEqual([]);
});

test.each<[string, Partial<Release>, string[]]>([
  ["a tag that is no version", { tag: "latest" }, ["the tag latest is not v and a version"]],
  [
    "another version in a package",
    { versions: new Map([["stacks/package.json", "0.1.0"]]) },
    ["stacks/package.json: version 0.1.0 is not that of the tag v0.2.0"],
  ],
  ["no section", { changelog: "# Changelog\n" }, ["CHANGELOG.md has no section 0.2.0"]],
  [
    "an action by its tag",
    { builds: new Map([["ci.yml", "- uses: actions/cache@v5"]]) },
    ["ci.yml: actions/cache@v5 is not pinned"],
  ],
  [
    "an image by its tag",
    { builds: new Map([["Dockerfile", "FROM node:22-slim\n"]]) },
    ["Dockerfile: node:22-slim is not pinned"],
  ],
])("%s forbids a release", (_what, changed, problems) => {
  expect(releaseProblems({ ...release, ...changed })).toEqual(expect.arrayContaining(problems));
});
