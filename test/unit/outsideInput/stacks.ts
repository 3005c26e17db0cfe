import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ProgramError } from "@fedjoin/provider/internal/commandLine";
import { repositoryRoot } from "@fedjoin/testbed";
import { parsePrintedConfig } from "../../../stacks/src/cli/pulumiConfig";
import { checkEnvironment } from "../../../stacks/src/config/checkEnvironment";
import { configSections } from "../../../stacks/src/config/source";
import { checkPreview } from "../../../stacks/src/policy/checkPreview";
import { createPlaceholders, withPlaceholders } from "../../../stacks/src/render/secretPlaceholders";
import { encryptedPaths, parseStackConfig, stackFilePath } from "../../../provider/src/pulumi/stackFile";
import { caCertificate } from "../../support/caCertificate";
import { readFrom } from "../../support/memoryFiles";
import type { Reader } from "../../support/outsideInput/reader";

const stackFile = readFileSync(join(repositoryRoot, "examples/template/Pulumi.dev.yaml"), "utf8");
const membersCsv = `storeId,jointRest.server,jointRest.port,createNamespace,labels.region
u1,h,10443,true,north
2207,"h ""2"", x",443,false,south
`;
const membersYaml = `
- &m { storeId: u1, jointRest: { server: h, port: 10443 }, controller: { server: h } }
- { <<: *m, storeId: u2, labels: { region: north } }
`;
const master = { rest: { server: "m", port: 10443 } };

function check(given: Readonly<Record<string, unknown>>, files: Readonly<Record<string, string>> = {}) {
  const read = readFrom({ "ca.pem": caCertificate, ...files });
  const readFile = (path: string) => {
    try {
      return { content: read(path) };
    } catch {
      return { problem: "cannot be read" };
    }
  };
  return checkEnvironment(given, { secret: (plain) => plain, readFile });
}

const checkValues = (values: Readonly<Record<string, unknown>>) => check(configSections(values, "acme").sections);

const printed = JSON.stringify({
  "fedjoin:master": { value: JSON.stringify(master), secret: false },
  "fedjoin:members": { value: '[{"storeId":"u1","jointRest":{"server":"h","port":1}}]' },
});
const object = {
  ...{ kind: "ConfigMap", apiVersion: "v1", metadata: { name: "c", namespace: "n" } },
  data: { ENABLE_FED_JOIN: "true" },
};
const preview = JSON.stringify({
  config: { "fedjoin:master": JSON.stringify(master) },
  steps: [
    { op: "create", urn: "urn:pulumi:s::p::t::n", newState: { type: "kubernetes:core/v1:ConfigMap", inputs: object } },
  ],
  diagnostics: [{ severity: "error", message: "m" }],
});

const src = (...names: readonly string[]) => names.map((name) => `stacks/src/${name}.ts`);

/** What reads stack files, lists of members and Pulumi's outputs in the stacks and their commands. */
export const stacksReaders: readonly Reader[] = [
  {
    name: "the configuration that pulumi prints",
    sources: src("cli/pulumiConfig", "config/source", "config/checkEnvironment", "config/duplicateMemberships"),
    valid: [printed],
    errors: [ProgramError],
    read: (text) => checkValues(parsePrintedConfig(text)),
  },
  {
    name: "a value of the configuration",
    sources: src("config/source", "config/checkEnvironment", "config/shard", "config/master", "config/kubernetes"),
    valid: [
      '[{"storeId":"u1","jointRest":{"server":"h","port":1},"controller":{"server":"h","tls":{"caFile":"ca.pem"}}}]',
    ],
    read: (text) =>
      [
        { "fedjoin:master": master, "fedjoin:members": text },
        { "fedjoin:master": text, "fedjoin:members": "[]" },
        { "fedjoin:master": master, "fedjoin:members": "[]", "fedjoin:defaults": text, "fedjoin:shard": text },
      ].map(checkValues),
  },
  {
    name: "a stack file",
    sources: [...src("render/secretPlaceholders"), "provider/src/pulumi/stackFile.ts"],
    valid: [stackFile, "config: { a:b: { secure: v1:x } }\n"],
    read: (text) => {
      const marked = withPlaceholders(parseStackConfig(text));
      encryptedPaths(parseStackConfig(text));
      return createPlaceholders(marked, marked).placeholderFor(text);
    },
  },
  {
    name: "Pulumi.yaml",
    sources: ["provider/src/pulumi/stackFile.ts"],
    valid: ["name: fedjoin\nruntime: nodejs\nstackConfigDir: config\n"],
    read: (text) => stackFilePath(text, "dev"),
  },
  {
    name: "a list of members in CSV",
    sources: src("config/csv", "config/membersCsv", "config/membersFile"),
    valid: [membersCsv, `\uFEFFsep=;\r\n${membersCsv.replaceAll(",", ";").replaceAll("\n", "\r\n")}`],
    read: (text) => check({ master, membersFile: "m.csv" }, { "m.csv": text }),
  },
  {
    name: "a list of members in YAML or JSON",
    sources: src("config/membersYaml", "config/membersFile"),
    valid: [membersYaml, '[{"storeId":"u1","jointRest":{"server":"h","port":1}}]'],
    read: (text) => check({ master, membersFile: "m.yaml" }, { "m.yaml": text }),
  },
  {
    name: "the output of pulumi preview, for the policy",
    sources: src("policy/checkPreview", "policy/objectRules", "policy/podSecurity"),
    valid: [preview],
    read: (text) => checkPreview(text),
  },
];
