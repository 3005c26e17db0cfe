import { expect, test } from "vitest";
import { dark, forced, light, type Palette } from "../../../../exporter/src/landing/palette";
import { stylesheet } from "../../../../exporter/src/landing/stylesheet";
import { severities } from "../../../../exporter/src/landing/severity";

/** Relative luminance by WCAG 2.2. */
function luminance(colour: string): number {
  const channels = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
  const [red = 0, green = 0, blue = 0] = channels.map((value) =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [bright = 0, faint = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (bright + 0.05) / (faint + 0.05);
}

test("contrast is measured as WCAG does", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});

test.each<[string, Palette]>([
  ["light", light],
  ["dark", dark],
])("in %s colours text has a contrast of 4.5 to 1 (WCAG AA), and other marks of 3 to 1", (_, palette) => {
  const inks = ["text", "muted", "link", ...severities] as const;
  const grounds = ["page", "surface", "card"] as const;
  const texts = grounds.flatMap((ground) => inks.map((ink) => [ink, ground] as const));
  const faint = texts.filter(([ink, ground]) => contrast(palette[ink], palette[ground]) < 4.5);
  expect(faint).toEqual([]);
  expect(contrast(palette.surface, palette.link)).toBeGreaterThanOrEqual(4.5);
  expect(contrast(palette.wire, palette.surface)).toBeGreaterThanOrEqual(3);
});

test("where the reader has chosen all colours, there are only the system's", () => {
  expect(new Set(Object.values(forced))).toEqual(new Set(["Canvas", "CanvasText", "LinkText"]));
});

test("the style sheet uses no colour that is not in the palette, and asks for nothing", () => {
  const [, rules = ""] = stylesheet.split("*{box-sizing:border-box}");
  expect(rules).not.toMatch(/#[0-9a-f]{3,8}\b|rgb|hsl/i);
  expect(stylesheet).not.toMatch(/url\(|@import|animation|transition|<\//);
});
