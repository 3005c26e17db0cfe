import base from "../../vitest.config.mts";

const unit = base.test?.projects?.find(
  (each) => typeof each === "object" && "test" in each && each.test?.name === "unit",
);
if (typeof unit !== "object" || !("test" in unit)) throw new Error("vitest.config.mts has no unit tests");
const tests = (process.env["MUTATION_TESTS"] ?? "").split(",");

/** The unit tests of one decision. */
export default { ...unit, test: { ...unit.test, include: tests.map((each) => `test/unit/${each}.test.ts`) } };
