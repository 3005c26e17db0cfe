import tseslint from "typescript-eslint";

const exporterLayer = {
  group: ["@fedjoin/exporter", "@fedjoin/exporter/*", "**/exporter/src/*"],
  message: "arrows point stacks -> provider <- exporter",
};
const stacksLayer = {
  group: ["@fedjoin/stacks", "@fedjoin/stacks/*", "**/stacks/src/*"],
  message: "arrows point stacks -> provider <- exporter",
};
const tests = { group: ["**/test/**"], message: "product code does not import tests" };
const pulumi = {
  group: ["@pulumi/*"],
  message:
    "only the classes, provider/src/resources/shared/{args,pulumiResource,secretInputs}.ts and stacks import Pulumi",
};
const axiosOnly = { group: ["axios"], message: "only provider/src/neuvector/transport knows axios" };
const promClient = {
  group: ["prom-client"],
  message: "only selfMetrics.ts, joinMetrics.ts and webConfigMetrics.ts know prom-client",
};
const io = {
  group: [
    "node:http",
    "node:https",
    "node:net",
    "node:tls",
    "node:fs",
    "node:fs/*",
    "node:child_process",
    "node:timers",
    "node:timers/*",
  ],
  message: "the core does no I/O of its own: use the ports",
};

const imports = (...patterns) => ({ "no-restricted-imports": ["error", { patterns }] });
const worldOutsidePorts = [
  { object: "Date", property: "now", message: "time comes in through the clock port" },
  { object: "Math", property: "random", message: "randomness comes in through the random port" },
];
const globalsOutsidePorts = ["setTimeout", "setInterval", "setImmediate", "fetch", "process", "console"].map(
  (name) => ({
    name,
    message: "the core reaches the world through the ports only",
  }),
);

/** Within provider, from the bottom up; only entry points take `system`. */
const above = (...folders) => ({
  group: folders.map((folder) => `**/${folder}/*`),
  message: "arrows point down: see docs/explanation/architecture.md",
});
const core = [exporterLayer, stacksLayer, tests, pulumi, axiosOnly, io];
const providerLayers = ["errors", "values", "neuvector", "federation", "resources", "cli"].map((folder, at, order) => ({
  files: [`provider/src/${folder}/**`],
  ignores: [
    "provider/src/resources/dynamic.ts",
    "provider/src/resources/shared/{args,pulumiResource,secretInputs}.ts",
    "provider/src/neuvector/transport/**",
    "provider/src/cli/main.ts",
  ],
  rules: imports(
    ...core,
    above(...order.slice(at + 1).filter((above) => folder !== "errors" || above !== "neuvector"), "system"),
  ),
}));

export default tseslint.config(
  { ignores: ["**/dist/**", "**/dist-bundle/**", "**/node_modules/**", "test/fixtures/**", "test/golden/**"] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["*.mjs", "*.mts"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      // Numbers in messages are plain and common; everything else stays forbidden.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  { files: ["**/*.mjs", "**/*.mts", "examples/**/*.js", "*/bin/*.js"], ...tseslint.configs.disableTypeChecked },
  // CommonJS: the programs of examples, as Pulumi runs them, and the files that npm links as commands.
  { files: ["examples/**/*.js", "*/bin/*.js"], rules: { "@typescript-eslint/no-require-imports": "off" } },
  { files: ["provider/src/**"], rules: imports(exporterLayer, stacksLayer, tests, pulumi, axiosOnly, io) },
  {
    files: ["provider/src/**"],
    ignores: [
      "provider/src/system/**",
      "provider/src/neuvector/transport/**",
      "provider/src/resources/dynamic.ts",
      "provider/src/resources/shared/pulumiResource.ts",
      "provider/src/cli/main.ts",
      "provider/src/fedJoin.ts",
      "provider/src/neuVectorUser.ts",
    ],
    rules: {
      "no-restricted-properties": ["error", ...worldOutsidePorts],
      "no-restricted-globals": ["error", ...globalsOutsidePorts],
    },
  },
  {
    files: ["provider/src/system/**", "provider/src/neuvector/transport/**", "provider/src/cli/main.ts"],
    rules: imports(exporterLayer, stacksLayer, tests, pulumi),
  },
  ...providerLayers,
  {
    files: ["provider/src/{fedJoin,neuVectorUser,resources/shared/{args,pulumiResource,secretInputs}}.ts"],
    rules: imports(exporterLayer, stacksLayer, tests, axiosOnly, io),
  },
  { files: ["exporter/src/**"], rules: imports(stacksLayer, tests, pulumi, axiosOnly, promClient) },
  {
    files: ["exporter/src/selfMetrics.ts", "exporter/src/join/joinMetrics.ts", "exporter/src/webConfig/*Metrics.ts"],
    rules: imports(stacksLayer, tests, pulumi, axiosOnly),
  },
  {
    files: ["exporter/src/**"],
    ignores: ["exporter/src/main.ts"],
    rules: { "no-restricted-globals": ["error", { name: "process", message: "only main.ts touches process" }] },
  },
  { files: ["stacks/src/**"], rules: imports(exporterLayer, tests, axiosOnly, promClient) },
);
