import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { defaultKubeconfig } from "../../../../provider/src/system/defaultKubeconfig";
import { checkEnvironment } from "../../../../stacks/src/config/checkEnvironment";

const dir = mkdtempSync(join(tmpdir(), "fedjoin-kubeconfig-"));
afterAll(() => {
  rmSync(dir, { recursive: true });
});

const kubeconfig = (contexts: Readonly<Record<string, string>>, current = "") =>
  JSON.stringify({
    clusters: Object.entries(contexts).map(([name, server]) => ({ name, cluster: { server } })),
    users: [{ name: "admin", user: { token: "canary-token" } }],
    contexts: Object.keys(contexts).map((name) => ({ name, context: { cluster: name, user: "admin" } })),
    "current-context": current,
  });

const paths = ["first", "second"].map((name) => join(dir, name));
writeFileSync(paths[0] ?? "", kubeconfig({ u2204a: "https://10.0.0.1:6443", u2205b: "https://10.0.0.2:6443" }));
writeFileSync(paths[1] ?? "", kubeconfig({ u2206c: "https://10.0.0.3:6443", u2204a: "https://wrong:1" }, "u2206c"));
const environment = { KUBECONFIG: ["", ...paths, join(dir, "missing")].join(delimiter) };

const files: Readonly<Record<string, string>> = {
  "own.yaml": kubeconfig({ default: "https://own.example.com" }, "default"),
  "none.yaml": kubeconfig({ a: "https://a", b: "https://b" }),
  "gone.yaml": kubeconfig({ a: "https://a" }, "former"),
  "text.yaml": "- canary-text",
  "bare.yaml": JSON.stringify({ contexts: [{ name: "x", context: { cluster: "y" } }] }),
};

function checked(members: readonly object[], more: object = {}) {
  const site = (index: number) => ({
    storeId: `u${index}`,
    joinedBy: "none",
    controller: { service: { server: "controller" }, credentials: { username: "u", password: "p" } },
    exporter: { image: "exporter:1" },
  });
  const config = { master: {}, members: members.map((member, index) => ({ ...site(index), ...member })), ...more };
  return checkEnvironment(z.record(z.string(), z.unknown()).parse(parse(JSON.stringify(config))), {
    secret: (plain) => `<${plain}>`,
    readFile: (path) => (files[path] === undefined ? { problem: "ENOENT" } : { content: files[path] }),
    ambientKubeconfig: defaultKubeconfig(environment, dir),
  });
}

function problemsOf(kubernetes: object, more: object = {}): readonly string[] {
  const found = checked([{ kubernetes, ...more }]);
  return "problems" in found ? found.problems : [];
}

const namesOf = (members: readonly object[]) => {
  const found = checked(members.map((kubernetes) => ({ kubernetes })));
  if ("problems" in found) throw new Error(found.problems.join("\n"));
  return found.environment.members.map(({ clusterName }) => clusterName);
};

describe("the Kubernetes cluster of a member", () => {
  test("an unknown kube context is named, with the nearest known one, before anything is touched", () => {
    expect(problemsOf({ context: "u2204x" })).toEqual([
      "members[0].kubernetes.context: the kubeconfig of KUBECONFIG has no context of this name; did you mean u2204a? It has u2206c, u2204a, u2205b",
    ]);
    expect(problemsOf({ kubeconfigFile: "own.yaml", context: "other" })).toEqual([
      "members[0].kubernetes.context: the kubeconfig has no context of this name; its only context is default",
    ]);
  });

  test("a context may be in any file of KUBECONFIG; of two of one name the first counts", () => {
    expect(namesOf([{ context: "u2205b" }, { context: "u2206c" }, {}])).toEqual(["u2205b", "u2206c", "default"]);
    const { config } = defaultKubeconfig(environment, dir)();
    expect(config.clusters.get("u2204a")?.server).toBe("https://10.0.0.1:6443");
    expect(config.currentContext).toBe("u2206c");
    expect(defaultKubeconfig({}, dir)().where).toBe("~/.kube/config");
  });

  const none = "context: is required: the kubeconfig has no current context.";
  const former = "context: is required: the current context of the kubeconfig is not in it.";
  const noServer = "context: this context of the kubeconfig names a cluster that has no server there";
  test.each([
    ["none.yaml", {}, `${none} It has a, b`],
    ["gone.yaml", {}, `${former} It has a`],
    ["bare.yaml", {}, `${none} It has x`],
    ["bare.yaml", { context: "x" }, noServer],
    ["text.yaml", {}, "kubeconfig: expected a kubeconfig: YAML with contexts"],
  ])("a kubeconfig that leads nowhere is refused without a word of it: %s %j", (kubeconfigFile, more, problem) => {
    expect(problemsOf({ kubeconfigFile, ...more })).toEqual([`members[0].kubernetes.${problem}`]);
  });

  test("nobody asks for a context where nothing is deployed or read", () => {
    const credentials = { username: "u", password: "p" };
    const controller = { server: "b", credentials };
    const alone = { exporter: { enabled: false }, joinedBy: "pulumi", jointRest: { server: "a", port: 1 }, controller };
    const members = [{ ...alone, kubernetes: { context: "nowhere" } }];
    expect(checked(members, { master: { rest: { server: "hq" }, credentials } })).not.toHaveProperty("problems");
    expect(problemsOf({ inCluster: true })).toEqual([]);
  });

  test("a cluster is named after its API server with a kubeconfig of its own, whoever comes first", () => {
    const own = { kubeconfigFile: "own.yaml" };
    expect(namesOf([own, own])).toEqual(["own.example.com", "own.example.com"]);
    expect(namesOf([{ context: "u2204a" }, own])).toEqual(["u2204a", "own.example.com"]);
  });

  test("R15: what a kubeconfig holds is shown nowhere", () => {
    expect(JSON.stringify(checked([{}])).replaceAll(/<[^>]*>/g, "")).not.toContain("canary");
  });
});
