import { expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { propertiesOf, memberJsonSchema } from "../../../../stacks/src/config/jsonSchema";
import { environmentOf, problemsOf } from "../../../support/checkedConfig";

const mapping = z.record(z.string(), z.unknown());

const withExporter = (options: string, joinedBy = "exporter") => `
master:
  rest: { server: hq.example.com }
  credentials: { username: fed, password: master-pw }
  joinToken: token
members:
  - storeId: u2204a
    joinedBy: ${joinedBy}
    controller: { server: 10.0.0.1, credentials: { username: admin, password: store-pw } }
    jointRest: { server: 10.0.0.1, port: 10443 }
    exporter: { image: "exporter:1", ${options.replaceAll(/\n */g, " ")} }
`;

const exporterOf = (options: string, more?: Readonly<Record<string, string>>) =>
  environmentOf(withExporter(options), more).members[0]?.exporter;

const rule =
  "{ to: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] } }], ports: [{ protocol: TCP, port: 443 }] }";

test.each([
  'joinMode: watch, userId: cluster, imagePullSecrets: [registry], objectLabels: { team: a }, nodeSelector: { pool: "1" }',
  "tolerations: [{ key: infra, operator: Exists, effect: NoExecute }], priorityClassName: infra",
  "monitoring: { scrape: { by: auto, intervalSeconds: 30, sizeLimit: 64MiB }, alerts: auto, dashboard: true, apiVersions: [v1] }",
  "imagePullPolicy: Always",
  'podAnnotations: { "example.com/owner": security }',
  `affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms:
    [{ matchExpressions: [{ key: pool, operator: In, values: [infra] }] }] } } }`,
  `affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution:
    [{ weight: 50, podAffinityTerm: { topologyKey: zone, labelSelector: { matchLabels: { app: db } } } }] } }`,
  "topologySpreadConstraints: [{ maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway }]",
  "podDisruptionBudget: { maxUnavailable: 50% }",
  "persistentState: { size: 1Gi, storageClassName: fast }",
  `networkPolicy: { scrapers: [{ namespaceSelector: { matchExpressions: [{ key: team, operator: Exists }] } }],
    dns: ${rule}, controller: ${rule}, master: ${rule}, tokenUrl: ${rule}, push: ${rule}, more: [${rule}] }`,
  "monitoring: { scrape: { by: serviceMonitor, endpoint: { tlsConfig: { ca: { secret: { name: ca } } } } } }",
])("reach the component as Kubernetes has them: %s", (option) => {
  expect(exporterOf(option)).toMatchObject(mapping.parse(parse(`{ ${option} }`)));
});

test.each([
  "registry.example.com/exporter",
  "registry.example.com:5000/exporter",
  "registry.example.com/exporter:latest",
  "registry.example.com/exporter@sha256:abc",
])("D5: an image that does not say which one is refused before anything runs: %s", (image) => {
  expect(problemsOf(withExporter("port: 8068").replace("exporter:1", image))).toEqual([
    "members[0].exporter.image: expected name@sha256:… or name:tag, where the tag is not latest: " +
      "otherwise it is unclear which one runs, and a change deploys no new one",
  ]);
});

test("words about the site are no labels of objects, and each says where the other is", () => {
  const misplaced = withExporter("port: 8068").replace("joinedBy:", "objectLabels: { team: a }\n    joinedBy:");
  expect(problemsOf(misplaced)).toEqual(["members[0].objectLabels: unknown key, did you mean labels?"]);
  const described = (path: string) => propertiesOf(memberJsonSchema()).find(([name]) => name === path)?.[1].description;
  expect(described("labels")).toContain("exporter.objectLabels");
});

test("a volume is switched off by a key of its own, over what the defaults say of it", () => {
  const state = (own: string) => {
    const source = `defaults: { exporter: { persistentState: { size: 1Gi } } }${withExporter(own)}`;
    return environmentOf(source).members[0]?.exporter?.persistentState;
  };
  expect(state("joinMode: watch")).toEqual({ size: "1Gi" });
  expect(state("joinMode: watch, persistentState: { enabled: false }")).toBe(false);
  expect(state("persistentState: { claimName: mine }")).toEqual({ claimName: "mine" });
});

test("R15: a web config and what a file of targets names are secrets, written or read from files", () => {
  const files = { "web.yaml": "basic_auth_users: {}", "targets.yaml": "targets: {}", "members.txt": "one" };
  expect(exporterOf("web: { configFile: web.yaml, tlsSecret: tls }", files)?.web).toEqual({
    config: "<basic_auth_users: {}>",
    tlsSecret: "tls",
  });
  const own = `files: { site-password: pw }, filePaths: { members.txt: members.txt }`;
  expect(exporterOf(`targets: { configFile: targets.yaml, ${own} }`, files)?.targets).toEqual({
    config: "<targets: {}>",
    files: { "site-password": "<pw>", "members.txt": "<one>" },
  });
  expect(exporterOf('web: { config: "{}", scheme: https }')?.web).toEqual({ config: "<{}>", scheme: "https" });
});

test("R15: the URL, the account and the proxy of a push are secrets", () => {
  const push = (own: string) => exporterOf(`push: { url: "https://metrics.example.com/v1/metrics", ${own} }`)?.push;
  expect(push('bearer: token, proxy: "http://u:p@proxy:3128", attributes: { region: north }')).toEqual({
    ...{ url: "<https://metrics.example.com/v1/metrics>", bearer: "<token>", proxy: "<http://u:p@proxy:3128>" },
    attributes: { region: "north" },
  });
  expect(push("intervalSeconds: 30, credentials: { username: store, password: pw }")).toMatchObject({
    ...{ intervalSeconds: 30, credentials: { username: "store", password: "<pw>" } },
  });
});

test("the dashboard is one word, or a place of its own too", () => {
  const dashboardOf = (keys: string) => exporterOf(`monitoring: { ${keys} }`)?.monitoring?.dashboard;
  expect(dashboardOf("alerts: true")).toBeUndefined();
  expect(dashboardOf("dashboard: true")).toBe(true);
  const place = { namespace: "grafana", labels: { grafana: "1" }, annotations: { folder: "Security" } };
  const keys = `dashboard: true, dashboardConfigMap: ${JSON.stringify(place)}`;
  expect(dashboardOf(keys)).toEqual(place);
  expect(dashboardOf("dashboard: false, dashboardConfigMap: { namespace: grafana }")).toBe(false);
});

const notBoth = "give minAvailable or maxUnavailable";
const unread = "cannot be read (ENOENT); relative paths start at the folder of Pulumi.yaml";
const ownFile = "is a file of the exporter's own: take another name";
const pods = "requiredDuringSchedulingIgnoredDuringExecution";
/** Rows of one option that is a mapping: its keys, and the problem with the path in it. */
const within = (option: string) => (keys: string, problem: string) =>
  [`${option}: { ${keys} }`, `${option}.${problem}`] as const;
const budget = within("podDisruptionBudget");
const targets = within("targets");
const push = within("push");
const policy = within("networkPolicy");
const monitoring = within("monitoring");
test.each<readonly [string, string]>([
  ["joinMode: always", "joinMode: expected once or watch"],
  ["userId: 0", "userId: expected an id above 0, or cluster"],
  ["userId: root", "userId: expected an id above 0, or cluster"],
  ["imagePullSecrets: registry", "imagePullSecrets: expected a list"],
  ["imagePullPolicy: always", "imagePullPolicy: expected Always, IfNotPresent or Never"],
  ["objectLabels: { team: 7 }", "objectLabels.team: is a number: quote it"],
  ["labels: { team: security }", "labels: unknown key, did you mean objectLabels?"],
  ["tolerations: [{ effect: Never }]", "tolerations[0].effect: expected NoSchedule, PreferNoSchedule or NoExecute"],
  ["affinity: { nodeAfinity: {} }", "affinity.nodeAfinity: unknown key, did you mean nodeAffinity?"],
  [`affinity: { podAffinity: { ${pods}: [{}] } }`, `affinity.podAffinity.${pods}[0].topologyKey: is required`],
  [
    "topologySpreadConstraints: [{ maxSkew: 0, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway }]",
    "topologySpreadConstraints[0].maxSkew: expected a whole number, 1 or more",
  ],
  ["podDisruptionBudget: {}", `podDisruptionBudget: ${notBoth}`],
  budget("minAvailable: some", "minAvailable: expected a whole number or a percentage such as 50%"),
  budget("minAvailable: 1, maxUnavailable: 1", `maxUnavailable: ${notBoth}, not both`),
  ["persistentState: false", "persistentState: expected a mapping; { enabled: false } for none"],
  ["persistentState: { size: big }", "persistentState.size: expected a quantity such as 16Mi"],
  ["persistentState: { size: 1Gi, claimName: mine }", "persistentState.claimName: give size or claimName, not both"],
  ["web: {}", "web: give config or configFile"],
  ["web: { configFile: none.yaml }", `web.configFile: ${unread}`],
  ["targets: { files: { password: pw } }", "targets: give config or configFile"],
  targets("config: '{}', files: { web.yml: pw }", `files.web.yml: ${ownFile}`),
  targets("config: '{}', files: { CTRL_PASSWORD: pw }", `files.CTRL_PASSWORD: ${ownFile}`),
  targets(
    "config: '{}', files: { ca.pem: pem }, filePaths: { ca.pem: ca.pem }",
    "filePaths: a name may not be in files too",
  ),
  ["push: {}", "push.url: is required"],
  push("url: metrics", "url: expected an https URL"),
  push(
    'url: "https://metrics.example.com"',
    "url: expected a path: /api/v1/otlp/v1/metrics of a Prometheus, or /v1/metrics of an OpenTelemetry collector",
  ),
  push('url: "http://metrics/v1"', "url: expected https; plain http needs allowHttp: true"),
  push('url: "https://metrics/v1", intervalSeconds: 600', "intervalSeconds: expected a number of seconds, 5 to 300"),
  push(
    'url: "https://metrics/v1", bearer: a, credentials: { username: u, password: p }',
    "credentials: give bearer or credentials, not both",
  ),
  push(
    'url: "https://metrics/v1", attributes: { "a b": c }',
    "attributes.a b: expected the name of an attribute, such as service.name",
  ),
  policy("", "scrapers: is required"),
  policy("scrapers: [{ podSelectr: {} }]", "scrapers[0].podSelectr: unknown key, did you mean podSelector?"),
  policy(
    "scrapers: [{ ipBlock: { cidr: 10.0.0.1 } }]",
    "scrapers[0].ipBlock.cidr: expected addresses such as 10.0.0.0/8",
  ),
  monitoring("scrape: { sizeLimit: 64 }", "scrape.sizeLimit: is a number: quote it"),
  monitoring("scrape: { sizeLimit: 64M }", "scrape.sizeLimit: expected a size such as 64MiB"),
  monitoring("alerts: sometimes", "alerts: expected true, false or auto"),
  monitoring("dashboardConfigMap: {}", "dashboardConfigMap: needs dashboard: true"),
  monitoring("scrape: { by: magic }", "scrape.by: expected annotations, serviceMonitor, podMonitor, auto or nothing"),
])("D5: a wrong option is said with its path: %s", (option, problem) => {
  expect(problemsOf(withExporter(option))).toEqual([`members[0].exporter.${problem}`]);
});

test("R1: a mode of the join belongs to an exporter that joins, and to its one key", () => {
  expect(problemsOf(withExporter("joinMode: watch", "pulumi"))).toEqual([
    "members[0].exporter.joinMode: only an exporter that joins has one: it needs joinedBy: exporter",
  ]);
  expect(problemsOf(withExporter("env: { JOIN_MODE: watch }"))).toEqual([
    "members[0].exporter.env.JOIN_MODE: is set by the stack from its own keys",
  ]);
});
