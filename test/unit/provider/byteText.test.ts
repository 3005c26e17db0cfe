import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteText } from "../../../provider/src/byteText";

const anyText = fc.oneof(fc.string({ unit: "binary", maxLength: 200 }), fc.string({ maxLength: 200 }));

test("texts, bytes and parts of another text stand one after the other", () => {
  fc.assert(
    fc.property(fc.array(anyText, { maxLength: 30 }), (texts) => {
      const all = new ByteText(1);
      const kept = new ByteText(1);
      let expected = "";
      texts.forEach((text, index) => {
        const bytes = Buffer.from(text);
        if (index % 3 === 0) all.addText(text);
        else if (index % 3 === 1) all.add(bytes, 0, bytes.length);
        else {
          const from = kept.length;
          kept.addText(text);
          all.addPart(kept, from, kept.length);
        }
        all.addByte(0x2c);
        expected += `${bytes.toString()},`;
      });
      expect(all.length).toBe(Buffer.byteLength(expected));
      expect(all.take()).toBe(expected);
      expect(all.length).toBe(0);
    }),
  );
});

test("bytes that were taken stay as they are while the next are added", () => {
  const text = new ByteText();
  text.addText("first");
  const taken = text.takeBytes();
  text.addText("other");
  expect(Buffer.from(taken).toString()).toBe("first");
  expect(text.take()).toBe("other");
});

test("what is cut is gone", () => {
  const text = new ByteText();
  text.addText("kept");
  text.addText(" not");
  text.cutTo(4);
  text.addText(" too");
  expect(Buffer.from(text.bytes).toString()).toBe("kept too");
});
