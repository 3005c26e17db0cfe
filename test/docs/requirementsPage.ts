import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "@fedjoin/testbed";
import { requirements, type RequirementId } from "./requirements";

interface NamedTest {
  readonly file: string;
  readonly title: string;
}

/** The title of a test or a group, or the first cell of a table's row, which is the title of its test. */
const title =
  /(?:\b(?:test|describe)(?:\.(?:each|for)(?:<[^(]*>)?\((?:(?!\n *(?:test|describe)\b)[^])*?\)\s*)?\(|\[)\s*(["'`])((?:[DR]\d+(?:,? )?)+): ((?:(?!\1).)+)\1/g;

/** Tests and groups whose title begins with requirement numbers, such as `R8: backoff` or `D4, D5: …`. */
function namedTests(): Map<string, NamedTest[]> {
  const found = new Map<string, NamedTest[]>();
  for (const file of globSync("test/*/**/*.test.ts", { cwd: repositoryRoot, exclude: ["test/dist/**"] }).toSorted()) {
    for (const [, , ids = "", text = ""] of readFileSync(join(repositoryRoot, file), "utf8").matchAll(title)) {
      for (const id of ids.split(/,? /)) found.set(id, [...(found.get(id) ?? []), { file, title: text }]);
    }
  }
  return found;
}

/**
 * `test/requirements.md`: the tests that show each requirement.
 * @throws Error when a test names a requirement that does not exist.
 */
export function requirementsPage(): string {
  const tests = namedTests();
  const unknown = [...tests.keys()].filter((id) => !(id in requirements));
  if (unknown.length > 0) throw new Error(`tests name requirements that do not exist: ${unknown.join(", ")}`);
  return [
    "# Requirements and the tests that show them",
    "",
    "This page is generated from the titles of the tests (`npm run docs`). The title of a test begins with the requirements that it verifies.",
    "",
    ...(Object.keys(requirements) as RequirementId[]).flatMap((id) => [
      `## ${id}`,
      "",
      requirements[id],
      "",
      ...shownBy(tests.get(id) ?? []),
      "",
    ]),
  ].join("\n");
}

/** The titles as a list, below the file that they come from. `tests` are in the order of files. */
function shownBy(tests: readonly NamedTest[]): string[] {
  if (tests.length === 0) return ["Not shown yet."];
  return tests.flatMap(({ file, title: text }, index) => [
    ...(tests[index - 1]?.file === file ? [] : [`- \`${file}\``]),
    `  - ${text.replaceAll(/[\\*_<[]/g, "\\$&")}`,
  ]);
}
