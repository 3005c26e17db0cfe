import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, test } from "vitest";
import * as z from "zod";
import { connectControlPlane, repositoryRoot, startPodRunner, waitFor } from "@fedjoin/testbed";
import { folderOfFile, podUrl, startedOfFile } from "../support/deployments";
import { at } from "../support/federation";

const echoServer = `
const { createServer } = require("node:http");
const { GREETING, PASSWORD, CA_FILE, PORT } = process.env;
createServer((request, response) => {
  if (request.url === "/crash") process.exit(7);
  const ca = require("node:fs").readFileSync(CA_FILE, "utf8");
  response.end(JSON.stringify({ greeting: GREETING, password: PASSWORD, ca, pid: process.pid }));
}).listen(Number(PORT), "127.0.0.1");
`;
const echoReply = z.looseObject({ pid: z.number() });
const waiting = z.object({ state: z.object({ waiting: z.object({ message: z.string().optional() }).optional() }) });
const podList = z.object({
  items: z.array(z.object({ status: z.object({ containerStatuses: z.array(waiting).default([]) }) })),
});

const folder = folderOfFile();
const client = () => connectControlPlane(inject("controlPlane")).client;
const runner = startedOfFile(() =>
  startPodRunner({
    client: client(),
    dir: join(folder.path, "pods"),
    images: {
      "example/echo:1": { command: process.execPath, args: [join(folder.path, "echoServer.js")], portVariable: "PORT" },
    },
    isOwn: (namespace) => namespace === "echo",
    say: () => undefined,
  }),
);

const core = "/api/v1/namespaces/echo";
const echo = "/apis/apps/v1/namespaces/echo/deployments";
const metadata = { name: "echo", namespace: "echo" };
const secret = {
  ...{ apiVersion: "v1", kind: "Secret", metadata },
  stringData: { password: "s3cret", "ca.crt": "a certificate" },
};
/** An echo server with its environment from a ConfigMap and a Secret, which is also mounted. */
const deployment = {
  ...{ apiVersion: "apps/v1", kind: "Deployment", metadata },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: "echo" } },
    template: {
      metadata: { labels: { app: "echo" } },
      spec: {
        terminationGracePeriodSeconds: 5,
        volumes: [{ name: "tls", secret: { secretName: "echo" } }],
        containers: [
          {
            ...{ name: "echo", image: "example/echo:1", ports: [{ name: "http", containerPort: 8080 }] },
            envFrom: [{ configMapRef: { name: "echo" } }],
            env: [
              { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "echo", key: "password" } } },
              { name: "CA_FILE", value: "/etc/tls/ca.crt" },
            ],
            volumeMounts: [{ name: "tls", mountPath: "/etc/tls" }],
            readinessProbe: { httpGet: { path: "/", port: "http" } },
          },
        ],
      },
    },
  },
};

/** The ready pods, once there are so many. */
const readyPods = (count: number) =>
  waitFor(`${count} ready pods`, () => {
    const pods = runner.pods();
    const areReady = pods.length === count && pods.every(({ ready }) => ready);
    return Promise.resolve(areReady ? pods : undefined);
  });

/** What the only pod's process answers. */
const ask = () =>
  waitFor("an answer", async () => {
    const pod = at(await readyPods(1), 0);
    const response = await fetch(podUrl(pod)).catch(() => undefined);
    return response && echoReply.parse(await response.json());
  });

const ended = (pid: number) =>
  waitFor(`process ${pid} ends`, () => {
    try {
      process.kill(pid, 0);
      return Promise.resolve(undefined);
    } catch {
      return Promise.resolve(true as const);
    }
  });

beforeAll(async () => {
  await writeFile(join(folder.path, "echoServer.js"), echoServer);
  const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata, data: { GREETING: "hello" } };
  await client().post("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "echo" } });
  await client().post(`${core}/configmaps`, configMap);
  await client().post(echo, deployment);
});

// One story: each test goes on where the one before ended.
describe("the control plane with the pod runner", () => {
  test("a pod whose Secret is missing waits, says so, and starts when it appears, with its environment and files", async () => {
    await waitFor("the pod's status names the Secret", async () => {
      const { items } = await client().get(`${core}/pods`, podList);
      const states = items.flatMap(({ status }) => status.containerStatuses.map(({ state }) => state));
      return states.some((state) => state.waiting?.message === "Secret echo not found") ? true : undefined;
    });
    await client().post(`${core}/secrets`, secret);
    const pod = at(await readyPods(1), 0);
    expect(pod.labels).toMatchObject({ app: "echo" });
    expect(await ask()).toMatchObject({ greeting: "hello", password: "s3cret", ca: "a certificate" });
  });

  test("a process that crashes is started again on the same address", async () => {
    const [pod, { pid }] = [at(await readyPods(1), 0), await ask()];
    await expect(fetch(`${podUrl(pod)}/crash`)).rejects.toThrow();
    await ended(pid);
    expect((await ask()).pid).not.toBe(pid);
    expect(podUrl(at(await readyPods(1), 0))).toBe(podUrl(pod));
  });

  test("a rolling update replaces the process, and scaling starts and ends processes", async () => {
    const [{ name }, { pid }] = [at(await readyPods(1), 0), await ask()];
    const template = { metadata: { annotations: { turn: "2" } } };
    await client().patch(`${echo}/echo`, { spec: { template } });
    await ended(pid);
    expect(at(await readyPods(1), 0).name).not.toBe(name);
    await client().patch(`${echo}/echo`, { spec: { replicas: 3 } });
    expect(new Set((await readyPods(3)).map(podUrl)).size).toBe(3);
    await client().patch(`${echo}/echo`, { spec: { replicas: 1 } });
    await readyPods(1);
  });

  test("deleting the Deployment ends its process and removes the pod", async () => {
    const { pid } = await ask();
    await client().delete(`${echo}/echo`, { propagationPolicy: "Foreground" });
    await ended(pid);
    await readyPods(0);
  });
});

test("a local process ends when its starter is killed", async () => {
  const pidFile = join(folder.path, "pid");
  const options = {
    command: "sh",
    args: ["-c", `echo $$ > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; exec sleep 600`],
    env: { PATH: process.env["PATH"] },
    logFile: join(folder.path, "sleep.log"),
  };
  const module = JSON.stringify(join(repositoryRoot, "test/testbed/dist/cluster/localProcess.js"));
  const script = `require(${module}).startProcess(${JSON.stringify(options)})`;
  const starter = spawn(process.execPath, ["-e", script], { stdio: "ignore" });
  const pid = await waitFor("the process runs", async () =>
    existsSync(pidFile) ? Number(await readFile(pidFile, "utf8")) : undefined,
  );
  starter.kill("SIGKILL");
  await ended(pid);
});
