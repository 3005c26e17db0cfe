import { parseAllDocuments } from "yaml";
import { z } from "zod";
import type { KubeClient } from "./kubeClient";

const object = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ namespace: z.string().optional() }),
});

/** Creates every object of a YAML text, in its order, as `kubectl create -f` does. @throws KubeError as the API server refuses one. */
export async function createObjects(client: KubeClient, yaml: string): Promise<void> {
  for (const document of parseAllDocuments(yaml)) {
    const given = object.parse(document.toJS());
    const { apiVersion, kind, metadata } = given;
    const api = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const scope = metadata.namespace === undefined ? "" : `/namespaces/${metadata.namespace}`;
    await client.post(`${api}${scope}/${kind.toLowerCase()}s`, given);
  }
}
