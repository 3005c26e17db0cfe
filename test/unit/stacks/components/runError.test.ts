import { inspect } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { runError } from "../../../../stacks/src/components/runError";

test("a refusal keeps its message, whatever Pulumi writes into it or hangs on it", () => {
  const error = runError("u1: refused");
  error.message = `error serializing property "metadata": ${error.message}`;
  Object.assign(error, { promise: Promise.resolve("a long story") });
  expect(pulumi.RunError.isInstance(error)).toBe(true);
  expect(error.message).toBe("u1: refused");
  expect(inspect(error, { colors: true })).toBe("u1: refused");
});
