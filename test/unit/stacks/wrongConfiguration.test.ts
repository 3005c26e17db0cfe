import { describe, expect, test } from "vitest";
import { problemsOf } from "../../support/checkedConfig";

const master = `
master:
  rest: { server: hq.example.com }
  credentials: { username: fed, password: master-pw }
`;

const member = (keys: string, masterKeys = master) => `${masterKeys}
members:
  - storeId: u2204a
    controller: { server: 10.0.0.1, credentials: { username: admin, password: store-pw } }
    jointRest: { server: 10.0.0.1, port: 10443 }
    exporter: { image: "exporter:1" }
    ${keys}
`;

describe("a stack configuration with mistakes", () => {
  test("D5: lists every one of them with its path, in the order of the configuration", () => {
    const problems = problemsOf(`
master:
  rest: { server: "https://hq.example.com", prot: 10443 }
  joinTokenUrl: http://tokens.example.com/join
defaults:
  exporter: { image: "exporter:1", imagePullPolicy: Always }
  controller: { credentials: { username: admin, password: canary } }
  storeId: u1
memberz: []
members:
  - controller: { server: 10.0.0.1 }
    jointRest: { server: 10.0.0.1, port: 70000 }
  - storeId: 2204
    controller: { server: 10.0.0.2 }
    jointRest: { server: 10.0.0.2, port: "10443" }
  - storeId: u2204c
    controller: { server: 10.0.0.3 }
    jointRest: { server: 10.0.0.3, port: 10443 }
    joinedby: exporter
  - storeId: U2204C
    controller: { server: 10.0.0.3 }
    jointRest: { server: 10.0.0.3, port: 10443 }
    exporter: { env: { ENABLE_FED_JOIN: "true", CTRL_PASSWORD: canary } }
`);
    expect(problems).toEqual([
      "memberz: unknown key, did you mean members?",
      "master.rest.server: expected a host name or an address, without scheme, path or port",
      "master.rest.prot: unknown key, did you mean port?",
      "master.joinTokenUrl: expected https; plain http needs joinTokenUrlOptions.allowHttp: true",
      "defaults.storeId: belongs into each member",
      "defaults.exporter.imagePullPolicy: unknown key, did you mean image?",
      "members[0].storeId: is required",
      "members[0].jointRest.port: expected a port, 1 to 65535",
      "members[1].storeId: is a number: quote it",
      "members[1].jointRest.port: expected a port number",
      "members[2].joinedby: unknown key, did you mean joinedBy?",
      "members[3].exporter.env.ENABLE_FED_JOIN: a membership has one owner: joinedBy alone says whether the exporter joins",
      "members[3].exporter.env.CTRL_PASSWORD: is set by the stack from its own keys",
      "members[3].storeId: is also that of members[2]: a membership has one owner",
      "members[3].controller: is also that of members[2]: a membership has one owner",
      "members[3].jointRest: is also that of members[2]: a membership has one owner",
    ]);
  });

  test("may lack everything", () => {
    expect(problemsOf("{}")).toEqual(["master: is required", "members: is required"]);
  });

  test.each([
    ["master: none\nmembers: all", ["master: expected a mapping", "members: expected a list"]],
    [`${master}\nmembers: [u2204a]`, ["members[0]: expected a mapping"]],
    [`${master}\nmembers:\n  -\n`, ["members[0]: expected a mapping"]],
    [member("exporter: none").replace(/exporter: \{.*/, ""), ["members[0].exporter: expected a mapping"]],
    [member("namespace: NeuVector"), ["members[0].namespace: expected lower-case letters, digits and inner hyphens"]],
    [member("joinedBy: me"), ["members[0].joinedBy: expected pulumi, exporter or none"]],
    [member("forceLeave: maybe"), ["members[0].forceLeave: expected true or false"]],
    [member("timeoutSeconds: 0"), ["members[0].timeoutSeconds: expected more than 0 seconds"]],
    [member("retry: { maxRetries: -1 }"), ["members[0].retry.maxRetries: expected 0 to 1000"]],
    [
      member("kubernetes: { kubeconfigFile: missing.yaml }"),
      [
        "members[0].kubernetes.kubeconfigFile: cannot be read (ENOENT); relative paths start at the folder of Pulumi.yaml",
      ],
    ],
    [
      member("kubernetes: { kubeconfigFile: kubeconfig.yaml, kubeconfig: text }"),
      ["members[0].kubernetes.kubeconfigFile: give kubeconfig or kubeconfigFile, not both"],
    ],
  ])("is told what was expected: %j", (yaml, problems) => {
    expect(problemsOf(yaml)).toEqual(problems);
  });
});

const needed = "is required, unless there is an apiKey";

describe("the master of a stack configuration", () => {
  test.each([
    ["joinToken: t, joinTokenUrl: 'https://t/x'", ["joinTokenUrl: give joinToken or joinTokenUrl, not both"]],
    ["joinTokenUrl: 'ftp://t/x'", ["joinTokenUrl: expected an https URL"]],
    ["credentials: { apiKey: 'ci:key' }", ["rest: is required beside master.credentials"]],
    ["joinVia: master", ["rest: is required by joinVia: master"]],
    ["rest: { server: hq }, credentials: { username: fed }", [`credentials.password: ${needed}`]],
    ["rest: { server: hq }, credentials: {}", [`credentials.username: ${needed}`, `credentials.password: ${needed}`]],
    [
      "rest: { server: hq }, credentials: { username: fed, password: pw, apiKey: 'ci:key' }",
      ["credentials.apiKey: give username and password, or apiKey"],
    ],
    ["rest: { server: hq }, credentials: { apiKey: key }", ["credentials.apiKey: expected name:secret"]],
    ["tls: { ca: text }", ["tls.ca: expected PEM certificates"]],
    ["tls: { caFile: kubeconfig.yaml }", ["tls.caFile: expected PEM certificates"]],
    ["tls: { fingerprint: ab }", ["tls.fingerprint: expected a SHA-256 fingerprint: 64 hex digits, colons allowed"]],
    [
      `tls: { fingerprint: "${"ab".repeat(32)}", verify: false }`,
      ["tls.verify: a fingerprint and verify: false exclude each other"],
    ],
  ])("is refused with %s", (keys, problems) => {
    expect(problemsOf(`master: { ${keys} }\nmembers: []`)).toEqual(problems.map((problem) => `master.${problem}`));
  });
});

describe("a member that cannot be joined or deployed", () => {
  const account = "credentials: { username: admin, password: pw }";
  const tokenOnly = "{ joinToken: t }";
  const viaMaster = "{ rest: { server: hq }, joinToken: t, joinVia: master }";
  const reachable = `controller: { server: 10.0.0.1, ${account} }`;
  const inside = `controller: { service: { server: api.neuvector }, ${account} }`;
  const joint = "jointRest: { server: 10.0.0.1, port: 10443 }";
  const exporter = "exporter: { image: 'exporter:1' }";
  const none = "exporter: { enabled: false }";

  test.each([
    [tokenOnly, [reachable, exporter], ["jointRest: is required to join"]],
    [tokenOnly, [reachable, joint], ["exporter.image: is required"]],
    [tokenOnly, [inside, joint, exporter], ["controller.server: is required: the join is sent there"]],
    [
      viaMaster,
      [inside, joint, exporter],
      ["controller.server: is required, unless there are master.credentials: one side must be readable"],
    ],
    [
      "{ rest: { server: hq } }",
      [reachable, joint, exporter],
      ["joinedBy: needs master.joinToken, master.joinTokenUrl, or master.credentials to mint a token"],
    ],
    [
      `{ rest: { server: hq }, ${account} }`,
      [inside, joint, exporter, "joinedBy: exporter"],
      ["joinedBy: an exporter mints no token: it needs master.joinToken or master.joinTokenUrl"],
    ],
    [
      "{}",
      [exporter, "joinedBy: none"],
      ["controller.service: is required by the exporter, unless controller.server serves it too"],
    ],
    [
      tokenOnly,
      [inside, joint, none, "joinedBy: exporter"],
      ["exporter.enabled: joinedBy: exporter needs the exporter, and joinedBy: none has nothing else to deploy"],
    ],
  ])("is refused: master %s, member %j", (master, keys, problems) => {
    expect(problemsOf(`master: ${master}\nmembers: [{ storeId: u2204a, ${keys.join(", ")} }]`)).toEqual(
      problems.map((problem) => `members[0].${problem}`),
    );
  });
});
