import type { ResourceProps } from "../../provider/src/resources/shared/props";

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** A value as `pulumi stack export --show-secrets` writes a secret. */
export const openSecret = (value: unknown): object => ({
  [signatureKey]: secretSignature,
  plaintext: JSON.stringify(value),
});

/** A value as `pulumi stack export` writes a secret. */
export const closedSecret = (): object => ({ [signatureKey]: secretSignature, ciphertext: "v1:abc" });

/** A FedJoin as a stack's export holds it; `over` replaces fields of the resource. */
export const joinResource = (stack: string, id: string, outputs: ResourceProps, over: object = {}): object => ({
  urn: `urn:pulumi:${stack}::fedjoin::pulumi-nodejs:dynamic/neuvector:FedJoin::${String(outputs["storeId"])}`,
  type: "pulumi-nodejs:dynamic/neuvector:FedJoin",
  custom: true,
  id,
  outputs,
  ...over,
});

/** The settings of an exporter that joins by itself, as a stack's export holds them. */
export const exporterResource = (stack: string, data: Readonly<Record<string, string>>): object => ({
  urn: `urn:pulumi:${stack}::fedjoin::kubernetes:core/v1:ConfigMap::exporter-settings`,
  type: "kubernetes:core/v1:ConfigMap",
  custom: true,
  id: "ns/exporter-settings",
  inputs: { data: { ENABLE_FED_JOIN: "true", ...data } },
});

/** The text that `pulumi stack export` writes. */
export const exportedState = (...resources: readonly object[]): string =>
  JSON.stringify({ version: 3, deployment: { manifest: {}, resources } });
