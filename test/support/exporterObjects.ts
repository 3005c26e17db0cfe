import { NeuVectorExporter, type ExporterJoinArgs, type NeuVectorExporterArgs } from "../../stacks/src/component";
import { declareProgram } from "./declareStack";
import { renderedObjects, type KubeObject } from "./renderedObjects";

export const plain = {
  namespace: "neuvector",
  image: "registry.example.com/fedjoin-exporter:0.1.0",
  controller: {
    ...{ server: "neuvector-svc-controller-api.neuvector", port: 10443 },
    credentials: { username: "metrics-reader", password: "canary-password" },
  },
} satisfies NeuVectorExporterArgs;

const site = {
  storeId: "u2204a",
  jointRest: { server: "192.168.8.209", port: 10443 },
};

export const join = {
  ...site,
  joinVia: "controller",
  master: { rest: { server: "hq.example.com" } },
  joinToken: "canary-token",
} satisfies ExporterJoinArgs;

export const tokenUrl = {
  ...site,
  joinVia: "master",
  mode: "watch",
  master: { rest: { server: "203.0.113.7", port: 443 }, tls: { ca: "-----BEGIN CERTIFICATE-----" } },
  joinTokenUrl: "https://tokens.example.com:8443/canary-url",
  joinTokenUrlOptions: { bearer: "canary-bearer" },
} satisfies ExporterJoinArgs;

export const prometheus = {
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } },
};

export const declare = (args: NeuVectorExporterArgs) =>
  declareProgram(() => ({ address: new NeuVectorExporter("exporter-u2204a", args).address }));

export const render = async (args: NeuVectorExporterArgs) => renderedObjects(await declare(args));

export const kindsOf = (objects: readonly KubeObject[]) => objects.map(({ kind }) => kind);

export function oneOf(objects: readonly KubeObject[], kind: string): KubeObject {
  const [found, another] = objects.filter((object) => object.kind === kind);
  if (found === undefined || another !== undefined) throw new Error(`expected one ${kind}`);
  return found;
}
