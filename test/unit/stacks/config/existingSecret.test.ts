import { describe, expect, test } from "vitest";
import { exporterJoinArgs } from "../../../../stacks/src/deploy/memberArgs";
import { environmentOf, problemsOf } from "../../../support/checkedConfig";

const stack = (keys: string, { holds = "", token = "joinToken: t", account = "" } = {}) => `
master: { rest: { server: hq.example.com }, ${token} }
members:
  - storeId: u1
    controller: { server: 10.0.0.1${account} }
    jointRest: { server: 10.0.0.1, port: 10443 }
    exporter: { image: "exporter:1", existingSecret: { name: neuvector-exporter, holds: [${holds}] } }
    ${keys}
`;
const scraping = "CTRL_USERNAME, CTRL_PASSWORD";
const value = ", credentials: { username: admin, password: pw }";
const reference = ", credentials: { username: admin, passwordFrom: { env: PW } }";

describe("an existing Secret", () => {
  test("R15: gives the exporter its account, so that the stack has none to give", () => {
    const [member] = environmentOf(stack("joinedBy: none", { holds: "CTRL_APIKEY" })).members;
    expect(member?.exporter).toMatchObject({
      controller: { server: "10.0.0.1", credentials: {} },
      existingSecret: { name: "neuvector-exporter", holds: ["CTRL_APIKEY"] },
    });
  });

  test("R15: beside a reference leaves the whole stack without a secret of the site", () => {
    const [member] = environmentOf(stack("", { holds: scraping, account: reference })).members;
    expect(member?.controller?.credentials).toEqual({ username: "admin", passwordFrom: { env: "PW" } });
    expect(member?.exporter?.controller.credentials).toEqual({});
    expect(member?.exporter?.joinCredentials).toBeUndefined();
  });

  test("R3, R15: gives an exporter that joins its token and its account for that", () => {
    const holds = `${scraping}, JOIN_APIKEY, JOIN_TOKEN`;
    const token = "joinTokenFrom: { env: T }, joinTokenUrlOptions: { bearerFrom: { env: B } }";
    const { master, members } = environmentOf(stack("joinedBy: exporter", { holds, token }));
    const [member] = members;
    expect(member?.exporter?.joinCredentials).toEqual({});
    expect(member && exporterJoinArgs(member, master)).not.toHaveProperty("joinToken");
    const own = environmentOf(stack("joinedBy: exporter", { holds }));
    expect(own.members[0] && exporterJoinArgs(own.members[0], own.master)).not.toHaveProperty("joinToken");
  });

  test("lets an exporter join with the controller's account where the Secret holds only the one that scrapes", () => {
    const [member] = environmentOf(stack("joinedBy: exporter", { holds: scraping, account: value })).members;
    expect(member?.exporter?.joinCredentials).toEqual({ username: "admin", password: "<pw>" });
  });

  const exporter = "members[0].exporter";
  const noReferences =
    "an exporter reads no references: give master.joinToken, or joinTokenUrl and its bearer, themselves";
  const required = "members[0].controller.credentials: is required";
  const holds = (keys: string, given: string, problem: string) =>
    [keys, { holds: given, account: value }, `${exporter}.existingSecret.holds: ${problem}`] as const;
  test.each<readonly [string, object, string]>([
    holds("", "CTRL_USERNAME", "give CTRL_USERNAME and CTRL_PASSWORD, or CTRL_APIKEY"),
    holds("", `${scraping}, CTRL_APIKEY`, "give CTRL_USERNAME and CTRL_PASSWORD, or CTRL_APIKEY"),
    holds("", "JOIN_TOKEN", "settings of the join need joinedBy: exporter"),
    holds("joinedBy: exporter", "JOIN_TOKEN, JOIN_TOKEN_URL", "give JOIN_TOKEN or JOIN_TOKEN_URL, not both"),
    holds("", "", "expected at least one setting"),
    ["", { holds: scraping }, required],
    ["joinedBy: none", { holds: "JOIN_TOKEN" }, required],
    [
      "joinedBy: exporter",
      { holds: `${scraping}, JOIN_TOKEN_URL`, token: "joinTokenUrlOptions: { bearerFrom: { env: B } }" },
      `members[0].joinedBy: ${noReferences}`,
    ],
  ])("is refused: %s %j", (keys, given, problem) => {
    expect(problemsOf(stack(keys, given))).toContain(problem);
  });

  const pushing = (holds: string, push: string) =>
    stack("", { holds, account: value }).replace("image:", `push: ${push}, image:`);

  test("R15: gives an exporter its push URL and password", () => {
    const text = pushing("EXPORTER_PUSH_URL, EXPORTER_PUSH_PASSWORD", "{ credentials: { username: u } }");
    const push = environmentOf(text).members[0]?.exporter?.push;
    expect(push).toEqual({ credentials: { username: "u" } });
  });

  const both = "existingSecret holds it: give one of them";
  const whole = "EXPORTER_PUSH_URL, EXPORTER_PUSH_PASSWORD";
  test.each([
    ["EXPORTER_PUSH_PASSWORD", "{ credentials: { username: u } }", "push.url: is required"],
    ["EXPORTER_PUSH_URL", "{ credentials: { username: u } }", "push.credentials.password: is required"],
    ["EXPORTER_PUSH_URL", '{ url: "https://metrics/v1" }', `push.url: ${both}`],
    [whole, "{ credentials: { username: u, password: p } }", `push.credentials.password: ${both}`],
    [whole, "{}", "existingSecret.holds: EXPORTER_PUSH_PASSWORD needs push.credentials"],
  ])("that holds %s beside push: %s is refused", (held, push, problem) => {
    expect(problemsOf(pushing(held, push))).toContain(`${exporter}.${problem}`);
  });

  const joining = stack("joinedBy: exporter", {
    ...{ holds: `${scraping}, JOIN_APIKEY, JOIN_TOKEN_URL`, account: value },
  });
  test.each([
    ["push", "push URL", pushing(`${scraping}, EXPORTER_PUSH_URL`, "{}")],
    ["tokenUrl", "token URL", joining],
  ])("needs the egress %s in a NetworkPolicy, which cannot be read from the %s it holds", (egress, url, text) => {
    const policed = (policy: string) =>
      problemsOf(text.replace("image:", `networkPolicy: { scrapers: [{ podSelector: {} }]${policy} }, image:`));
    expect(policed("")).toEqual([`${exporter}.networkPolicy.${egress}: is required: existingSecret holds the ${url}`]);
    expect(policed(`, ${egress}: { ports: [{ port: 443 }] }`)).toEqual([]);
  });

  test("is refused beside the account itself, and with a setting that is no secret", () => {
    const both = stack("", { holds: scraping, account: value });
    expect(problemsOf(both.replace("image:", "credentials: { apiKey: 'a:b' }, image:"))).toEqual([
      `${exporter}.credentials: existingSecret holds the account that scrapes: give one of them`,
    ]);
    expect(problemsOf(stack("", { holds: `${scraping}, LOG_LEVEL`, account: value }))).toEqual([
      expect.stringMatching(/^members\[0\]\.exporter\.existingSecret\.holds\[2\]: expected CTRL_USERNAME, /),
    ]);
  });
});

describe("the cluster where Pulumi runs in a pod", () => {
  const inside = (kubernetes: string) => stack(`kubernetes: ${kubernetes}`, { holds: scraping, account: value });

  test("is reached with the pod's own account, read from its files", () => {
    const [member] = environmentOf(inside("{ inCluster: true }")).members;
    expect(member?.clusterName).toBe("in-cluster");
    const tokenFile = "/var/run/secrets/kubernetes.io/serviceaccount/token";
    expect(member?.kubernetes.kubeconfig).toContain(`"tokenFile":"${tokenFile}"`);
  });

  test("is one alone, and a member's own cluster puts it aside", () => {
    expect(problemsOf(inside("{ inCluster: true, context: store }"))).toEqual([
      "members[0].kubernetes.inCluster: excludes kubeconfig, kubeconfigFile and context",
    ]);
    const shared = `${inside("{ context: store }")}\ndefaults: { kubernetes: { inCluster: true } }`;
    expect(environmentOf(shared).members[0]?.kubernetes).toMatchObject({ context: "store" });
  });
});
