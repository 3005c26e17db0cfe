import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rawHtml, html, renderHtml } from "../../../../exporter/src/landing/html";
import { truncate, escapeInvisible } from "../../../../exporter/src/landing/text";

const anyText = fc.string({ unit: "binary", maxLength: 60 });

describe("a template", () => {
  test("escapes what is put in, in text and in attributes", () => {
    expect(renderHtml(html`<p title="${`"'`}">${"<img src=x onerror=alert(1)>&"}</p>`)).toBe(
      '<p title="&quot;&#39;">&lt;img src=x onerror=alert(1)&gt;&amp;</p>',
    );
  });

  test("takes templates and lists as they are, numbers, and nothing for nothing", () => {
    const items = ["a", "<"].map((text) => html`<b>${text}</b>`);
    expect(renderHtml(html`<p>${items}${0}${undefined}${false}${rawHtml("<i>")}</p>`)).toBe(
      "<p><b>a</b><b>&lt;</b>0<i></p>",
    );
  });

  test("lets no text out of its place, whatever it is", () => {
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        const text = renderHtml(html`<p title="${one}">${other}</p>`);
        expect(text).toMatch(/^<p title="[^<>"']*">[^<>"']*<\/p>$/);
      }),
    );
  });
});

test.each([
  ["a right-to-left override", "a\u202Eb", "a⟨U+202E⟩b"],
  ["a zero-width space", "a\u200Bb", "a⟨U+200B⟩b"],
  ["a soft hyphen", "a\u00ADb", "a⟨U+00AD⟩b"],
  ["a byte order mark", "\uFEFFa", "⟨U+FEFF⟩a"],
  ["a line break", "a\nb", "a⟨U+000A⟩b"],
  ["zero", "\0", "⟨U+0000⟩"],
  ["a lone half of a pair", "\uD800", "⟨U+D800⟩"],
  ["a tag character", "\u{E0041}", "⟨U+E0041⟩"],
  ["accents piled up", "e\u0301\u0301\u0301", "e\u0301\u0301⟨U+0301⟩"],
  ["letters of other scripts", "città 東京 🙂", "città 東京 🙂"],
])("%s is shown visibly", (_, text, shown) => {
  expect([escapeInvisible(text), renderHtml(html`${text}`)]).toEqual([shown, shown]);
});

test.each([
  ["abc", 3, "abc"],
  ["abcd", 3, "ab…"],
  ["🙂🙂🙂", 2, "🙂…"],
])("%s is cut to %i characters as %s", (text, length, cut) => {
  expect(truncate(text, length)).toBe(cut);
});
