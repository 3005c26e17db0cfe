import { describe, expect, test } from "vitest";
import { checkPreview } from "../../../../stacks/src/policy/checkPreview";

const canary = 'canary"quoted';
const urn = (type: string, name: string) => `urn:pulumi:dev::fedjoin::${type}::${name}`;
const step = (op: string, type: string, name: string, inputs: object, rest: object = {}) => ({
  ...{ op, urn: urn(type, name) },
  newState: { type, inputs, ...rest },
});

const fedJoin = (inputs: object, rest: object = {}) =>
  step("create", "pulumi-nodejs:dynamic/neuvector:FedJoin", "u1", inputs, rest);
const configMap = (op: string, data: object) =>
  step(op, "kubernetes:core/v1:ConfigMap", "c", { kind: "ConfigMap", metadata: { name: "c" }, data });

const good = {
  config: {
    "fedjoin:master":
      '{"credentials":{"password":"[secret]","passwordFrom":{"env":"PASSWORD"}},"joinTokenUrl":"[secret]"}',
    "fedjoin:membersFile": "stores.csv",
  },
  steps: [
    step("create", "pulumi:providers:kubernetes", "cluster", { kubeconfig: "/home/me/.kube/config" }),
    fedJoin({ controller: { credentials: { username: "admin", password: "[secret]" } }, joinTokenUrl: "[secret]" }),
    step("same", "kubernetes:core/v1:Secret", "s", { kind: "Secret", metadata: { name: "s" }, data: "[secret]" }),
    configMap("create", { LOG_LEVEL: "info" }),
    { op: "delete", urn: urn("kubernetes:core/v1:ConfigMap", "former"), oldState: {} },
  ],
};

const judge = (preview: object) => checkPreview(JSON.stringify(preview), { secrets: [canary] });
const withStep = (added: object) => ({ ...good, steps: [...good.steps, added] });
const withConfig = (key: string, value: string) => ({ ...good, config: { ...good.config, [key]: value } });

describe("the policy of a preview", () => {
  test("R15: finds nothing wrong where nothing is, and counts what will be there", () => {
    expect(judge(good)).toEqual({ objects: 2, resources: 4, leaves: [], violations: [] });
  });

  test("counts a replacement once, and leaves alone what is only read", () => {
    const replaced = ["create-replacement", "replace"].map((op) => configMap(op, { JOIN_TOKEN: "x" }));
    expect(judge({ steps: replaced })).toEqual({
      ...{ objects: 1, resources: 1, leaves: [] },
      violations: ["ConfigMap c: key JOIN_TOKEN belongs in a Secret"],
    });
    expect(judge({ steps: [configMap("read", { JOIN_TOKEN: "x" })] })?.violations).toEqual([]);
  });

  const diagnostics = [
    { severity: "error", message: "error: no such site\n" },
    { severity: "info", message: "i" },
  ];
  const note = JSON.stringify({ exporter: { env: { NOTE: `is ${canary}` } } });
  const kubeconfig = '{"kubernetes":{"kubeconfig":"apiVersion: v1\\nkind: Config"}}';
  const key = '[{},{"exporter":{"credentials":{"apiKey":"name:plain"}}}]';
  const config = (section: string, problem: string, value: string) =>
    [`configuration fedjoin:${section}: ${problem}`, withConfig(`fedjoin:${section}`, value)] as const;
  const join = (problem: string, inputs: object, outputs: object = {}) =>
    [`FedJoin u1: ${problem}`, withStep(fedJoin(inputs, { outputs }))] as const;
  const open = "is not marked as a secret";

  test.each<readonly [string, object]>([
    config("master", "master.credentials.password is not encrypted", '{"credentials":{"password":"plain"}}'),
    config("members", "members[1].exporter.credentials.apiKey is not encrypted", key),
    config("defaults", "defaults.kubernetes.kubeconfig is not encrypted", kubeconfig),
    config("defaults", "holds a secret in the clear (1 of 1)", note),
    join(`input joinTokenUrl ${open}`, { joinTokenUrl: "https://x" }),
    join(`input controller.credentials.password ${open}`, { controller: { credentials: { password: "plain" } } }),
    join(`output joinToken ${open}`, {}, { joinToken: "plain" }),
    join("holds a secret in the clear (1 of 1)", { storeId: canary }),
    join("holds a private key", { ca: "-----BEGIN PRIVATE KEY-----" }),
    [
      "ConfigMap c: what is marked as a secret belongs in a Secret",
      { steps: [configMap("update", { N: "[secret]" })] },
    ],
    ["ConfigMap c: data cannot be checked", { steps: [configMap("update", ["no mapping"])] }],
    ["preview: error: no such site", { ...good, diagnostics }],
  ])("R15: finds: %s", (violation, preview) => {
    expect(judge(preview)?.violations).toEqual([violation]);
    expect(violation).not.toMatch(/plain|canary/);
  });

  test.each(["", "[]", "{}", '{"steps":1}', '{"sequence":0}\n{"sequence":1}'])("is not guessed from: %s", (text) => {
    expect(checkPreview(text)).toBeUndefined();
  });
});

const ofSite = {
  storeId: "u1",
  master: { rest: { server: "m.example.com" } },
  jointRest: { server: "u1.example.com", port: 1 },
};
const deleted = {
  ...{ op: "delete", urn: urn("pulumi-nodejs:dynamic/neuvector:FedJoin", "u1") },
  oldState: { id: "u1-Xy9K2m", inputs: ofSite, outputs: { ...ofSite, clusterName: "u1-Xy9K2m" } },
};
const leaving = "FedJoin u1: u1-Xy9K2m leaves the master at m.example.com:10443: its resource is deleted";

describe("a deployment that ends memberships", () => {
  test("breaks the policy, which says who leaves and why", () => {
    expect(judge(withStep(deleted))).toMatchObject({
      leaves: [leaving],
      violations: ["1 membership would end, and --max-leaves allows 0; for a planned removal pass --max-leaves 1"],
    });
  });

  test("keeps it when as many are planned, and says who leaves all the same", () => {
    const verdict = checkPreview(JSON.stringify(withStep(deleted)), { maxLeaves: 1 });
    expect(verdict).toMatchObject({ leaves: [leaving], violations: [] });
  });

  test("keeps it when another resource takes the membership over", () => {
    const holder = step("create", "pulumi-nodejs:dynamic/neuvector:FedJoin", "store-u1", ofSite);
    expect(judge({ ...good, steps: [holder, deleted] })).toMatchObject({ leaves: [], violations: [] });
  });
});
