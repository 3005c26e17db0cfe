import { styleText } from "node:util";
import { expect, test } from "vitest";
import { terminalSvg, terminalText } from "../../docs/terminalSvg";

const bold = styleText("bold", "2. Plan", { validateStream: false });
const green = styleText("green", "✓", { validateStream: false });

test("what a terminal shows becomes text with colours, and comes back as it was", () => {
  const svg = terminalSvg(`${bold}\n  ${green} a <b> & c\n`, "A demo");
  expect(svg).toContain("<title>A demo</title>");
  expect(svg).toContain('<tspan class="bold">2. Plan</tspan>');
  expect(svg).toContain('<tspan class="green">✓</tspan> a &lt;b&gt; &amp; c');
  expect(terminalText(svg)).toEqual(["2. Plan", "  ✓ a <b> & c"]);
});

test("the picture is as high as its lines", () => {
  const heightOf = (svg: string) => Number(/viewBox="0 0 \d+ (\d+)"/.exec(svg)?.[1]);
  const [one, three] = [terminalSvg("a", "t"), terminalSvg("a\n\nb", "t")].map(heightOf);
  expect((three ?? 0) - (one ?? 0)).toBe(2 * 19);
});
