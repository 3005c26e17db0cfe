import { expect, test } from "vitest";
import { problemsOf } from "../../support/checkedConfig";

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
    exporter: { image: "exporter:1", ${options} }
`;

test("the options of an exporter are taken as they are meant", () => {
  const options = [
    ...["joinMode: watch", "userId: cluster", "imagePullSecrets: [registry]", "labels: { team: security }"],
    ...['nodeSelector: { pool: "1" }', "tolerations: [{ key: infra, operator: Exists, effect: NoExecute }]"],
    "priorityClassName: infra",
    "networkPolicy: { scrapers: [{ podSelector: { matchLabels: { app: prometheus } } }] }",
    "monitoring: { scrape: { by: auto, intervalSeconds: 30 }, alerts: auto, dashboard: true, apiVersions: [v1] }",
  ];
  expect(problemsOf(withExporter(options.join(", ")))).toEqual([]);
});

test.each([
  ["joinMode: always", "joinMode: expected once or watch"],
  ["userId: 0", "userId: expected an id above 0, or cluster"],
  ["userId: root", "userId: expected an id above 0, or cluster"],
  ["imagePullSecrets: registry", "imagePullSecrets: expected a list"],
  ["labels: { team: 7 }", "labels.team: is a number: quote it"],
  ["tolerations: [{ effect: Never }]", "tolerations[0].effect: expected NoSchedule, PreferNoSchedule or NoExecute"],
  ["networkPolicy: {}", "networkPolicy.scrapers: is required"],
  [
    "networkPolicy: { scrapers: [{ podSelectr: {} }] }",
    "networkPolicy.scrapers[0].podSelectr: unknown key, did you mean podSelector?",
  ],
  ["monitoring: { alerts: sometimes }", "monitoring.alerts: expected true, false or auto"],
  [
    "monitoring: { scrape: { by: magic } }",
    "monitoring.scrape.by: expected annotations, serviceMonitor, podMonitor, auto or nothing",
  ],
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
