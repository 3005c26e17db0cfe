import { describe, expect, test } from "vitest";
import { checkDeployments } from "../../../../provider/src/cli/doctor/deployments";
import { parseKubeconfig } from "../../../../provider/src/kubernetes/kubeconfig";
import { checkPlacement, checkDeployRights, type KubeFetch } from "../../../../provider/src/kubernetes/placement";

const namespace = "/api/v1/namespaces/shops";
const account = `${namespace}/serviceaccounts/default`;
const secret = `${namespace}/secrets/registry`;
const placement = {
  ...{ namespace: "shops", createNamespace: false },
  secrets: [{ name: "registry", use: "exporter.imagePullSecrets" }],
};

/** An API server that answers with these codes, and 200 to all else. */
function serverWith(statuses: Readonly<Record<string, number>>) {
  const asked: string[] = [];
  const requestsTo: KubeFetch = ({ path }) => {
    asked.push(path);
    return Promise.resolve({ status: statuses[path] ?? 200, body: "{}" });
  };
  return { requestsTo, asked };
}

describe("where an exporter goes", () => {
  const exists = "ok namespace: namespace shops exists";
  test.each<[string, Record<string, number>, string[], object?]>([
    ["all is there", {}, [exists, "ok secret: Secret registry exists (exporter.imagePullSecrets)"]],
    ["no namespace", { [account]: 404, [namespace]: 404 }, ["problem namespace: namespace shops does not exist"]],
    [
      "a namespace that the same up makes",
      { [account]: 404, [namespace]: 404 },
      ["ok namespace: namespace shops is to be made"],
      { createNamespace: true },
    ],
    [
      "no rights",
      { [account]: 403, [namespace]: 403 },
      ["problem rights: the account may not read service accounts in namespace shops, or the namespace does not exist"],
    ],
    ["no account", { [account]: 401 }, ["problem cluster: the cluster does not know the account of the kubeconfig"]],
    [
      "no pull secret, which may come while the pod waits",
      { [secret]: 404 },
      [exists, "warning secret: namespace shops has no Secret registry (exporter.imagePullSecrets)"],
    ],
    ["a pull secret that may not be read", { [secret]: 403 }, [exists, "unknown secret"]],
  ])("%s", async (_what, statuses, expected, over = {}) => {
    const { requestsTo, asked } = serverWith(statuses);
    const findings = await checkPlacement({ ...placement, ...over }, requestsTo);
    const texts = findings.map(({ level, check, text }) => `${level} ${check}: ${text}`);
    expect(texts).toEqual(expected.map((each) => expect.stringContaining(each) as unknown));
    // A deployment's own account may not read namespaces.
    if (expected.length === 2) expect(asked).toEqual([account, secret]);
  });

  test("a cluster that cannot be asked speaks against nothing", async () => {
    const findings = await checkPlacement(placement, () => Promise.resolve({ unreachable: "ECONNREFUSED" }));
    const text = "the cluster could not be asked (ECONNREFUSED)";
    expect(findings).toEqual([{ level: "unknown", check: "cluster", text }]);
  });

  test("the rights that are missing are named, as the API server judges them", async () => {
    const requestsTo: KubeFetch = ({ body }) => {
      const allowed = !JSON.stringify(body).includes('"verb":"patch","group":"apps"');
      return Promise.resolve({ status: 201, body: JSON.stringify({ status: { allowed } }) });
    };
    const text = "in namespace shops the account may not patch deployments";
    expect(await checkDeployRights(placement, requestsTo)).toMatchObject({ level: "problem", text });
    const silent: KubeFetch = () => Promise.resolve({ status: 403, body: "no JSON" });
    expect(await checkDeployRights(placement, silent)).toMatchObject({ level: "unknown" });
  });
});

describe("the doctor at a deployment", () => {
  const kubeconfig = JSON.stringify({
    contexts: [{ name: "u2204a", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster: { server: "https://10.0.0.1:6443" } }],
    users: [{ name: "u", user: { token: "canary" } }],
  });
  const check = async (over: object) => {
    const config = parseKubeconfig(kubeconfig);
    if (config === undefined) throw new Error("no kubeconfig");
    const ambient = () => ({ config, where: "~/.kube/config" });
    const deployment = { ...placement, storeId: "u2204a", context: "u2204a", ...over };
    return checkDeployments([deployment], { ambient, requestsTo: () => serverWith({}).requestsTo });
  };

  test("names an unknown context with the nearest known one", async () => {
    const text = "kubernetes.context: ~/.kube/config has no context of this name; its only context is u2204a";
    const findings = [{ level: "problem", check: "cluster", text }];
    expect(await check({ context: "u2204b" })).toMatchObject([{ findings }]);
  });

  test("looks by the kubeconfig of the member, or by kubectl's, and quotes none", async () => {
    for (const own of [{ kubeconfig }, {}]) {
      const findings = [{ check: "namespace" }, { check: "secret" }, { check: "rights" }];
      expect(await check(own)).toMatchObject([{ findings }]);
    }
    expect(JSON.stringify(await check({ kubeconfig: "- canary" }))).not.toContain("canary");
  });
});
