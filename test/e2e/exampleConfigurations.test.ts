import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { z } from "zod";
import { kubeconfigOf, quietFlags, repositoryRoot, startTestbed, storedObjects, type Testbed } from "@fedjoin/testbed";
import { caCertificate } from "../support/caCertificate";

const folder = join(repositoryRoot, "stacks/config");
const contexts = ["u2204a", "2207", "u2210c", "s1", "s2", "tools", "n1001", "n1002", "2203", "s2204"];

let estate: Testbed;

const pulumi = (...args: string[]) => estate.project.pulumi.run(args);

const mapping = z.looseObject({});
const written = z.object({
  config: z.looseObject({
    "fedjoin:defaults": mapping,
    "fedjoin:members": z.array(z.looseObject({ storeId: z.string() })).optional(),
  }),
});

/**
 * An example as it is, with the secrets that its commands set, for exporters alone: nobody is at its addresses. One that
 * is deployed from inside its cluster is reached by a context.
 */
function example(name: string) {
  const source = readFileSync(join(folder, `Pulumi.${name}.yaml`), "utf8").replaceAll(
    /"-----BEGIN CERTIFICATE-----[^"]*"/g,
    () => JSON.stringify(caCertificate),
  );
  const document = parseDocument(source.replace("stacks/config/stores", join(folder, "stores")));
  for (const [, path = ""] of source.matchAll(/--secret --path '([^']+)'/g)) {
    const keys = path.split(/[.[\]]+/).map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    document.setIn(["config", ...keys], "https://example.com/a-secret");
  }
  const { config } = written.parse(document.toJS());
  const defaults = { ...config["fedjoin:defaults"], kubernetes: { timeoutSeconds: 60 } };
  const members = config["fedjoin:members"]?.map((member) => {
    const joinedBy = member["joinedBy"] ?? config["fedjoin:defaults"]["joinedBy"] ?? "none";
    return { ...member, joinedBy, kubernetes: { context: `store-${member.storeId}` } };
  });
  const owned = members === undefined ? { joinedBy: "none" } : {};
  return {
    ...config,
    "fedjoin:defaults": { ...defaults, ...owned },
    ...(members !== undefined && { "fedjoin:members": members }),
  };
}

beforeAll(async () => {
  estate = await startTestbed({ federation: { sites: 1 }, say: () => undefined });
  const { client } = estate.controlPlane;
  const kube = join(estate.project.env["HOME"] ?? "", ".kube");
  await mkdir(kube, { recursive: true });
  const access = Object.fromEntries(contexts.map((storeId) => [`store-${storeId}`, estate.controlPlane]));
  await writeFile(join(kube, "config"), kubeconfigOf(access));
  const made = [
    ["/api/v1/namespaces", { kind: "Namespace", metadata: { name: "neuvector" } }],
    ["/api/v1/namespaces/neuvector/configmaps", { kind: "ConfigMap", metadata: { name: "neuvector-init" } }],
    ["/api/v1/namespaces/neuvector/secrets", { kind: "Secret", metadata: { name: "neuvector-exporter" } }],
    ["/api/v1/namespaces/neuvector/secrets", { kind: "Secret", metadata: { name: "neuvector-reader" } }],
  ] as const;
  for (const [path, object] of made) await client.post(path, { apiVersion: "v1", ...object });
});

afterAll(() => estate.stop());

describe("each example configuration, deployed on a real API server", () => {
  test.each([
    ["dev", 3, 3],
    ["staging", 3, 0],
    ["prod", 4, 0],
  ])("a second up and a preview of %s have nothing to change", async (name, exporters, secrets) => {
    await estate.project.configure({ plain: { config: example(name) }, secrets: new Map() });
    await pulumi("up", ...quietFlags);
    await pulumi("up", ...quietFlags, "--expect-no-changes");
    await pulumi("preview", "--expect-no-changes");
    const kinds = (await storedObjects(estate.project.backendDir, "demo")).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "Deployment")).toHaveLength(exporters);
    expect(kinds.filter((kind) => kind === "Secret")).toHaveLength(secrets);
  });
});
