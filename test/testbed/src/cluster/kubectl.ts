import { parseAllDocuments } from "yaml";
import * as z from "zod";
import type { KubeClient } from "./kubeClient";

const object = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ namespace: z.string().optional() }),
});

/** The path of an object's siblings at the API server. */
export function collectionPath({ apiVersion, kind, metadata: { namespace } }: z.infer<typeof object>): string {
  const api = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = namespace === undefined ? "" : `/namespaces/${namespace}`;
  return `${api}${scope}/${kind.toLowerCase().replace(/y$/, "ie")}s`;
}

/** Creates every object of a YAML text, in its order, as `kubectl create -f` does. @throws KubeError as the API server refuses one. */
export async function createObjects(client: KubeClient, yaml: string): Promise<void> {
  for (const document of parseAllDocuments(yaml)) {
    const given = object.parse(document.toJS());
    await client.post(collectionPath(given), given);
  }
}

const tokenRequest = z.object({ status: z.object({ token: z.string() }) });

/** A token of a ServiceAccount, good for an hour, as `kubectl create token` gets it. */
export async function accountToken(client: KubeClient, namespace: string, account: string): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`;
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { expirationSeconds: 3600 } };
  return (await client.ask(path, body, tokenRequest)).status.token;
}
