import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { parseAllDocuments } from "yaml";
import * as z from "zod";
import { connectControlPlane, repositoryRoot, scrape, startPodRunner, waitFor } from "@fedjoin/testbed";
import { federationOfFile, folderOfFile, podUrl, startedOfFile } from "../support/deployments";
import { memberNames, at } from "../support/federation";
import { projectVersion } from "../support/projectVersion";

const object = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});
type KubeObject = z.infer<typeof object>;

const collections: Readonly<Record<string, string>> = {
  Namespace: "/api/v1/namespaces",
  ConfigMap: "/api/v1/namespaces/neuvector-exporter/configmaps",
  Secret: "/api/v1/namespaces/neuvector-exporter/secrets",
  Service: "/api/v1/namespaces/neuvector-exporter/services",
  Deployment: "/apis/apps/v1/namespaces/neuvector-exporter/deployments",
  NetworkPolicy: "/apis/networking.k8s.io/v1/namespaces/neuvector-exporter/networkpolicies",
};

const manifest = (file: string): KubeObject[] =>
  parseAllDocuments(readFileSync(join(repositoryRoot, "examples/kubernetes", file), "utf8")).map((document) =>
    object.parse(document.toJS()),
  );

const main = join(repositoryRoot, "exporter/dist/main.js");
const exporterCommand = { command: process.execPath, args: [main], portVariable: "EXPORTER_PORT" };
const image = `registry.example.com/fedjoin-exporter:${projectVersion}`;
const passwords = { exporter: "Canary-reader-1f", joiner: "Canary-joiner-2e" };

const folder = folderOfFile();
const federation = federationOfFile({
  siteOptions: {
    users: [
      { username: "exporter", password: passwords.exporter, role: "reader" },
      { username: "joiner", password: passwords.joiner, role: "admin" },
    ],
  },
});
const client = () => connectControlPlane(inject("controlPlane")).client;
const pods = startedOfFile(() =>
  startPodRunner({
    isOwn: (namespace) => namespace === "neuvector-exporter",
    client: client(),
    dir: join(folder.path, "pods"),
    images: { [image]: exporterCommand },
    say: () => undefined,
  }),
);

/** The object with what a reader of the README fills in. */
function filledIn(given: KubeObject): object {
  const site = at(federation.sites, 0);
  const { master } = federation;
  switch (given.kind) {
    case "ConfigMap":
      return {
        ...given,
        data: {
          ...z.record(z.string(), z.string()).parse(given["data"]),
          CTRL_API_SERVICE: `${site.rest.server}:${site.rest.port}`,
          CTRL_TLS_FINGERPRINT: site.fingerprint256,
          JOINT_REST_SERVER: site.rest.server,
          JOINT_REST_PORT: String(site.rest.port),
          MASTER_CLUSTER_ADDRESS: master.rest.server,
        },
      };
    case "Secret":
      return {
        ...given,
        stringData: {
          ...z.record(z.string(), z.string()).parse(given["stringData"]),
          CTRL_PASSWORD: passwords.exporter,
          JOIN_PASSWORD: passwords.joiner,
          JOIN_TOKEN: master.joinToken(),
        },
      };
    default:
      return given;
  }
}

describe("the example for Kubernetes", () => {
  test("R12, R15: is taken by the API server in a restricted namespace, and its pod serves and joins", async () => {
    const given = ["namespace.yaml", "secret.yaml.example", "exporter.yaml"].flatMap(manifest);
    for (const each of given) await client().post(collections[each.kind] ?? each.kind, filledIn(each));
    const pod = await waitFor("the pod is ready", () => Promise.resolve(pods.pods().find(({ ready }) => ready)));
    expect(await scrape(podUrl(pod))).toContain("nv_up 1");
    await waitFor("the site is a member", async () =>
      (await scrape(podUrl(pod))).includes('nv_fed_join_state{state="joined"} 1') ? true : undefined,
    );
    expect(memberNames(federation.master)).toEqual([expect.stringMatching(/^u2204a-\w{6}$/)]);
    const log = await pods.logOf(pod.namespace, pod.name);
    expect(log).toContain("Federation join completed successfully!");
    for (const secret of Object.values(passwords)) expect(log).not.toContain(secret);
  });

  test("R15: its pod meets the restricted Pod Security Standard, and does not without what the example sets", async () => {
    const deployment = manifest("exporter.yaml").find(({ kind }) => kind === "Deployment");
    const template = z.object({ spec: z.object({ template: z.object({ spec: z.looseObject({}) }) }) }).parse(deployment)
      .spec.template.spec;
    const tried = { apiVersion: "v1", kind: "Pod", metadata: { name: "tried" } };
    const create = (spec: object) =>
      client().post("/api/v1/namespaces/neuvector-exporter/pods?dryRun=All", { ...tried, spec });
    await create(template);
    await expect(create({ ...template, securityContext: {} })).rejects.toThrow('violates PodSecurity "restricted');
  });

  test("lets the Prometheus Operator find its Service by label and port", () => {
    const [monitor] = manifest("optional/servicemonitor.yaml");
    const service = manifest("exporter.yaml").find(({ kind }) => kind === "Service");
    const name = { "app.kubernetes.io/name": "neuvector-exporter" };
    expect(monitor).toMatchObject({ spec: { selector: { matchLabels: name }, endpoints: [{ port: "metrics" }] } });
    expect(service).toMatchObject({ metadata: { labels: name }, spec: { ports: [{ name: "metrics" }] } });
  });
});
