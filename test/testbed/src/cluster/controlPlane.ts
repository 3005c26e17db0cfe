import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hasCode } from "../toolchain/errorCode";
import type { ClusterTools } from "../toolchain/prepareTools";
import type { Command, Log } from "../toolchain/tools";
import { freePort } from "@fedjoin/simulator";
import { auditPolicy } from "./auditLog";
import { KubeError, kubeClient, type KubeClient } from "./kubeClient";
import { kubeconfigOf } from "./kubeconfig";
import { assertRunning, startProcess, type LocalProcess } from "./localProcess";
import { waitFor } from "./waitFor";

/** How an administrator of the whole cluster reaches it; plain data that can go to another process. */
export interface ControlPlaneAccess {
  readonly url: string;
  /** PEM of the certificate to trust. */
  readonly ca: string;
  readonly token: string;
  readonly kubeconfig: string;
  readonly kubeconfigPath: string;
  /** Holds a line of JSON for each request; see `auditedRequests`. */
  readonly auditFile: string;
}

export interface ControlPlane extends ControlPlaneAccess {
  readonly access: ControlPlaneAccess;
  readonly client: KubeClient;
  /** Ends the three processes, if they are this process's own, and waits for them. */
  readonly stop: () => Promise<void>;
}

export interface ControlPlaneOptions {
  readonly tools: Pick<ClusterTools, "controlPlane">;
  /** For data, keys and logs; created. */
  readonly dir: string;
  readonly say: Log;
  /** Accounts may do only what roles give them. By default every account may do everything. */
  readonly rbac?: boolean;
}

const controllers = [
  "deployment-controller",
  "replicaset-controller",
  "endpointslice-controller",
  "endpoints-controller",
  "namespace-controller",
  "garbage-collector-controller",
  "serviceaccount-controller",
  "disruption-controller",
  "persistentvolumeclaim-protection-controller",
];

const stopGraceMs = 10_000;

type Flags = Readonly<Record<string, string>>;

const filesIn = (dir: string) => ({
  tokens: join(dir, "tokens.csv"),
  accountKey: join(dir, "service-account.key"),
  auditPolicy: join(dir, "audit-policy.json"),
  auditLog: join(dir, "audit.log"),
});

type Files = ReturnType<typeof filesIn>;

/**
 * A Kubernetes API without machines: etcd, kube-apiserver and kube-controller-manager on free loopback ports, ready to
 * use some five seconds later. It has neither scheduler nor kubelet: `startPodRunner` stands in for them.
 * @throws Error with the end of its log when one of the three ends instead of starting.
 */
export async function startControlPlane({ tools, dir, say, rbac = false }: ControlPlaneOptions): Promise<ControlPlane> {
  await mkdir(dir, { recursive: true });
  const running: LocalProcess[] = [];
  const stop = async () => {
    for (const each of running) await each.stop(stopGraceMs);
  };
  const start = async (name: string, { command, args }: Command, flags: Flags) => {
    const flagArgs = Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
    const env = { PATH: process.env["PATH"] ?? "", HOME: dir };
    const logFile = join(dir, `${name}.log`);
    running.unshift(await startProcess({ command, args: [...args, ...flagArgs], env, logFile }));
  };
  try {
    const token = randomBytes(32).toString("hex");
    const files = await writeFiles(dir, token);
    const etcdUrl = `http://127.0.0.1:${await freePort()}`;
    const apiPort = await freePort();
    const url = `https://127.0.0.1:${apiPort}`;
    const { controlPlane } = tools;
    await start("etcd", controlPlane.etcd, await etcdFlags(dir, etcdUrl));
    await start("kube-apiserver", controlPlane.kubeApiserver, {
      ...apiserverFlags(dir, etcdUrl, apiPort, files),
      "authorization-mode": rbac ? "RBAC" : "AlwaysAllow",
    });
    const ca = await waitFor("the API server writes its certificate", async () => {
      for (const each of running) await assertRunning(each);
      return readCertificate(dir);
    });
    const client = kubeClient({ url, ca, token });
    await waitFor("the API server is ready", async () => {
      for (const each of running) await assertRunning(each);
      return isReady(client);
    });
    const kubeconfigPath = join(dir, "kubeconfig");
    const kubeconfig = kubeconfigOf({ fedjoin: { url, ca, token } });
    await writeFile(kubeconfigPath, kubeconfig, { mode: 0o600 });
    await start("kube-controller-manager", controlPlane.kubeControllerManager, {
      kubeconfig: kubeconfigPath,
      "leader-elect": "false",
      "secure-port": "0",
      "service-account-private-key-file": files.accountKey,
      controllers: controllers.join(","),
    });
    say(`Kubernetes API server: ${url}`);
    return withClient({ url, ca, token, kubeconfig, kubeconfigPath, auditFile: files.auditLog }, client, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A control plane that another process started and will stop. */
export function connectControlPlane(access: ControlPlaneAccess): ControlPlane {
  return withClient(access, kubeClient(access), () => Promise.resolve());
}

function withClient(access: ControlPlaneAccess, client: KubeClient, stop: () => Promise<void>): ControlPlane {
  return {
    ...access,
    access,
    client,
    async stop() {
      client.close();
      await stop();
    },
  };
}

/** Writes the administrator's token, the key of service accounts and the audit policy; returns their paths. */
async function writeFiles(dir: string, token: string): Promise<Files> {
  const files = filesIn(dir);
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  await writeFile(files.tokens, `${token},admin,admin,system:masters\n`, { mode: 0o600 });
  await writeFile(files.accountKey, privateKey.export({ type: "pkcs1", format: "pem" }), { mode: 0o600 });
  await writeFile(files.auditPolicy, JSON.stringify(auditPolicy));
  return files;
}

async function etcdFlags(dir: string, clientUrl: string): Promise<Flags> {
  const peerUrl = `http://127.0.0.1:${await freePort()}`;
  return {
    "data-dir": join(dir, "etcd"),
    "listen-client-urls": clientUrl,
    "advertise-client-urls": clientUrl,
    "listen-peer-urls": peerUrl,
    "initial-advertise-peer-urls": peerUrl,
    "initial-cluster": `default=${peerUrl}`,
    "unsafe-no-fsync": "true",
    "log-level": "warn",
  };
}

function apiserverFlags(dir: string, etcdUrl: string, port: number, files: Files): Flags {
  return {
    "etcd-servers": etcdUrl,
    "bind-address": "127.0.0.1",
    "advertise-address": "127.0.0.1",
    "secure-port": String(port),
    "cert-dir": dir,
    "token-auth-file": files.tokens,
    "audit-policy-file": files.auditPolicy,
    "audit-log-path": files.auditLog,
    "audit-log-mode": "blocking",
    "service-account-issuer": "https://kubernetes.default.svc",
    "service-account-key-file": files.accountKey,
    "service-account-signing-key-file": files.accountKey,
    "service-cluster-ip-range": "10.0.0.0/24",
    "endpoint-reconciler-type": "none",
    "disable-admission-plugins": "ServiceAccount",
    "enable-priority-and-fairness": "false",
    "allow-privileged": "true",
  };
}

/** The certificate that the API server makes for itself when it starts; undefined until it is complete. */
async function readCertificate(dir: string): Promise<string | undefined> {
  const path = join(dir, "apiserver.crt");
  if (!existsSync(path)) return undefined;
  const text = await readFile(path, "utf8");
  return text.endsWith("-----END CERTIFICATE-----\n") ? text : undefined;
}

async function isReady(client: KubeClient): Promise<true | undefined> {
  try {
    await client.text("/readyz");
    return true;
  } catch (error) {
    if (error instanceof KubeError || hasCode(error, "ECONNREFUSED")) return undefined;
    throw error;
  }
}
