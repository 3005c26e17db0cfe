import { readFileSync } from "node:fs";
import { request } from "node:https";
import { text } from "node:stream/consumers";
import { systemErrorCode } from "../values/systemErrorCode";
import { describeReadError } from "../values/text";
import type { FileOrData, KubeCluster, KubeUser } from "../kubernetes/kubeconfig";
import type { KubeFetch, KubeResponse, KubeRequest } from "../kubernetes/placement";

const timeoutMs = 10_000;

/** Asks an API server as a kubeconfig says. Does not run commands that log in, and takes no proxy. */
export function createKubeFetch({
  cluster,
  user,
}: {
  readonly cluster: KubeCluster;
  readonly user: KubeUser | undefined;
}): KubeFetch {
  if (user?.usesOtherAuth === true)
    return () => Promise.resolve({ unreachable: "its account logs in by a command or a plugin" });
  if (cluster.isProxied) return () => Promise.resolve({ unreachable: "it is behind a proxy" });
  return async (asked) => {
    try {
      return await send(cluster, user, asked);
    } catch (error) {
      const isFile = error instanceof UnreadableFileError;
      return { unreachable: isFile ? error.message : systemErrorCode(error, "unexpected error") };
    }
  };
}

async function send(
  cluster: KubeCluster,
  user: KubeUser | undefined,
  { path, body }: KubeRequest,
): Promise<KubeResponse> {
  const token = contentOf(user?.token)?.trim();
  const content = body && JSON.stringify(body);
  const options = {
    method: content === undefined ? "GET" : "POST",
    ...{ ca: contentOf(cluster.ca), cert: contentOf(user?.certificate), key: contentOf(user?.key) },
    ...(cluster.serverName !== undefined && { servername: cluster.serverName }),
    rejectUnauthorized: cluster.verify,
    agent: false,
    headers: {
      accept: "application/json",
      ...(token && { authorization: `Bearer ${token}` }),
      ...(content && { "content-type": "application/json", "content-length": Buffer.byteLength(content) }),
    },
    signal: AbortSignal.timeout(timeoutMs),
  };
  const url = new URL(cluster.server.replace(/\/$/, "") + path);
  return new Promise<KubeResponse>((resolve, reject) => {
    request(url, options, (response) => {
      text(response).then((answer) => {
        resolve({ status: response.statusCode ?? 0, body: answer });
      }, reject);
    })
      .on("error", reject)
      .end(content);
  });
}

/** A file that a kubeconfig names cannot be read. The message says which, and why. */
class UnreadableFileError extends Error {}

function contentOf(held: FileOrData | undefined): string | undefined {
  if (held === undefined) return undefined;
  if ("data" in held) return held.data;
  try {
    return readFileSync(held.file, "utf8");
  } catch (error) {
    throw new UnreadableFileError(
      `its kubeconfig names ${held.file}, which cannot be read: ${describeReadError(error)}`,
    );
  }
}
