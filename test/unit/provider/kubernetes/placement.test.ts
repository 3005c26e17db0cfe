import { describe, expect, test } from "vitest";
import { checkDeployments } from "../../../../provider/src/cli/doctor/deployments";
import { parseKubeconfig } from "../../../../provider/src/kubernetes/kubeconfig";
import { checkPlacement, checkDeployRights, type KubeFetch } from "../../../../provider/src/kubernetes/placement";

const account = "/api/v1/namespaces/shops/serviceaccounts/default";
const namespace = "/api/v1/namespaces/shops";
const secret = `${namespace}/secrets/registry`;
const placement = {
  namespace: "shops",
  createNamespace: false,
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

const looked = async (statuses: Readonly<Record<string, number>>, more: object = {}) => {
  const findings = await checkPlacement({ ...placement, ...more }, serverWith(statuses).requestsTo);
  return findings.map(({ level, check, text }) => `${level} ${check}: ${text}`);
};

describe("where an exporter goes", () => {
  test("all is there: nothing is asked that a deployment's own account may not read", async () => {
    const { requestsTo, asked } = serverWith({});
    const findings = await checkPlacement(placement, requestsTo);
    expect(findings.map(({ level }) => level)).toEqual(["ok", "ok"]);
    expect(asked).toEqual([account, secret]);
  });

  test.each([
    ["a missing namespace", { [account]: 404, [namespace]: 404 }, "problem namespace: namespace shops does not exist"],
    [
      "missing rights",
      { [account]: 403, [namespace]: 403 },
      "problem rights: the account may not read service accounts in namespace shops, or the namespace does not exist",
    ],
    [
      "an unknown account",
      { [account]: 401 },
      "problem cluster: the cluster does not know the account of the kubeconfig",
    ],
  ])("%s is one sentence", async (_name, statuses, sentence) => {
    expect(await looked(statuses)).toEqual([sentence]);
  });

  test("a namespace that the same up makes is no problem", async () => {
    expect(await looked({ [account]: 404, [namespace]: 404 }, { createNamespace: true })).toEqual([
      "ok namespace: namespace shops is to be made",
    ]);
  });

  test("a missing pull secret is a warning: it may come while the pod waits", async () => {
    expect(await looked({ [secret]: 404 })).toEqual([
      "ok namespace: namespace shops exists",
      "warning secret: namespace shops has no Secret registry (exporter.imagePullSecrets)",
    ]);
    expect((await looked({ [secret]: 403 }))[1]).toContain("unknown secret");
  });

  test("a cluster that cannot be asked speaks against nothing", async () => {
    const findings = await checkPlacement(placement, () => Promise.resolve({ unreachable: "ECONNREFUSED" }));
    expect(findings).toEqual([
      { level: "unknown", check: "cluster", text: "the cluster could not be asked (ECONNREFUSED)" },
    ]);
  });

  test("the rights that are missing are named, as the API server judges them", async () => {
    const requestsTo: KubeFetch = ({ body }) => {
      const allowed = !JSON.stringify(body).includes('"verb":"patch","group":"apps"');
      return Promise.resolve({ status: 201, body: JSON.stringify({ status: { allowed } }) });
    };
    expect(await checkDeployRights(placement, requestsTo)).toMatchObject({
      ...{ level: "problem", text: "in namespace shops the account may not patch deployments" },
    });
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
  const config = parseKubeconfig(kubeconfig);
  if (config === undefined) throw new Error("no kubeconfig");
  const kube = { ambient: () => ({ config, where: "~/.kube/config" }), requestsTo: () => serverWith({}).requestsTo };
  const deployment = { ...placement, storeId: "u2204a" };

  test("names an unknown context with the nearest known one", async () => {
    const [found] = await checkDeployments([{ ...deployment, context: "u2204b" }], kube);
    expect(found?.findings).toEqual([
      {
        ...{ level: "problem", check: "cluster" },
        text: "kubernetes.context: ~/.kube/config has no context of this name; its only context is u2204a",
      },
    ]);
  });

  test("looks by the kubeconfig of the member, or by kubectl's", async () => {
    for (const own of [{ kubeconfig }, {}]) {
      const [found] = await checkDeployments([{ ...deployment, ...own, context: "u2204a" }], kube);
      expect(found?.findings.map(({ check }) => check)).toEqual(["namespace", "secret", "rights"]);
    }
    const [broken] = await checkDeployments([{ ...deployment, kubeconfig: "- canary" }], kube);
    expect(JSON.stringify(broken)).not.toContain("canary");
  });
});
