import { defineConfig } from "vitest/config";

const source = (file: string) => new URL(file, import.meta.url).pathname;

// Tests in this process run the sources; child processes (exporter, dynamic provider, CLI) run the build.
const alias = [
  { find: /^@fedjoin\/provider$/, replacement: source("provider/src/index.ts") },
  { find: /^@fedjoin\/provider\/(\w+)$/, replacement: `${source("provider/src")}/$1` },
  { find: /^@fedjoin\/simulator$/, replacement: source("test/simulator/src/index.ts") },
  { find: /^@fedjoin\/testbed$/, replacement: source("test/testbed/src/index.ts") },
  { find: /^@fedjoin\/testbed\/browser$/, replacement: source("test/testbed/src/browser.ts") },
];

const layer = (name: string, testTimeout: number, isolate = true) => ({
  resolve: { alias },
  test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout, hookTimeout: testTimeout, isolate },
});

export default defineConfig({
  test: {
    // Tests wait for processes and servers more than they compute.
    maxWorkers: 2,
    projects: [
      // Its tests share modules and change no global state: one load of them serves all files of a worker.
      layer("unit", 20_000, false),
      layer("integration", 60_000),
      layer("protocol", 60_000),
      layer("program", 60_000),
      layer("e2e", 600_000),
    ],
  },
});
