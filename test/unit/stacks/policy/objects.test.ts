import { describe, expect, test } from "vitest";
import { restrictedViolations } from "../../../../stacks/src/policy/podSecurity";
import { policyViolations, type PolicyObject } from "../../../../stacks/src/policy/objectRules";

const goodContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};

const goodContainer = {
  name: "c",
  image: "registry:5000/exporter:1.0",
  resources: { requests: { cpu: "1m", memory: "1Mi" }, limits: { memory: "1Mi" } },
  securityContext: goodContext,
};

const goodPod = {
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
  containers: [goodContainer],
  volumes: [{ name: "state", emptyDir: {} }],
};

const withContainer = (change: object) => ({ ...goodPod, containers: [{ ...goodContainer, ...change }] });
const withContext = (change: object) => withContainer({ securityContext: { ...goodContext, ...change } });
const withPodContext = (change: object) => ({ ...goodPod, securityContext: { ...goodPod.securityContext, ...change } });

const deployment = (spec: object) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "d" },
  spec: { template: { spec } },
});

describe("the check of the restricted Pod Security Standard", () => {
  test("finds nothing in a pod that meets it", () => {
    expect(restrictedViolations(goodPod)).toEqual([]);
    const binding = withContext({ capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } });
    expect(restrictedViolations(binding)).toEqual([]);
    expect(restrictedViolations(withPodContext({ sysctls: [{ name: "net.ipv4.tcp_syncookies" }] }))).toEqual([]);
  });

  test.each<readonly [string, object]>([
    ["hostNetwork", { ...goodPod, hostNetwork: true }],
    ["hostPID", { ...goodPod, hostPID: true }],
    ["hostIPC", { ...goodPod, hostIPC: true }],
    ["sysctl kernel.msgmax", withPodContext({ sysctls: [{ name: "kernel.msgmax" }] })],
    ["volume v: hostPath", { ...goodPod, volumes: [{ name: "v", hostPath: { path: "/" } }] }],
    ["volume v: nfs", { ...goodPod, volumes: [{ name: "v", nfs: {} }] }],
    ["pod: runAsUser 0", withPodContext({ runAsUser: 0 })],
    ["pod: seccompProfile", withPodContext({ seccompProfile: { type: "Unconfined" } })],
    ["container c: no seccompProfile", withPodContext({ seccompProfile: undefined })],
    ["container c: runAsNonRoot is not true", withPodContext({ runAsNonRoot: undefined })],
    ["container c: runAsNonRoot is not true", withContext({ runAsNonRoot: false })],
    ["pod: hostProcess", withPodContext({ windowsOptions: { hostProcess: true } })],
    ["pod: appArmorProfile", withPodContext({ appArmorProfile: { type: "Unconfined" } })],
    ["pod: seLinuxOptions", withPodContext({ seLinuxOptions: { type: "spc_t" } })],
    ["pod: seLinuxOptions", withPodContext({ seLinuxOptions: { user: "root" } })],
    ["container c: privileged", withContext({ privileged: true })],
    ["container c: procMount", withContext({ procMount: "Unmasked" })],
    ["container c: runAsUser 0", withContext({ runAsUser: 0 })],
    ["container c: seccompProfile", withContext({ seccompProfile: { type: "Unconfined" } })],
    ["container c: hostPort 80", withContainer({ ports: [{ hostPort: 80 }] })],
    ["container c: a probe of another host", withContainer({ livenessProbe: { httpGet: { host: "10.0.0.1" } } })],
    ["container c: a probe of another host", withContainer({ lifecycle: { preStop: { tcpSocket: { host: "h" } } } })],
    ["container c: capability SYS_ADMIN", withContext({ capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] } })],
    ["container c: capabilities are not dropped", withContext({ capabilities: undefined })],
    ["container c: allowPrivilegeEscalation is not false", withContext({ allowPrivilegeEscalation: undefined })],
  ])("finds %s", (violation, pod) => {
    expect(restrictedViolations(pod)).toEqual([violation]);
  });

  test("looks at containers that run before the others too", () => {
    const init = { name: "init", securityContext: { ...goodContext, privileged: true } };
    expect(restrictedViolations({ ...goodPod, initContainers: [init] })).toEqual(["container init: privileged"]);
  });
});

const requests = { cpu: "1m", memory: "1Mi" };
const withResources = (asked: object) => withContainer({ resources: { requests: asked, limits: { memory: "1Mi" } } });
const named = (kind: string, name: string) => ({ kind, metadata: { name } });

describe("the policy", () => {
  const secrets = ['canary"quoted'];

  test("finds nothing wrong where nothing is, and lets a Secret hold secrets", () => {
    const objects = [
      deployment(goodPod),
      { kind: "ServiceAccount", metadata: { name: "a" }, automountServiceAccountToken: false },
      { kind: "ConfigMap", metadata: {}, data: { CTRL_PASSWORD_FILE: "/run/p", LOG_LEVEL: "info" } },
      { kind: "Secret", metadata: { name: "s" }, stringData: { CTRL_PASSWORD: secrets[0] } },
    ];
    expect(policyViolations(objects, { secrets })).toEqual([]);
  });

  const pods: readonly (readonly [string, object])[] = [
    ["automountServiceAccountToken is not false", { ...goodPod, automountServiceAccountToken: undefined }],
    ["hostNetwork", { ...goodPod, hostNetwork: true }],
    ["volume v: hostPath", { ...goodPod, volumes: [{ name: "v", hostPath: {} }] }],
    ["spec.template.spec.containers cannot be checked", { ...goodPod, containers: "unknown" }],
    ["container c: privileged", withContext({ privileged: true })],
    ["container c: runAsNonRoot is not true", withContext({ runAsNonRoot: false })],
    ["container c: capabilities are not dropped", withContext({ capabilities: {} })],
    ["container c: readOnlyRootFilesystem is not true", withContext({ readOnlyRootFilesystem: false })],
    ["container c: image x:latest has no tag that lasts", withContainer({ image: "x:latest" })],
    ["container c: image x has no tag that lasts", withContainer({ image: "x" })],
    ["container c: no limit of memory", withContainer({ resources: { requests } })],
    ["container c: no request of cpu", withResources({ memory: "1Mi" })],
    ["container c: no request of memory", withResources({ cpu: "1m" })],
    [
      "container c: variable JOIN_TOKEN belongs in a Secret",
      withContainer({ env: [{ name: "JOIN_TOKEN", value: "x" }] }),
    ],
  ];
  const hosted = { ...goodPod, hostIPC: true };
  const data = (content: object) => ({ ...named("ConfigMap", "c"), data: content });

  test.each<readonly [string, PolicyObject]>([
    ...pods.map(([violation, spec]) => [`Deployment d: ${violation}`, deployment(spec)] as const),
    ["Pod p: hostIPC", { ...named("Pod", "p"), spec: hosted }],
    ["CronJob j: hostIPC", { ...named("CronJob", "j"), spec: { jobTemplate: deployment(hosted) } }],
    ["ClusterRole r: gives rights in the whole cluster", named("ClusterRole", "r")],
    ["ClusterRoleBinding b: gives rights in the whole cluster", named("ClusterRoleBinding", "b")],
    ["ServiceAccount a: automountServiceAccountToken is not false", named("ServiceAccount", "a")],
    ["ConfigMap c: what is marked as a secret belongs in a Secret", data({ text: "[secret]" })],
    ["ConfigMap c: holds a secret in the clear (1 of 1)", data({ text: `a ${secrets.join()} b` })],
    ["ConfigMap c: holds a private key", data({ pem: "-----BEGIN EC PRIVATE KEY-----" })],
    ["ConfigMap (to be named): key JOIN_TOKEN belongs in a Secret", { ...data({ JOIN_TOKEN: "x" }), metadata: {} }],
  ])("finds: %s", (violation, object) => {
    expect(policyViolations([object], { secrets })).toEqual([violation]);
  });
});
