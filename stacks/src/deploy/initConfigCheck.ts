import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { StackMember } from "./readConfig";
import { runError } from "../components/runError";

const fileName = "fedinitcfg.yaml";

/**
 * Checks that a member's cluster does not join by itself. Resources with the result in `dependsOn` wait for the check.
 * `undefined` if the configuration does not name an init configuration, or nobody here owns the membership.
 * @throws pulumi.RunError inside the Output, for a cluster that joins by itself.
 */
export function checkInitConfig(
  member: StackMember,
  provider: k8s.Provider | undefined,
): pulumi.Output<pulumi.Resource[]> | undefined {
  const { storeId, initConfig, joinedBy } = member;
  if (initConfig === undefined || provider === undefined || joinedBy === "none") return undefined;
  const { configMap, secret, namespace } = initConfig;
  // It may contain a join token.
  const options = { provider, additionalSecretOutputs: ["data", "stringData", "binaryData"] };
  const name = `${storeId}-init-config`;
  const found =
    configMap !== undefined
      ? k8s.core.v1.ConfigMap.get(name, `${namespace}/${configMap}`, options)
      : secret !== undefined
        ? k8s.core.v1.Secret.get(name, `${namespace}/${secret}`, options)
        : undefined;
  return found?.data.apply((data) => {
    const message = initConfigProblem(storeId, data);
    if (message !== undefined) throw runError(message);
    return [];
  });
}

/** Why the stack must not join a member; `undefined` if it may. */
export function initConfigProblem(storeId: string, data: Readonly<Record<string, string>> | undefined) {
  return Object.hasOwn(data ?? {}, fileName)
    ? `${storeId}: its cluster joins by itself. NeuVector's init configuration there has a ${fileName}, which its ` +
        "controllers apply whenever they start: they would leave what was joined here. A membership has one owner: " +
        `say joinedBy: none for this member, or take ${fileName} out of the init configuration`
    : undefined;
}
