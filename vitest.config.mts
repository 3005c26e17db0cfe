import { defineConfig } from "vitest/config";

const source = (file: string) => new URL(file, import.meta.url).pathname;

// Tests in this process run the sources; child processes (exporter, dynamic provider, CLI) run the build.
const alias = [
  { find: /^@fedjoin\/provider$/, replacement: source("provider/src/index.ts") },
  { find: /^@fedjoin\/provider\/(?:internal\/)?(\w+)$/, replacement: `${source("provider/src")}/$1` },
  { find: /^@fedjoin\/simulation$/, replacement: source("test/simulation/src/index.ts") },
  {
    find: /^@fedjoin\/simulation\/conformance$/,
    replacement: source("test/simulation/src/conformance/conformance.ts"),
  },
  { find: /^@fedjoin\/simulator$/, replacement: source("test/simulator/src/index.ts") },
  { find: /^@fedjoin\/testbed$/, replacement: source("test/testbed/src/index.ts") },
  { find: /^@fedjoin\/testbed\/browser$/, replacement: source("test/testbed/src/browser.ts") },
];

/** Tests share the modules of their worker: none changes global state that it does not restore. */
const layer = (name: string, testTimeout: number, more: object = {}) => ({
  resolve: { alias },
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout,
    hookTimeout: testTimeout,
    isolate: false,
    ...more,
  },
});

export default defineConfig({
  test: {
    // Tests wait for processes and servers more than they compute.
    maxWorkers: 3,
    projects: [
      layer("unit", 20_000),
      layer("integration", 60_000),
      layer("protocol", 60_000),
      layer("program", 60_000),
      layer("e2e", 600_000, { globalSetup: "test/e2e/globalSetup.ts" }),
    ],
  },
});
