import { describe, expect, test } from "vitest";
import { previewErrors } from "../../../../provider/src/pulumi/previewErrors";

const urn = (name: string) => `urn:pulumi:prod::fedjoin::pulumi-nodejs:dynamic/neuvector:FedJoin::${name}`;
const refused = (name: string) => ({
  urn: urn(name),
  message: `error: unable to replace resource "${urn(name)}"\nas it is currently marked for protection. To unprotect the resource, …\n`,
  severity: "error",
});

describe("why a preview failed", () => {
  test("each resource with what the engine said, and protected members together with what to do", () => {
    const diagnostics = [
      refused("u1"),
      { urn: urn("u2"), message: "error: join of u2\n  failed\n", severity: "error" },
      { urn: urn("u3"), message: "warning: slow\n", severity: "warning" },
      refused("u4"),
      { message: "error: preview failed\n", severity: "error" },
    ];
    expect(previewErrors(JSON.stringify({ steps: [], diagnostics }))).toEqual([
      "u2: error: join of u2 failed",
      "protected: u1 u4. Declare protect: false beside the change, and true again when all are done.",
    ]);
  });

  test("an error of no resource where there is no other", () => {
    const diagnostics = [{ message: "error: the stack\n  is locked\n", severity: "error" }];
    expect(previewErrors(JSON.stringify({ steps: [], diagnostics }))).toEqual(["error: the stack is locked"]);
  });

  test.each(["", "hunter2", "{}", '{"diagnostics":null}', '{"diagnostics":"hunter2"}'])("nothing in %j", (preview) => {
    expect(previewErrors(preview)).toEqual([]);
  });
});
