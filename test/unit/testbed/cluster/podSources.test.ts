import { expect, test } from "vitest";
import { podSchema } from "../../../testbed/src/cluster/pod";
import { resolveEnv, withLocalPaths, type SourceReader } from "../../../testbed/src/cluster/podSources";

const objects: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "ConfigMap/settings": { LEVEL: "info", PASSWORD: "none" },
  "Secret/login": { password: "s3cret" },
};
const read: SourceReader = (kind, name) => {
  const data = Object.entries(objects[`${kind}/${name}`] ?? {});
  return Promise.resolve(new Map(data.map(([key, text]) => [key, Buffer.from(text)])));
};

function envOf(...env: readonly object[]) {
  const envFrom = [{ configMapRef: { name: "settings" } }];
  const { spec } = podSchema.parse({
    metadata: { name: "pod-1", namespace: "dev", uid: "u" },
    spec: { containers: [{ name: "main", image: "image", envFrom, env }] },
  });
  return resolveEnv(spec.containers[0], read);
}
const fromSecret = (name: string, key: string, more: object = {}) => ({
  name,
  valueFrom: { secretKeyRef: { name: "login", key, ...more } },
});

test("the environment of a container has whole ConfigMaps, and single variables that win over them", async () => {
  expect(await envOf(fromSecret("PASSWORD", "password"), { name: "OWN", value: "1" }, { name: "EMPTY" })).toEqual({
    ...{ LEVEL: "info", PASSWORD: "s3cret", OWN: "1", EMPTY: "" },
  });
});

test("a key that a Secret lacks is named, or left out if it is optional", async () => {
  await expect(envOf(fromSecret("A", "a"))).rejects.toThrow("Secret login has no key a");
  expect(await envOf(fromSecret("A", "a", { optional: true }))).not.toHaveProperty("A");
});

test("a process finds a mounted volume through its environment", () => {
  const env = { CA: "/etc/tls/ca.crt", DIR: "/etc/tls", OTHER: "/etc/tlsx", TEXT: "see /etc/tls" };
  const local = withLocalPaths(env, new Map([["/etc/tls", "/tmp/v"]]));
  expect(local).toEqual({ ...env, CA: "/tmp/v/ca.crt", DIR: "/tmp/v" });
});
