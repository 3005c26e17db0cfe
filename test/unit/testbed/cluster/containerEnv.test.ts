import { describe, expect, test } from "vitest";
import { expand, resolveEnv } from "../../../testbed/src/cluster/containerEnv";
import { podSchema, unsupported } from "../../../testbed/src/cluster/pod";
import type { SourceLookup } from "../../../testbed/src/cluster/podSources";
import { filesOf, withLocalPaths } from "../../../testbed/src/cluster/podVolumes";
import { at } from "../../../support/federation";

const placement = { nodeName: "node-1", hostIp: "192.0.2.1", podIp: "10.244.0.5" };
const objects: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "ConfigMap/settings": { LEVEL: "info" },
  "Secret/login": { password: "s3cret", LEVEL: "from secret" },
};
const lookup: SourceLookup = ({ kind, name }) => {
  const data = objects[`${kind}/${name}`];
  return Promise.resolve(data && new Map(Object.entries(data).map(([key, text]) => [key, Buffer.from(text)])));
};

function podWith(container: object, spec: object = {}) {
  return podSchema.parse({
    metadata: { name: "pod-1", namespace: "dev", uid: "u", labels: { app: "exporter" } },
    spec: { containers: [{ name: "main", image: "image", ...container }], ...spec },
  });
}

function envOf(container: object) {
  const pod = podWith(container);
  return resolveEnv(at(pod.spec.containers, 0), pod, placement, lookup);
}

describe("the environment of a container", () => {
  const secretKey = (key: string, name = "login", more = {}) => ({
    valueFrom: { secretKeyRef: { name, key, ...more } },
  });
  const field = (fieldPath: string) => ({ valueFrom: { fieldRef: { fieldPath } } });
  const settings = { configMapRef: { name: "settings" } };

  test.each([
    [
      "whole sources in order, then single variables, the later winning",
      [settings, { secretRef: { name: "login" }, prefix: "S_" }],
      { S_password: { value: "own" }, EMPTY: {} },
      { LEVEL: "info", S_password: "own", S_LEVEL: "from secret", EMPTY: "" },
    ],
    [
      "single keys and facts of the pod",
      [],
      {
        PASSWORD: secretKey("password"),
        LEVEL: { valueFrom: { configMapKeyRef: { name: "settings", key: "LEVEL" } } },
        POD: field("metadata.name"),
        IP: field("status.podIP"),
        APP: field("metadata.labels['app']"),
      },
      { PASSWORD: "s3cret", LEVEL: "info", POD: "pod-1", IP: "10.244.0.5", APP: "exporter" },
    ],
    [
      "nothing for what is optional and absent",
      [{ configMapRef: { name: "none", optional: true } }],
      { A: secretKey("a", "none", { optional: true }), B: secretKey("none", "login", { optional: true }) },
      {},
    ],
    [
      "variables in terms of those before them",
      [],
      { HOST: { value: "master" }, URL: { value: "https://$(HOST):$(PORT)/$$(HOST)" }, PORT: { value: "10443" } },
      { HOST: "master", URL: "https://master:$(PORT)/$(HOST)", PORT: "10443" },
    ],
  ])("holds %s", async (_, envFrom, variables, expected) => {
    const env = Object.entries(variables).map(([name, variable]) => ({ name, ...variable }));
    expect(await envOf({ envFrom, env })).toEqual(expected);
  });

  test.each([
    [{ envFrom: [{ configMapRef: { name: "none" } }] }, "ConfigMap none not found"],
    [{ env: [{ name: "A", ...secretKey("a", "none") }] }, "Secret none not found"],
    [{ env: [{ name: "A", ...secretKey("a") }] }, "Secret login has no key a"],
    [{ env: [{ name: "A", valueFrom: { resourceFieldRef: {} } }] }, "the source of A is not supported here"],
    [{ env: [{ name: "A", ...field("spec.x") }] }, "field spec.x is not supported here"],
  ])("is refused naming what is missing: %j", async (container, problem) => {
    await expect(envOf(container)).rejects.toThrow(problem);
  });

  test("is not expanded twice", () => {
    expect(expand("$(A)", { A: "$(B)", B: "no" })).toBe("$(B)");
  });
});

describe("a volume", () => {
  const files = async (source: object) => {
    const volume = at(podWith({}, { volumes: [{ name: "v", ...source }] }).spec.volumes, 0);
    return Object.fromEntries([...(await filesOf(volume, lookup))].map(([path, data]) => [path, String(data)]));
  };

  test.each([
    [{ configMap: { name: "settings" } }, { LEVEL: "info" }],
    [{ secret: { secretName: "login", items: [{ key: "password", path: "a/b" }] } }, { "a/b": "s3cret" }],
    [{ secret: { secretName: "none", optional: true } }, {}],
    [{ emptyDir: {} }, {}],
  ])("%j holds the files %j", async (source, expected) => {
    expect(await files(source)).toEqual(expected);
  });

  test("names what is missing", async () => {
    await expect(files({ secret: { secretName: "none" } })).rejects.toThrow("Secret none not found");
  });

  test("is found by the process through its environment", () => {
    const env = { CA: "/etc/tls/ca.crt", DIR: "/etc/tls", OTHER: "/etc/tlsx", TEXT: "see /etc/tls" };
    const local = withLocalPaths(env, new Map([["/etc/tls", "/tmp/v"]]));
    expect(local).toEqual({ ...env, CA: "/tmp/v/ca.crt", DIR: "/tmp/v" });
  });
});

test.each([
  [{}, {}, undefined],
  [{ command: ["sh"] }, {}, "container main: command is not"],
  [{ readinessProbe: { exec: { command: ["true"] } } }, {}, "container main: only httpGet"],
  [{ volumeMounts: [{ name: "v", mountPath: "/v", subPath: "x" }] }, {}, "container main: subPath"],
  [{}, { volumes: [{ name: "v", hostPath: { path: "/" } }] }, "the kind of volume v"],
  [{}, { initContainers: [{ name: "init" }] }, "init containers"],
  [{}, { restartPolicy: "Never" }, "restartPolicy Never"],
])("of a container %j in a pod %j the runner cannot run: %s", (container, spec, words) => {
  const objection = unsupported(podWith(container, spec));
  expect(objection?.slice(0, words?.length)).toBe(words);
});
