import { expect, test } from "vitest";
import { packageSbom } from "../../release/sbom";

const lock = {
  stacks: { dependencies: { "@fedjoin/provider": "0.2.0", yaml: "2.0.0" }, peerDependencies: { sdk: ">=3" } },
  provider: { dependencies: { zod: "4.0.0" } },
  "node_modules/@fedjoin/provider": { link: true, resolved: "provider" },
  "node_modules/sdk": { version: "3.1.0" },
  "node_modules/yaml": { version: "2.0.0" },
  "node_modules/zod": { version: "4.0.0" },
};
const component = (ref: string) => ({ "bom-ref": ref, name: ref.split("/").at(-1)?.split("@")[0] ?? "" });
const document = {
  bomFormat: "CycloneDX",
  metadata: { tools: ["npm"], component: component("fedjoin@0.2.0") },
  components: [
    "@fedjoin/provider@0.2.0",
    "@fedjoin/stacks@0.2.0",
    "sdk@3.1.0",
    "vitest@5.0.0",
    "yaml@2.0.0",
    "zod@4.0.0",
  ].map(component),
  dependencies: [
    { ref: "fedjoin@0.2.0", dependsOn: ["@fedjoin/stacks@0.2.0", "vitest@5.0.0"] },
    { ref: "@fedjoin/stacks@0.2.0", dependsOn: ["@fedjoin/provider@0.2.0", "yaml@2.0.0", "vitest@5.0.0"] },
    { ref: "@fedjoin/provider@0.2.0", dependsOn: ["zod@4.0.0"] },
  ],
};

test("an SBOM describes one package, with its peers and without what only the repository needs", () => {
  expect(packageSbom(document, lock, "stacks", { name: "@fedjoin/stacks", version: "0.2.0" })).toEqual({
    bomFormat: "CycloneDX",
    metadata: { tools: ["npm"], component: { "bom-ref": "@fedjoin/stacks@0.2.0", name: "@fedjoin/stacks" } },
    components: [
      { "bom-ref": "@fedjoin/provider@0.2.0", name: "@fedjoin/provider" },
      { "bom-ref": "sdk@3.1.0", name: "sdk" },
      { "bom-ref": "yaml@2.0.0", name: "yaml" },
      { "bom-ref": "zod@4.0.0", name: "zod" },
    ],
    dependencies: [
      { ref: "@fedjoin/stacks@0.2.0", dependsOn: ["@fedjoin/provider@0.2.0", "yaml@2.0.0"] },
      { ref: "@fedjoin/provider@0.2.0", dependsOn: ["zod@4.0.0"] },
    ],
  });
});
