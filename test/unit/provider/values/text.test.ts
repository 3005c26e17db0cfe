import { decodeText, InvalidTextError, secretLine, trimText } from "@fedjoin/provider/internal/values";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeReadError } from "../../../../provider/src/values/text";

const utf16 = (text: string): Buffer => Buffer.from(text, "utf16le");

describe("text as it is meant", () => {
  test("a file that cannot be read is told by what is wrong with its text, or by the code of the system", () => {
    expect(describeReadError(new InvalidTextError("is not valid UTF-8 text"))).toBe("it is not valid UTF-8 text");
    expect(describeReadError(Object.assign(new Error("open canary"), { code: "ENOENT" }))).toBe("ENOENT");
    const folder = Object.assign(new Error("read"), { code: "EISDIR" });
    expect(describeReadError(folder)).toBe("it is a folder, expected a file");
    expect(describeReadError(new Error("canary"))).toBe("unknown reason");
  });

  test("bytes with a byte order mark are read as what it says", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        fc.pre(!text.includes("\0"));
        expect(decodeText(Buffer.from(text))).toBe(text.replace(/^\uFEFF/, ""));
        expect(decodeText(utf16(`\uFEFF${text}`))).toBe(text);
        expect(decodeText(utf16(`\uFEFF${text}`).swap16())).toBe(text);
        expect(decodeText(Buffer.from(`\uFEFF${text}`))).toBe(text);
      }),
    );
  });

  test.each([
    ["UTF-16 without a mark", utf16("canary"), "holds NUL characters"],
    ["Latin-1", Buffer.from("canaré", "latin1"), "is not valid UTF-8 text"],
    ["half a UTF-16 character", Buffer.concat([utf16("\uFEFFa"), Buffer.of(1)]), "is not valid UTF-16 text"],
  ])("%s is refused in words that do not repeat it", (_what, bytes, problem) => {
    expect(() => decodeText(bytes)).toThrow(InvalidTextError);
    expect(() => decodeText(bytes)).toThrow(problem);
    expect(() => decodeText(bytes)).not.toThrow(/canar/);
  });

  test("a line with any line ends after it is that line", () => {
    const line = fc.string().filter((text) => !/[\r\n\0\uFEFF\uFFFD]/.test(text));
    const ends = fc.array(fc.constantFrom("\n", "\r\n", "\r")).map((each) => each.join(""));
    fc.assert(
      fc.property(line, ends, fc.constantFrom("", "\uFEFF"), (text, end, mark) => {
        expect(secretLine(`${mark}${text}${end}`)).toBe(text);
        expect(trimText(`${mark}${text}${end}`)).toBe(text);
      }),
    );
  });
});
