import { describe, expect, test } from "vitest";

import { expand, resolveEnv } from "../../../testbed/src/cluster/containerEnv";
import { podSchema, unsupported } from "../../../testbed/src/cluster/pod";
import { sourcesOf, type SourceLookup } from "../../../testbed/src/cluster/podSources";
import { filesOf, withLocalPaths } from "../../../testbed/src/cluster/podVolumes";

const placement = { nodeName: "node-1", hostIp: "192.0.2.1", podIp: "10.244.0.5" };
const objects = new Map([
  ["ConfigMap/settings", new Map([["LEVEL", Buffer.from("info")]])],
  [
    "Secret/login",
    new Map([
      ["password", Buffer.from("s3cret")],
      ["LEVEL", Buffer.from("from secret")],
    ]),
  ],
]);
const lookup: SourceLookup = ({ kind, name }) => objects.get(`${kind}/${name}`);

function podWith(container: object, spec: object = {}) {
  return podSchema.parse({
    metadata: { name: "pod-1", namespace: "dev", uid: "u", labels: { app: "exporter" } },
    spec: { containers: [{ name: "main", image: "image", ...container }], ...spec },
  });
}

function envOf(container: object) {
  const pod = podWith(container);
  const [only] = pod.spec.containers;
  if (only === undefined) throw new Error("no container");
  return resolveEnv(only, pod, placement, lookup);
}

describe("resolveEnv", () => {
  test("takes whole sources in order, then single variables, the later winning", () => {
    const envFrom = [{ configMapRef: { name: "settings" } }, { secretRef: { name: "login" }, prefix: "S_" }];
    expect(envOf({ envFrom, env: [{ name: "S_password", value: "own" }, { name: "EMPTY" }] })).toEqual({
      ok: true,
      value: { LEVEL: "info", S_password: "own", S_LEVEL: "from secret", EMPTY: "" },
    });
  });

  test("takes single keys and facts of the pod", () => {
    const env = [
      { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "login", key: "password" } } },
      { name: "LEVEL", valueFrom: { configMapKeyRef: { name: "settings", key: "LEVEL" } } },
      { name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
      { name: "IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
      { name: "APP", valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
    ];
    expect(envOf({ env })).toEqual({
      ok: true,
      value: { PASSWORD: "s3cret", LEVEL: "info", POD: "pod-1", IP: "10.244.0.5", APP: "exporter" },
    });
  });

  test("leaves out what is optional and absent", () => {
    const env = [
      { name: "A", valueFrom: { secretKeyRef: { name: "none", key: "a", optional: true } } },
      { name: "B", valueFrom: { secretKeyRef: { name: "login", key: "none", optional: true } } },
    ];
    expect(envOf({ envFrom: [{ configMapRef: { name: "none", optional: true } }], env })).toEqual({
      ok: true,
      value: {},
    });
  });

  test.each([
    [{ envFrom: [{ configMapRef: { name: "none" } }] }, "ConfigMap none not found"],
    [{ env: [{ name: "A", valueFrom: { secretKeyRef: { name: "none", key: "a" } } }] }, "Secret none not found"],
    [{ env: [{ name: "A", valueFrom: { secretKeyRef: { name: "login", key: "a" } } }] }, "Secret login has no key a"],
    [{ env: [{ name: "A", valueFrom: { resourceFieldRef: { resource: "limits.cpu" } } }] }, "the source of A is not"],
    [{ env: [{ name: "A", valueFrom: { fieldRef: { fieldPath: "spec.x" } } }] }, "field spec.x is not supported"],
  ])("names what is missing: %j", (container, problem) => {
    expect(envOf(container)).toEqual({ ok: false, problem: expect.stringContaining(problem) as string });
  });

  test("a variable can use those before it", () => {
    const env = [
      { name: "HOST", value: "master" },
      { name: "URL", value: "https://$(HOST):$(PORT)/$$(HOST)" },
      { name: "PORT", value: "10443" },
    ];
    expect(envOf({ env })).toMatchObject({ value: { URL: "https://master:$(PORT)/$(HOST)" } });
  });

  test("what an expansion brings is not expanded again", () => {
    expect(expand("$(A)", { A: "$(B)", B: "no" })).toBe("$(B)");
  });
});

describe("volumes", () => {
  const volume = (source: object) => {
    const [only] = podWith({}, { volumes: [{ name: "v", ...source }] }).spec.volumes;
    if (only === undefined) throw new Error("no volume");
    return only;
  };

  test("hold all keys, or the chosen ones under their own paths", () => {
    expect(filesOf(volume({ configMap: { name: "settings" } }), lookup)).toEqual({
      ok: true,
      value: new Map([["LEVEL", Buffer.from("info")]]),
    });
    const items = [{ key: "password", path: "a/b" }];
    expect(filesOf(volume({ secret: { secretName: "login", items } }), lookup)).toEqual({
      ok: true,
      value: new Map([["a/b", Buffer.from("s3cret")]]),
    });
  });

  test("name what is missing, unless it is optional", () => {
    const secretName = "none";
    expect(filesOf(volume({ secret: { secretName } }), lookup)).toEqual({
      ok: false,
      problem: "Secret none not found",
    });
    expect(filesOf(volume({ secret: { secretName, optional: true } }), lookup)).toEqual({
      ok: true,
      value: new Map(),
    });
  });

  test("are found by the process through its environment", () => {
    const env = { CA: "/etc/tls/ca.crt", DIR: "/etc/tls", OTHER: "/etc/tlsx", TEXT: "see /etc/tls" };
    expect(withLocalPaths(env, new Map([["/etc/tls", "/tmp/v"]]))).toEqual({
      ...env,
      CA: "/tmp/v/ca.crt",
      DIR: "/tmp/v",
    });
  });
});

describe("a pod", () => {
  test("names each of its sources once", () => {
    const pod = podWith(
      {
        envFrom: [{ secretRef: { name: "login" } }, { configMapRef: { name: "settings" } }],
        env: [{ name: "A", valueFrom: { secretKeyRef: { name: "login", key: "password" } } }],
      },
      { volumes: [{ name: "v", secret: { secretName: "tls" } }] },
    );
    expect(sourcesOf(pod)).toEqual([
      { kind: "ConfigMap", name: "settings" },
      { kind: "Secret", name: "tls" },
      { kind: "Secret", name: "login" },
    ]);
  });

  test.each([
    [podWith({}), undefined],
    [podWith({ command: ["sh"] }), "container main: command"],
    [podWith({ readinessProbe: { exec: { command: ["true"] } } }), "only httpGet"],
    [podWith({ volumeMounts: [{ name: "v", mountPath: "/v", subPath: "x" }] }), "subPath"],
    [podWith({}, { volumes: [{ name: "v", hostPath: { path: "/" } }] }), "the kind of volume v"],
    [podWith({}, { initContainers: [{ name: "init" }] }), "init containers"],
    [podWith({}, { restartPolicy: "Never" }), "restartPolicy Never"],
  ])("says what the runner cannot do: case %#", (pod, words) => {
    const objection = unsupported(pod);
    if (words === undefined) expect(objection).toBeUndefined();
    else expect(objection).toContain(words);
  });
});
