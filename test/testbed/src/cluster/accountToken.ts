import { z } from "zod";
import type { KubeClient } from "./kubeClient";

const tokenRequest = z.object({ status: z.object({ token: z.string() }) });

/** A token of a ServiceAccount, good for an hour, as `kubectl create token` gets it. */
export async function accountToken(client: KubeClient, namespace: string, account: string): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`;
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 3600 } };
  return (await client.ask(path, body, tokenRequest)).status.token;
}
