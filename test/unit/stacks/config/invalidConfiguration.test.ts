import { describe, expect, test } from "vitest";
import { problemsOf } from "../../../support/checkedConfig";

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
  exporter: { image: "exporter:1", imagePulPolicy: Always }
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
      "defaults.storeId: belongs in each member",
      "defaults.exporter.imagePulPolicy: unknown key, did you mean imagePullPolicy?",
      "members[0].storeId: is required",
      "members[0].jointRest.port: expected a port number, 1 to 65535",
      "members[1].storeId: is a number: quote it",
      "members[1].jointRest.port: expected a port number, 1 to 65535",
      "members[2].joinedby: unknown key, did you mean joinedBy?",
      "members[3].exporter.env.ENABLE_FED_JOIN: a membership has one owner: joinedBy alone says whether the exporter joins",
      "members[3].exporter.env.CTRL_PASSWORD: is set by the stack from its own keys",
      "members[3].storeId: is also that of members[2]: a membership has one owner",
      "members[3].controller: is also that of members[2]: a membership has one owner",
      "members[3].jointRest: is also that of members[2]: a membership has one owner",
    ]);
  });

  test("may lack everything", () => {
    expect(problemsOf("{}")).toEqual([
      "master: is required",
      "members: is required: the list of the federation's clusters, here or in a membersFile",
    ]);
  });

  test.each([
    ["master: none\nmembers: all", ["master: expected a mapping", "members: expected a list"]],
    [`${master}\nmembers: [u2204a]`, ["members[0]: expected a mapping"]],
    [`${master}\nmembers: [[{ storeId: u2204a }]]`, ["members[0]: expected a mapping"]],
    [`${master}\nmembers:\n  -\n`, ["members[0]: expected a mapping"]],
    [member("exporter: none").replace(/exporter: \{.*/, ""), ["members[0].exporter: expected a mapping"]],
    [
      member("").replace("jointRest: { server: 10.0.0.1", 'jointRest: { server: "[::1]:10443"'),
      ["members[0].jointRest.server: the port belongs in its own field"],
    ],
    [
      `${member("")}\ndefaults: { clusterUid: 7c9a1d5e-3c1f-4a58-9f0b-2b1a6f0c9d11 }`,
      ["defaults.clusterUid: belongs in each member, unless it is auto"],
    ],
  ])("is told what was expected: %j", (yaml, problems) => {
    expect(problemsOf(yaml)).toEqual(problems);
  });

  const unread = "cannot be read (ENOENT); relative paths start at the folder of Pulumi.yaml";
  const oneKubeconfig = "give kubeconfig or kubeconfigFile, not both";
  test.each([
    ["namespace: NeuVector", "namespace: expected lower-case letters, digits and inner hyphens"],
    ["joinedBy: me", "joinedBy: expected pulumi, exporter or none"],
    ["forceLeave: maybe", "forceLeave: expected true or false"],
    ["protect: always", "protect: expected true or false"],
    ["retainOnDelete: 1", "retainOnDelete: expected true or false"],
    ["timeoutSeconds: 0", "timeoutSeconds: expected a number of seconds above 0"],
    ["retry: { maxRetries: -1 }", "retry.maxRetries: expected a whole number, 0 to 1000"],
    ["kubernetes: { kubeconfigFile: missing.yaml }", `kubernetes.kubeconfigFile: ${unread}`],
    [
      "kubernetes: { kubeconfigFile: kubeconfig.yaml, kubeconfig: text }",
      `kubernetes.kubeconfigFile: ${oneKubeconfig}`,
    ],
    ["initConfig: { configMap: a, secret: b }", "initConfig.secret: give configMap or secret, not both"],
    ["initConfig: {}", "initConfig: give configMap or secret"],
    ["nameSuffix: fixed", "nameSuffix: expected random or uid"],
    ["ifAbsent: adopt", "ifAbsent: expected join or fail"],
    ["clusterUid: Auto", "clusterUid: expected auto, or the UID of the cluster's namespace kube-system"],
    ["nameSuffix: uid", "clusterUid: is required by nameSuffix: uid; auto reads it from the cluster"],
  ])("is told what was expected of a member: %s", (keys, problem) => {
    expect(problemsOf(member(keys))).toEqual([`members[0].${problem}`]);
  });
});

describe("the master of a stack configuration", () => {
  const pin = "ab".repeat(32);
  test.each([
    ["joinToken: t, joinTokenUrl: 'https://t/x'", ["joinTokenUrl: give joinToken or joinTokenUrl, not both"]],
    ["joinTokenUrl: 'ftp://t/x'", ["joinTokenUrl: expected an https URL"]],
    ["credentials: { apiKey: 'ci:key' }", ["rest: is required beside master.credentials"]],
    ["joinVia: master", ["rest: is required by joinVia: master"]],
    ["tls: { ca: text }", ["tls.ca: expected PEM certificates"]],
    ["tls: { caFile: kubeconfig.yaml }", ["tls.caFile: expected PEM certificates"]],
    [`tls: { fingerprint: "${pin}", verify: false }`, ["tls.verify: fingerprint and verify: false exclude each other"]],
  ])("is refused with %s", (keys, problems) => {
    expect(problemsOf(`master: { ${keys} }\nmembers: []`)).toEqual(problems.map((problem) => `master.${problem}`));
  });

  const needed = "is required, unless there is an apiKey";
  const account = "username: fed, password: pw";
  test.each([
    ["", [`username: ${needed}`, `password: ${needed}`]],
    [`${account}, apiKeyFrom: { env: KEY }`, ["apiKeyFrom: give username and password, or apiKeyFrom"]],
  ])("is refused with the credentials { %s }", (keys, problems) => {
    const yaml = `master: { rest: { server: hq }, credentials: { ${keys} } }\nmembers: []`;
    expect(problemsOf(yaml)).toEqual(problems.map((problem) => `master.credentials.${problem}`));
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

  const noToken = "an exporter mints no token: it needs master.joinToken or master.joinTokenUrl";
  const oneSide = "is required, unless there are master.credentials: one side must be readable";
  const served = "is required by the exporter, unless controller.server serves it too";

  test.each([
    [tokenOnly, [reachable, exporter], "jointRest: is required to join"],
    [tokenOnly, [reachable, joint], "exporter.image: is required"],
    [tokenOnly, [inside, joint, exporter], "controller.server: is required: the join is sent there"],
    [viaMaster, [inside, joint, exporter], `controller.server: ${oneSide}`],
    [
      "{ rest: { server: hq } }",
      [reachable, joint, exporter],
      "joinedBy: needs master.joinToken, master.joinTokenUrl, or master.credentials to mint a token",
    ],
    [`{ rest: { server: hq }, ${account} }`, [inside, joint, exporter, "joinedBy: exporter"], `joinedBy: ${noToken}`],
    ["{}", [exporter, "joinedBy: none"], `controller.service: ${served}`],
    [
      tokenOnly,
      [inside, joint, none, "joinedBy: exporter"],
      "exporter.enabled: joinedBy: exporter needs the exporter, and joinedBy: none has nothing else to deploy",
    ],
  ])("is refused: master %s, member %j", (master, keys, problem) => {
    const yaml = `master: ${master}\nmembers: [{ storeId: u2204a, ${keys.join(", ")} }]`;
    expect(problemsOf(yaml)).toEqual([`members[0].${problem}`]);
  });
});

describe("a reference to a secret", () => {
  test.each([
    ["{}", ": give exactly one of env, file, command"],
    ["TOKEN", ": expected a mapping"],
    ["{ command: [pin, 1234] }", ".command[1]: is a number: quote it"],
    ["{ path: /token }", ".path: unknown key, did you mean env?"],
  ])("is refused: %s", (reference, problem) => {
    expect(problemsOf(`master: { joinTokenFrom: ${reference} }\nmembers: []`)).toContain(
      `master.joinTokenFrom${problem}`,
    );
  });

  const site = (keys: string) => `
defaults: { controller: { credentials: { username: admin, passwordFrom: { env: PW } } } }
members:
  - { storeId: u1, controller: { server: a }, jointRest: { server: a, port: 443 }, ${keys} }`;
  const token = "joinToken: t";
  const lacks =
    "is required: the exporter's Secret needs the account itself, and controller.credentials is only a reference";
  const image = "image: 'e:1'";
  const joins = "joinedBy: exporter";
  const account = "credentials: { username: reader, password: pw }";
  const joining = `exporter: { ${image}, ${account}, joinCredentials: { apiKey: "join:key" } }, ${joins}`;
  const noneToScrape = `exporter.credentials: ${lacks}`;
  const noneToJoin = `exporter.joinCredentials: ${lacks}`;
  const reference = "credentials: { apiKeyFrom: { env: KEY } }";
  const valueOnly = "only a FedJoin reads references: the exporter's Secret needs the value itself";
  const noReferences =
    "joinedBy: an exporter reads no references: give master.joinToken, or joinTokenUrl and its bearer, themselves";

  test.each([
    [token, `exporter: { ${image} }`, [noneToScrape]],
    [token, `exporter: { ${image} }, joinedBy: none`, [noneToScrape]],
    [token, `exporter: { ${image} }, ${joins}`, [noneToScrape, noneToJoin]],
    [token, `exporter: { ${image}, ${account} }, ${joins}`, [noneToJoin]],
    [`rest: { server: hq }, ${token}, joinVia: master`, `exporter: { ${image}, ${account} }, ${joins}`, []],
    [token, "exporter: { enabled: false }", []],
    [token, `exporter: { ${image}, ${reference} }`, [`exporter.credentials.apiKeyFrom: ${valueOnly}`]],
    ["joinTokenFrom: { env: T }", joining, [noReferences]],
    ["joinTokenUrlFrom: { env: U }", joining, [noReferences]],
    ["joinTokenUrl: 'https://t/x', joinTokenUrlOptions: { bearerFrom: { env: B } }", joining, [noReferences]],
  ])("feeds no exporter: %s, %s", (master, keys, problems) => {
    expect(problemsOf(`master: { ${master} }${site(keys)}`)).toEqual(
      problems.map((problem) => `members[0].${problem}`),
    );
  });
});

describe("an exporter that joins", () => {
  test("cannot promise what only a FedJoin does", () => {
    const keys = ["joinedBy: exporter", "ifAbsent: fail", "nameSuffix: uid", "clusterUid: auto"].join("\n    ");
    expect(problemsOf(member(keys, `${master}  joinToken: t`))).toEqual([
      "members[0].ifAbsent: an exporter joins wherever it is absent: fail needs joinedBy: pulumi",
      "members[0].nameSuffix: an exporter draws its suffix: uid needs joinedBy: pulumi; or give a name",
    ]);
  });
});
