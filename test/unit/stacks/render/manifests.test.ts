import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { manifestsOf } from "../../../../stacks/src/render/manifests";
import { createPlaceholders, withPlaceholders } from "../../../../stacks/src/render/secretPlaceholders";

const mark = String(withPlaceholders({ secure: "ciphertext" }));
const metadata = { name: "site-secret-0a1b2c3d", namespace: "neuvector" };
const secret = {
  stableName: "site-secret",
  object: {
    ...{ apiVersion: "v1", kind: "Secret", metadata, immutable: true },
    stringData: { PASSWORD: mark, NAME: "reader" },
  },
};
const settings = (data: object) => ({
  stableName: "site-settings",
  object: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "site-settings-4e5f6a7b" }, data },
});

describe("manifests", () => {
  test("are one file for each object, in the order of their names, alike whatever the order of objects and keys", () => {
    const service = { stableName: "site", object: { kind: "Service", metadata: { name: "site" }, apiVersion: "v1" } };
    const { files, requiredSecrets } = manifestsOf([service, settings({ b: "1", a: "true" })], undefined);
    expect([...files.keys()]).toEqual(["configmap-site-settings.yaml", "service-site.yaml"]);
    expect(files.get("configmap-site-settings.yaml")).toBe(
      'apiVersion: v1\ndata:\n  a: "true"\n  b: "1"\nkind: ConfigMap\nmetadata:\n  name: site-settings-4e5f6a7b\n',
    );
    expect(manifestsOf([settings({ a: "true", b: "1" }), service], undefined).files).toEqual(files);
    expect(requiredSecrets).toEqual([]);
  });

  test("R15: leave Secrets out, and say which are needed", () => {
    expect(manifestsOf([secret], undefined)).toEqual({
      files: new Map(),
      requiredSecrets: [{ namespace: "neuvector", name: "site-secret-0a1b2c3d", keys: ["NAME", "PASSWORD"] }],
    });
  });

  test("say which Secrets of others a pod needs, and no empty one of their own", () => {
    const keyed = (name: string, key: string) => ({ name: key, valueFrom: { secretKeyRef: { name, key } } });
    const env = [keyed("vault", "B"), keyed("vault", "A"), keyed(metadata.name, "NAME"), { name: "PLAIN", value: "1" }];
    const volumes = [
      { name: "tls", projected: { sources: [{ secret: { name: "web-tls" } }, { configMap: { name: "other" } }] } },
      { name: "files", secret: { secretName: metadata.name } },
      { name: "state", emptyDir: {} },
    ];
    const pod = { containers: [{ name: "exporter", env }], volumes, imagePullSecrets: [{ name: "registry" }] };
    const exporter = { name: "site", namespace: "neuvector" };
    const deployment = {
      stableName: "site",
      object: { apiVersion: "apps/v1", kind: "Deployment", metadata: exporter, spec: { template: { spec: pod } } },
    };
    const empty = { ...secret, object: { ...secret.object, stringData: {} } };
    const foreign = [
      { namespace: "neuvector", name: "registry", keys: [] },
      { namespace: "neuvector", name: "vault", keys: ["A", "B"] },
      { namespace: "neuvector", name: "web-tls", keys: [] },
    ];
    expect(manifestsOf([empty, deployment], undefined).requiredSecrets).toEqual(foreign);
    expect(manifestsOf([secret, deployment], createPlaceholders(mark, "hunter2")).requiredSecrets).toEqual(foreign);
  });

  test("have them with the secrets in place, and changeable, where that is asked", () => {
    const { files, requiredSecrets } = manifestsOf([secret], createPlaceholders(mark, "hunter2"));
    expect(requiredSecrets).toEqual([]);
    expect(parse(files.get("secret-site-secret.yaml") ?? "")).toEqual({
      ...{ apiVersion: "v1", kind: "Secret", metadata },
      stringData: { PASSWORD: "hunter2", NAME: "reader" },
    });
  });

  test("are refused where a secret is not known, or would be anywhere but in a Secret", () => {
    expect(() => manifestsOf([secret], createPlaceholders(mark, undefined))).toThrow(
      /Secret site-secret-0a1b2c3d is not known$/,
    );
    expect(() => manifestsOf([settings({ a: `x${mark}` })], undefined)).toThrow(
      /in the clear in ConfigMap site-settings-4e5f6a7b$/,
    );
  });
});
