import { stringify } from "yaml";

/** One cluster, and the account to use there. */
export interface KubeAccess {
  readonly url: string;
  /** PEM of the certificate to trust. */
  readonly ca: string;
  readonly token: string;
}

/** The text of a kubeconfig with a context for each entry; the first is the current one. */
export function kubeconfigOf(contexts: Readonly<Record<string, KubeAccess>>): string {
  const entries = Object.entries(contexts);
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: entries.map(([name, { url, ca }]) => ({
      name,
      cluster: { server: url, "certificate-authority-data": Buffer.from(ca).toString("base64") },
    })),
    users: entries.map(([name, { token }]) => ({ name, user: { token } })),
    contexts: entries.map(([name]) => ({ name, context: { cluster: name, user: name } })),
    "current-context": entries[0]?.[0] ?? "",
  });
}
