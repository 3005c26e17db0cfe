import type { Placement } from "@fedjoin/provider/kubernetes";
import type { Member } from "./checkEnvironment";

/** What must be there for a member's exporter; `undefined` where none is deployed. */
export function placementOf<S>(member: Member<S>, members: readonly Member<S>[]): Placement | undefined {
  const { exporter, namespace, kubernetes } = member;
  if (exporter === undefined) return undefined;
  const { existingSecret, imagePullSecrets = [], web } = exporter;
  const beside = members.filter(
    (each) => each.namespace === namespace && each.kubernetes.cluster === kubernetes.cluster,
  );
  const secretOf = (name: string | undefined, use: string) => (name === undefined ? [] : [{ name, use }]);
  return {
    namespace,
    createNamespace: beside.some((each) => each.exporter !== undefined && each.createNamespace),
    secrets: [
      ...secretOf(existingSecret?.name, "exporter.existingSecret"),
      ...imagePullSecrets.flatMap((name) => secretOf(name, "exporter.imagePullSecrets")),
      ...secretOf(web?.tlsSecret, "exporter.web.tlsSecret"),
    ],
  };
}
