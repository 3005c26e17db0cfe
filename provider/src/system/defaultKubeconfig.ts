import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { mergeKubeconfigs, parseKubeconfig, type Kubeconfig } from "../kubernetes/kubeconfig";

/** The kubeconfig that kubectl would take, as the Kubernetes plugin does: the files of KUBECONFIG, else ~/.kube/config. */
export function defaultKubeconfig(environment: Readonly<Record<string, string | undefined>>, home: string) {
  const listed = (environment["KUBECONFIG"] ?? "").split(delimiter).filter((path) => path !== "");
  const paths = listed.length > 0 ? listed : [join(home, ".kube", "config")];
  const where = listed.length > 0 ? "the kubeconfig of KUBECONFIG" : "~/.kube/config";
  let config: Kubeconfig | undefined;
  return (): { readonly config: Kubeconfig; readonly where: string } => {
    config ??= mergeKubeconfigs(paths.flatMap((path) => kubeconfigAt(path) ?? []));
    return { config, where };
  };
}

function kubeconfigAt(path: string): Kubeconfig | undefined {
  try {
    return parseKubeconfig(readFileSync(path, "utf8"), dirname(path));
  } catch {
    return undefined;
  }
}
