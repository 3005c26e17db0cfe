import { expect, test } from "vitest";
import { requireMissing, separateHeldSettings } from "../../../../stacks/src/components/heldSettings";

const files = { caFiles: {}, secretFiles: {} };
const problem = "existingSecret.holds: CTRL_PASSWORD is set by another argument too: give one of them";

test.each([
  { settings: { CTRL_PASSWORD: "pw" }, secrets: {} },
  { settings: {}, secrets: { CTRL_PASSWORD: "pw" } },
])("a setting that an existing Secret holds is refused beside %j", (values) => {
  const secret = { name: "vault", holds: ["CTRL_USERNAME", "CTRL_PASSWORD"] };
  expect(() => separateHeldSettings({ ...files, ...values }, secret)).toThrow(problem);
});

test("a value that comes late is refused too, unless it is missing", () => {
  expect(() => requireMissing("CTRL_PASSWORD", "pw")).toThrow(problem);
  expect(requireMissing("CTRL_PASSWORD", "")).toBe("");
});
