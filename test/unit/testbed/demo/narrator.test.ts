import { expect, test } from "vitest";
import { createNarrator } from "../../../testbed/src/demo/narrator";

function told(
  tell: (narrator: ReturnType<typeof createNarrator>) => void,
  { coloured = false, columns }: { readonly coloured?: boolean; readonly columns?: number } = {},
): string[] {
  const lines: string[] = [];
  const clock = { ms: 0 };
  const narrator = createNarrator(
    {
      write: (line) => lines.push(line),
      format: (format, text) => (coloured ? `<${format}>${text}</${format}>` : text),
      columns,
    },
    () => (clock.ms += 6_000),
  );
  tell(narrator);
  return lines;
}

test("a chapter has a number and the time since the start", () => {
  const lines = told(({ chapter }) => {
    chapter("Start");
    chapter("End");
  });
  expect(lines).toEqual(["", "[  6 s] 1. Start", "", "[ 12 s] 2. End"]);
});

test("no line is longer than 80 columns unless a single word is", () => {
  const words = Array.from({ length: 40 }, (_, index) => `word${index}`).join(" ");
  const path = `/${"long".repeat(30)}`;
  const lines = told(({ chapter, say, quote, command }) => {
    for (const print of [chapter, say, quote, command]) print(words);
    say(`tool: ${path}`);
  });
  expect(lines.filter((line) => line.length > 80)).toEqual([`    ${path}`]);
  expect(lines.join(" ").match(/word\d+/g)).toHaveLength(160);
});

test("in a narrow terminal every line fits, and in a wide one it is as long as in others", () => {
  const tell = ({ chapter, say, quote, command, claim }: ReturnType<typeof createNarrator>): void => {
    for (const print of [chapter, say, quote, command]) print("several words ".repeat(12).trim());
    claim("a claim of several words, longer than the terminal is wide", true);
  };
  expect(Math.max(...told(tell, { columns: 40 }).map(({ length }) => length))).toBeLessThanOrEqual(40);
  expect(told(tell, { columns: 200 })).toEqual(told(tell));
});

test("a claim that does not hold ends the story", () => {
  expect(
    told(({ claim }) => {
      claim("it is up", true);
    }),
  ).toEqual(["  ✓ it is up"]);
  expect(() =>
    told(({ claim }) => {
      claim("it is up", false);
    }),
  ).toThrow("not true: it is up");
});

test("colours follow what happened, and are left to the screen", () => {
  const lines = told(
    ({ quote, command }) => {
      command("pulumi up");
      quote("+ membership a  created");
      quote("- membership b  deleted");
      quote("Resources: 1 created");
    },
    { coloured: true },
  );
  expect(lines).toEqual([
    "  <cyan>$ pulumi up</cyan>",
    "    <green>+ membership a  created</green>",
    "    <red>- membership b  deleted</red>",
    "    Resources: 1 created",
  ]);
});
