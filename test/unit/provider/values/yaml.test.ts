import { describe, expect, test } from "vitest";
import { parseYaml } from "../../../../provider/src/values/yaml";

describe("parseYaml", () => {
  test.each([
    ["a: 1\nb: [x, null]", { a: 1, b: ["x", null] }],
    ['{ "a": 1 }', { a: 1 }],
    ["", null],
  ])("%j has its value", (text, value) => {
    expect(parseYaml(text)).toMatchObject({ value });
  });

  test("the line of a path, and of what is closest around a missing one", () => {
    const yaml = parseYaml("- a: 1\n- a: 2\n  b: { c: 3 }\n");
    if ("problem" in yaml) throw new Error(yaml.problem);
    expect([[0, "a"], [1, "b", "c"], [1, "b", "none"], [7]].map(yaml.lineOf)).toEqual([1, 3, 3, 1]);
  });

  test.each([
    ["password: !canary x", /^is not valid YAML at line 1, column 11 \(TAG_RESOLVE_FAILED\): put values .* in quotes$/],
    ["a: 1\na: canary", /^is not valid YAML at line 2, column 1 \(DUPLICATE_KEY\)/],
    ["password: *canary", /^has an alias \(\*name\) without its anchor/],
    [`a: ${"[".repeat(101)}${"]".repeat(101)}`, /^a value has more than 100 levels$/],
  ])("%.30j is a problem that never quotes the text", (text, problem) => {
    const yaml = parseYaml(text);
    expect("problem" in yaml && yaml.problem).toMatch(problem);
    expect(JSON.stringify(yaml)).not.toContain("canary");
  });
});
