import { expect, test } from "vitest";
import { requireNode } from "../../../testbed/src/toolchain/nodeVersion";

test("a Node that is too old is refused with what to install", () => {
  expect(() => {
    requireNode("20.20.2");
  }).toThrow("This is Node 20.20.2. Install Node 22.12 or newer, and run npm ci again.");
});

test.each(["22.12.0", "24.1.0", "25.0.0-nightly20260101"])("Node %s will do", (version) => {
  expect(() => {
    requireNode(version);
  }).not.toThrow();
});
