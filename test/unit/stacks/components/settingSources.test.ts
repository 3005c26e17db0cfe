import { expect, test } from "vitest";
import { requireMissing, separateSources } from "../../../../stacks/src/components/settingSources";

const files = { caFiles: {}, secretFiles: {} };
const vault = { name: "vault", holds: ["CTRL_USERNAME", "CTRL_PASSWORD"] };
const held = "existingSecret.holds: CTRL_PASSWORD is set by another argument too: give one of them";

test.each([
  [{ settings: { CTRL_PASSWORD: "pw" }, secrets: {} }, vault, held],
  [{ settings: { CTRL_PASSWORD_FILE: "/pw" }, secrets: {} }, vault, held],
  [{ settings: {}, secrets: { CTRL_PASSWORD: "pw" } }, vault, held],
  [
    { settings: { CTRL_PASSWORD_FILE: "/pw" }, secrets: { CTRL_PASSWORD: "pw" } },
    undefined,
    "env: CTRL_PASSWORD_FILE is set by another argument too: give one of them",
  ],
])("two sources of a setting are refused: %j beside %j", (values, secret, problem) => {
  expect(() => separateSources({ ...files, ...values }, secret)).toThrow(problem);
});

test("a file in place of a secret, and what nobody else sets, stay as they are", () => {
  const environment = {
    ...files,
    settings: { JOIN_TOKEN_FILE: "/token", CTRL_CA_FILE: "/ca" },
    secrets: { JOIN_TOKEN: "", CTRL_APIKEY: "a:b" },
  };
  expect(separateSources(environment, undefined)).toEqual({ environment, existingSecret: undefined });
});

test("a value that comes late is refused too, unless it is missing", () => {
  expect(() => requireMissing("existingSecret.holds: CTRL_PASSWORD", "pw")).toThrow(held);
  expect(requireMissing("existingSecret.holds: CTRL_PASSWORD", "")).toBe("");
});
