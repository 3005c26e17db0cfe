import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  contentSuffix,
  createPlaceholders,
  hasPlaceholder,
  withPlaceholders,
} from "../../../../stacks/src/render/secretPlaceholders";
import { parseStackConfig, stackFilePath } from "../../../../provider/src/pulumi/stackFile";
import { problemsOf } from "../../../support/checkedConfig";

const ciphertext = "v1:bm9uY2U=:dGV4dA==";

describe("the stack's file", () => {
  test("is where Pulumi.yaml says", () => {
    expect(stackFilePath("name: x\nstackConfigDir: stacks/config", "prod")).toBe("stacks/config/Pulumi.prod.yaml");
    expect(stackFilePath("name: x", "prod")).toBe("./Pulumi.prod.yaml");
  });

  test("gives its configuration, or nothing where it has none", () => {
    expect(parseStackConfig("encryptionsalt: v1:x\nconfig:\n  fedjoin:members: []")).toEqual({ "fedjoin:members": [] });
    expect(parseStackConfig("encryptionsalt: v1:x")).toEqual({});
    expect(parseStackConfig("")).toEqual({});
  });

  test("R15: is refused without a word of what is in it", () => {
    expect(() => parseStackConfig("config:\n  a: canary: b")).toThrow(/^is not valid YAML at line 2, column/);
    expect(() => parseStackConfig("config: canary")).toThrow(/^expected a mapping with the key config$/);
  });
});

describe("marks", () => {
  test("R15: stand for encrypted values, at any depth, and reveal only that one was set again", () => {
    const mark = (secure: string) => withPlaceholders([{ password: { secure } }]);
    expect(JSON.stringify(mark(ciphertext))).toMatch(/^\[\{"password":"https:\/\/secret\.invalid\/[0-9a-f]{32}"\}\]$/);
    expect(mark(ciphertext)).toEqual(mark(ciphertext));
    expect(mark(ciphertext)).not.toEqual(mark("v1:b3RoZXI=:dGV4dA=="));
  });

  test("leave everything else as it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(withPlaceholders(value)).toEqual(value);
      }),
    );
  });

  test("pass every check of a secret's form", () => {
    const mark = String(withPlaceholders({ secure: ciphertext }));
    const yaml = `
master:
  rest: { server: hq.example.com }
  credentials: { apiKey: "${mark}" }
  joinTokenUrl: "${mark}"
  joinTokenUrlOptions: { bearer: "${mark}" }
members:
  - storeId: u1
    controller: { server: 10.0.0.1, credentials: { username: "${mark}", password: "${mark}" } }
    jointRest: { server: 10.0.0.1, port: 1 }
    exporter: { image: "i:1", credentials: { apiKey: "${mark}" } }
`;
    expect(problemsOf(yaml)).toEqual([]);
  });

  test("are revealed only where the secret is known", () => {
    const marked = withPlaceholders({ a: [{ secure: "x" }], b: "plain" });
    const mark = String(withPlaceholders({ secure: "x" }));
    expect(createPlaceholders(marked, { a: ["word"], b: "other" }).reveal(mark)).toBe("word");
    expect(createPlaceholders(marked, undefined).reveal(mark)).toBeUndefined();
    expect(createPlaceholders(marked, { a: ["word"] }).reveal("plain")).toBeUndefined();
  });

  test("stand for secrets in the clear too, which then count for no name", () => {
    const marks = createPlaceholders({}, undefined);
    const [first, second] = [marks.placeholderFor("one"), marks.placeholderFor("two")];
    expect([first, second].every(hasPlaceholder)).toBe(true);
    expect(marks.placeholderFor(first)).toBe(first);
    expect([first, second].map(marks.reveal)).toEqual(["one", "two"]);
    expect(contentSuffix({ a: first })).toBe(contentSuffix({ a: second }));
    expect(contentSuffix({ a: first })).not.toBe(contentSuffix({ b: first }));
  });
});
