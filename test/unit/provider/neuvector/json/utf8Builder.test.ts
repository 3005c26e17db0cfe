import fc from "fast-check";
import { expect, test } from "vitest";
import { Utf8Builder } from "../../../../../provider/src/neuvector/json/utf8Builder";

const anyText = fc.oneof(fc.string({ unit: "binary", maxLength: 200 }), fc.string({ maxLength: 200 }));

test("texts, bytes and parts of another text stand one after the other", () => {
  fc.assert(
    fc.property(fc.array(anyText, { maxLength: 30 }), (texts) => {
      const all = new Utf8Builder(1);
      const kept = new Utf8Builder(1);
      let expected = "";
      texts.forEach((text, index) => {
        const bytes = Buffer.from(text);
        if (index % 3 === 0) all.appendString(text);
        else if (index % 3 === 1) all.append(bytes, 0, bytes.length);
        else {
          const from = kept.length;
          kept.appendString(text);
          all.addPart(kept, from, kept.length);
        }
        all.appendByte(0x2c);
        expected += `${bytes.toString()},`;
      });
      expect(all.length).toBe(Buffer.byteLength(expected));
      expect(all.takeString()).toBe(expected);
      expect(all.length).toBe(0);
    }),
  );
});

test("bytes that were taken stay as they are while the next are added", () => {
  const text = new Utf8Builder();
  text.appendString("first");
  const taken = text.takeBytes();
  text.appendString("other");
  expect(Buffer.from(taken).toString()).toBe("first");
  expect(text.takeString()).toBe("other");
});

test("what is cut is gone", () => {
  const text = new Utf8Builder();
  text.appendString("kept");
  text.appendString(" not");
  text.truncate(4);
  text.appendString(" too");
  expect(Buffer.from(text.bytes).toString()).toBe("kept too");
});
