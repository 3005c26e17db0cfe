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

const entriesOnly = {
  regex: "^@fedjoin/provider$",
  message: "the root is for Pulumi programs: import one of the other entry points",
};
const systemEntry = { regex: "^@fedjoin/provider/internal/system$", message: "only entry points take the real world" };

const zodAsNamespace = {
  selector: "ImportDeclaration[source.value='zod'] > ImportSpecifier",
  message: 'import * as z from "zod": of `{ z }`, esbuild leaves nothing out of the single file',
};

/** What each folder of a package may import from the package's other folders: the layers, from the bottom up. */
const layers = {
  provider: {
    errors: [],
    values: [],
    kubernetes: ["values"],
    neuvector: ["errors", "values"],
    federation: ["errors", "values", "neuvector"],
    resources: ["errors", "values", "neuvector", "federation"],
    pulumi: ["errors", "values", "neuvector", "resources"],
    system: ["errors", "values", "neuvector", "kubernetes"],
    commandLine: ["system", "values"],
    cli: ["errors", "values", "kubernetes", "neuvector", "federation", "resources", "pulumi", "commandLine"],
  },
  exporter: {
    values: [],
    state: [],
    collectors: [],
    account: ["state"],
    configFile: ["values"],
    webConfig: ["values"],
    scrape: ["collectors", "values"],
    settings: ["collectors", "configFile", "scrape", "values", "webConfig"],
    web: ["scrape", "settings", "webConfig"],
    targets: ["account", "collectors", "configFile", "scrape", "settings", "state"],
    join: ["account", "settings", "state", "values"],
    push: ["collectors", "scrape", "settings", "targets", "values"],
    pages: ["configFile", "scrape", "targets", "web"],
    landing: ["join", "scrape", "web"],
  },
  stacks: {
    monitoring: [],
    cli: [],
    components: ["monitoring"],
    config: ["components"],
    deploy: ["components", "config"],
    joins: ["cli", "config", "deploy"],
    policy: ["cli", "components", "config"],
    render: ["cli", "config", "deploy"],
  },
  "test/simulation": {
    engine: [],
    conformance: ["engine"],
    trace: [],
    faults: ["trace"],
    herd: ["trace", "world"],
    world: ["engine", "faults", "trace"],
    oracles: ["trace"],
    scenarios: ["engine", "faults", "oracles", "trace", "world"],
    search: ["faults", "oracles", "scenarios", "trace"],
  },
};
const everywhere = {
  provider: [exporterLayer, stacksLayer, tests, pulumi, axiosOnly, io],
  exporter: [stacksLayer, tests, pulumi, axiosOnly, promClient, entriesOnly, systemEntry],
  stacks: [exporterLayer, tests, axiosOnly, promClient],
  "test/simulation": [],
};

/**
 * The imports of files in `folder` of a package; none of its folders for files beside them.
 * @param {{without?: object[], more?: string[]}} exceptions Rules that do not hold, and further folders.
 */
function imports(name, folder, files, { without = [], more = [] } = {}) {
  const allowed = [folder, ...(layers[name][folder] ?? []), ...more];
  const forbidden = folder === "" ? [] : Object.keys(layers[name]).filter((each) => !allowed.includes(each));
  const layer = {
    regex: `^(\\.\\./)+(${forbidden.join("|")})/`,
    message: `${folder} is not above it: see docs/explanation/architecture.md`,
  };
  const patterns = everywhere[name].filter((each) => !without.includes(each));
  const rule = ["error", { patterns: forbidden.length === 0 ? patterns : [...patterns, layer] }];
  return {
    files: files.map((file) => `${name}/src/${folder === "" ? "" : `${folder}/`}${file}`),
    rules: { "no-restricted-imports": rule },
  };
}

const importRules = [
  ...Object.entries(layers).flatMap(([name, folders]) => [
    imports(name, "", ["*.ts"]),
    ...Object.keys(folders).map((folder) => imports(name, folder, ["**"])),
  ]),
  imports("provider", "", ["fedJoin.ts", "neuVectorUser.ts"], { without: [pulumi] }),
  imports("provider", "neuvector", ["transport/**"], { without: [axiosOnly, io] }),
  imports("provider", "resources", ["shared/{args,secretInputs}.ts"], { without: [pulumi] }),
  imports("provider", "resources", ["shared/pulumiResource.ts"], { without: [pulumi], more: ["system"] }),
  imports("provider", "resources", ["dynamic.ts"], { more: ["system"] }),
  imports("provider", "system", ["**"], { without: [io] }),
  imports("provider", "pulumi", ["pulumiProcess.ts"], { without: [io] }),
  imports("provider", "cli", ["main.ts"], { without: [io], more: ["system"] }),
  imports("exporter", "", ["main.ts", "reference.ts"], { without: [systemEntry] }),
  imports("exporter", "", ["selfMetrics.ts"], { without: [promClient] }),
  imports("exporter", "join", ["joinMetrics.ts"], { without: [promClient] }),
  imports("exporter", "webConfig", ["*Metrics.ts"], { without: [promClient] }),
];

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
      "no-restricted-syntax": ["error", zodAsNamespace],
    },
  },
  { files: ["**/*.mjs", "**/*.mts", "examples/**/*.js", "*/bin/*.js"], ...tseslint.configs.disableTypeChecked },
  // CommonJS: the programs of examples, as Pulumi runs them, and the files that npm links as commands.
  { files: ["examples/**/*.js", "*/bin/*.js"], rules: { "@typescript-eslint/no-require-imports": "off" } },
  ...importRules,
  {
    files: ["provider/src/**"],
    ignores: [
      "provider/src/system/**",
      "provider/src/commandLine/runProgram.ts",
      "provider/src/pulumi/pulumiProcess.ts",
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
    files: ["exporter/src/**"],
    ignores: ["exporter/src/main.ts"],
    rules: { "no-restricted-globals": ["error", { name: "process", message: "only main.ts touches process" }] },
  },
);
