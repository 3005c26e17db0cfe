import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { z } from "zod";

import {
  type ControlPlane,
  type PodRunner,
  repositoryRoot,
  startControlPlane,
  startPodRunner,
  waitFor,
} from "@fedjoin/testbed";

const say = () => undefined;
const echoServer = `
const { createServer } = require("node:http");
const { GREETING, PASSWORD, CA_FILE, POD_NAME, PORT } = process.env;
createServer((request, response) => {
  if (request.url === "/crash") process.exit(7);
  const ca = require("node:fs").readFileSync(CA_FILE, "utf8");
  response.end(JSON.stringify({ greeting: GREETING, password: PASSWORD, ca, podName: POD_NAME, pid: process.pid }));
}).listen(Number(PORT), "127.0.0.1");
`;
const echoReply = z.object({
  greeting: z.string(),
  password: z.string(),
  ca: z.string(),
  podName: z.string(),
  pid: z.number(),
});
const deploymentStatus = z.object({
  status: z.object({ readyReplicas: z.number().optional(), updatedReplicas: z.number().optional() }),
});

let dir: string;
let controlPlane: ControlPlane;
let runner: PodRunner;

beforeAll(async () => {
  const tools = inject("tools");
  dir = await mkdtemp(join(tmpdir(), "fedjoin-cluster-"));
  const script = join(dir, "echoServer.js");
  await writeFile(script, echoServer);
  controlPlane = await startControlPlane({ tools, dir: join(dir, "control-plane"), say });
  runner = await startPodRunner({
    client: controlPlane.client,
    dir: join(dir, "pods"),
    images: { "example/echo:1": { command: process.execPath, args: [script], portVariable: "PORT" } },
    say,
  });
});

afterAll(async () => {
  await runner.stop();
  await controlPlane.stop();
  await rm(dir, { recursive: true });
});

async function createNamespace(name: string): Promise<void> {
  await controlPlane.client.post("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
}

/** A Deployment of the echo server with its environment from a ConfigMap and a Secret, one of them also mounted. */
async function createEcho(namespace: string): Promise<void> {
  const { client } = controlPlane;
  const metadata = { name: "echo", namespace };
  const core = `/api/v1/namespaces/${namespace}`;
  await client.post(`${core}/configmaps`, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata,
    data: { GREETING: "hello" },
  });
  await client.post(`${core}/secrets`, {
    apiVersion: "v1",
    kind: "Secret",
    metadata,
    stringData: { password: "s3cret", "ca.crt": "a certificate" },
  });
  const labels = { app: "echo" };
  await client.post(`/apis/apps/v1/namespaces/${namespace}/deployments`, {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 5,
          volumes: [{ name: "tls", secret: { secretName: "echo", items: [{ key: "ca.crt", path: "ca.crt" }] } }],
          containers: [
            {
              name: "echo",
              image: "example/echo:1",
              ports: [{ name: "http", containerPort: 8080 }],
              envFrom: [{ configMapRef: { name: "echo" } }],
              env: [
                { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "echo", key: "password" } } },
                { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
                { name: "CA_FILE", value: "/etc/tls/ca.crt" },
              ],
              volumeMounts: [{ name: "tls", mountPath: "/etc/tls" }],
              readinessProbe: { httpGet: { path: "/", port: "http" } },
            },
          ],
        },
      },
    },
  });
}

function echoPath(namespace: string): string {
  return `/apis/apps/v1/namespaces/${namespace}/deployments/echo`;
}

function readyPods(namespace: string, count: number) {
  return waitFor(`${count} ready pods in ${namespace}`, async () => {
    const { status } = await controlPlane.client.get(echoPath(namespace), deploymentStatus);
    const pods = runner.pods().filter((pod) => pod.namespace === namespace);
    return (status.readyReplicas ?? 0) === count && pods.length === count ? pods : undefined;
  });
}

async function onlyPod(namespace: string) {
  const [pod] = await readyPods(namespace, 1);
  if (pod === undefined) throw new Error("no pod");
  return pod;
}

async function ask(namespace: string, name: string) {
  const { host, port } = runner.addressOf(namespace, name);
  const response = await fetch(`http://${host}:${port}/`);
  return echoReply.parse(await response.json());
}

function ended(pid: number) {
  return waitFor(`process ${pid} ends`, () => {
    try {
      process.kill(pid, 0);
      return Promise.resolve(undefined);
    } catch {
      return Promise.resolve(true as const);
    }
  });
}

describe("the control plane with the pod runner", () => {
  test("a Deployment runs as a local process with the environment of its ConfigMap and Secret", async () => {
    await createNamespace("env");
    await createEcho("env");
    const pod = await onlyPod("env");
    expect(pod.labels).toMatchObject({ app: "echo" });
    expect(await ask("env", pod.name)).toMatchObject({
      greeting: "hello",
      password: "s3cret",
      ca: "a certificate",
      podName: pod.name,
    });
  });

  test("deleting the Deployment ends its process and removes the pod", async () => {
    await createNamespace("delete");
    await createEcho("delete");
    const pod = await onlyPod("delete");
    const { pid } = await ask("delete", pod.name);
    await controlPlane.client.delete(echoPath("delete"), { propagationPolicy: "Foreground" });
    await ended(pid);
    await waitFor("the pod is gone", () =>
      Promise.resolve(runner.pods().some(({ namespace }) => namespace === "delete") ? undefined : true),
    );
  });

  test("a rolling update replaces the process", async () => {
    await createNamespace("roll");
    await createEcho("roll");
    const old = await onlyPod("roll");
    const { pid } = await ask("roll", old.name);
    await controlPlane.client.patch(echoPath("roll"), {
      spec: { template: { metadata: { annotations: { turn: "2" } } } },
    });
    await ended(pid);
    const next = await onlyPod("roll");
    expect(next.name).not.toBe(old.name);
    expect((await ask("roll", next.name)).greeting).toBe("hello");
  });

  test("scaling up and down starts and ends processes", async () => {
    await createNamespace("scale");
    await createEcho("scale");
    await readyPods("scale", 1);
    await controlPlane.client.patch(echoPath("scale"), { spec: { replicas: 3 } });
    const pods = await readyPods("scale", 3);
    expect(new Set(pods.map(({ address }) => address?.port)).size).toBe(3);
    await controlPlane.client.patch(echoPath("scale"), { spec: { replicas: 1 } });
    await readyPods("scale", 1);
  });

  test("a process that crashes is started again on the same address", async () => {
    await createNamespace("crash");
    await createEcho("crash");
    const pod = await onlyPod("crash");
    const before = await ask("crash", pod.name);
    const { host, port } = runner.addressOf("crash", pod.name);
    await expect(fetch(`http://${host}:${port}/crash`)).rejects.toThrow();
    await ended(before.pid);
    await onlyPod("crash");
    const after = await waitFor("the new process answers", () => ask("crash", pod.name).catch(() => undefined));
    expect(after.pid).not.toBe(before.pid);
  });

  test("a pod whose Secret is missing waits, says so, and starts when it appears", async () => {
    await createNamespace("late");
    await createEcho("late");
    const secret = "/api/v1/namespaces/late/secrets/echo";
    await controlPlane.client.delete(secret);
    await controlPlane.client.patch(echoPath("late"), {
      spec: { template: { metadata: { annotations: { turn: "2" } } } },
    });
    const podList = z.object({
      items: z.array(
        z.object({
          status: z.object({
            containerStatuses: z
              .array(
                z.object({ state: z.object({ waiting: z.object({ message: z.string().optional() }).optional() }) }),
              )
              .default([]),
          }),
        }),
      ),
    });
    await waitFor("the pod's status names the Secret", async () => {
      const { items } = await controlPlane.client.get("/api/v1/namespaces/late/pods", podList);
      const messages = items.flatMap(({ status }) =>
        status.containerStatuses.map(({ state }) => state.waiting?.message),
      );
      return messages.includes("Secret echo not found") ? true : undefined;
    });
    await controlPlane.client.post("/api/v1/namespaces/late/secrets", {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "echo" },
      stringData: { password: "new", "ca.crt": "a certificate" },
    });
    const pod = await onlyPod("late");
    expect((await ask("late", pod.name)).password).toBe("new");
  });

  test("a pod with an image without local command counts as ready, without a process", async () => {
    await createNamespace("pretend");
    await controlPlane.client.post("/api/v1/namespaces/pretend/pods", {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "other" },
      spec: { containers: [{ name: "other", image: "example/other:1" }] },
    });
    const pod = await waitFor("the pod is ready", () =>
      Promise.resolve(runner.pods().find(({ name, ready }) => name === "other" && ready)),
    );
    expect(pod.address).toBeUndefined();
    expect(() => runner.addressOf("pretend", "other")).toThrow("pod pretend/other has no process");
  });
});

describe("a local process", () => {
  test("ends when its starter is killed", async () => {
    const pidFile = join(dir, "pid");
    const module = join(repositoryRoot, "test/testbed/dist/cluster/localProcess.js");
    const options = {
      command: "sh",
      args: ["-c", `echo $$ > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; exec sleep 600`],
      env: { PATH: process.env["PATH"] },
      logFile: join(dir, "sleep.log"),
    };
    const script = `require(${JSON.stringify(module)}).startProcess(${JSON.stringify(options)})`;
    const starter = spawn(process.execPath, ["-e", script], { stdio: "ignore" });
    const pid = await waitFor("the process runs", async () =>
      existsSync(pidFile) ? Number(await readFile(pidFile, "utf8")) : undefined,
    );
    starter.kill("SIGKILL");
    await ended(pid);
  });
});
