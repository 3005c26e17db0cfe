import { describe, expect, test } from "vitest";
import { certificate, environmentOf, problemsOf } from "../../support/checkedConfig";

const fingerprint = "ab".repeat(32);

const twoStores = `
master:
  rest: { server: hq.example.com }
  credentials: { username: fed, password: master-pw }
  tls: { caFile: ca.pem, serverName: neuvector }
  joinTokenUrl: https://tokens.example.com/?key=url-key
  joinTokenUrlOptions: { bearer: bearer-pw }
defaults:
  kubernetes: { kubeconfigFile: kubeconfig.yaml, timeoutSeconds: 60 }
  controller:
    credentials: { username: admin, password: shared-pw }
    tls: { verify: false }
  exporter: { image: "exporter:1", env: { LOG_LEVEL: debug } }
members:
  - storeId: u1
    kubernetes: { context: first }
    controller: { server: 10.0.0.1, credentials: { password: own-pw } }
    jointRest: { server: 10.0.0.1, port: 10443 }
  - storeId: u2
    kubernetes: { kubeconfig: kubeconfig-text }
    controller: { server: 10.0.0.2, credentials: { apiKey: "ci:key" }, tls: { fingerprint: ${fingerprint} } }
    jointRest: { server: 10.0.0.2, port: 443 }
    exporter: { env: { LOG_FORMAT: json }, credentials: { username: reader, password: reader-pw } }
`;

describe("a stack configuration", () => {
  test("gives each member the defaults under its own keys; one of two alternatives puts the other's default aside", () => {
    const { members } = environmentOf(twoStores);
    expect(members).toMatchObject([
      {
        storeId: "u1",
        joinedBy: "pulumi",
        namespace: "neuvector",
        createNamespace: false,
        kubernetes: { kubeconfig: "<apiVersion: v1>", context: "first", timeoutSeconds: 60 },
        controller: { port: 10443, credentials: { username: "<admin>", password: "<own-pw>" }, tls: { verify: false } },
        exporter: { image: "exporter:1", port: 8068, env: { LOG_LEVEL: "debug" } },
      },
      {
        storeId: "u2",
        kubernetes: { kubeconfig: "<kubeconfig-text>", timeoutSeconds: 60 },
        exporter: { env: { LOG_LEVEL: "debug", LOG_FORMAT: "json" } },
      },
    ]);
    expect(members[1]?.controller).toEqual({
      server: "10.0.0.2",
      port: 10443,
      credentials: { apiKey: "<ci:key>" },
      tls: { fingerprint },
    });
  });

  test("gives files as their contents", () => {
    const { master } = environmentOf(twoStores);
    expect(master.tls).toEqual({ ca: certificate, serverName: "neuvector" });
  });

  test("R15: wraps every secret, and shows none anywhere else", () => {
    const shown = JSON.stringify(environmentOf(twoStores));
    const secrets = [
      ...["fed", "master-pw", "https://tokens.example.com/?key=url-key", "bearer-pw", "admin", "own-pw"],
      ...["apiVersion: v1", "kubeconfig-text", "ci:key", "reader", "reader-pw"],
    ];
    for (const secret of secrets) expect(shown).toContain(`<${secret}>`);
    expect(shown.replaceAll(/<[^>]*>/g, "")).not.toMatch(/-pw|url-key|kubeconfig-text|ci:key|apiVersion/);
  });

  test("lets an exporter with an account of its own join with the controller's", () => {
    const joining = environmentOf(twoStores.replace("storeId: u2", "storeId: u2\n    joinedBy: exporter"));
    expect(
      joining.members.map(({ exporter }) => [exporter?.controller.credentials, exporter?.joinCredentials]),
    ).toEqual([
      [{ username: "<admin>", password: "<own-pw>" }, undefined],
      [{ username: "<reader>", password: "<reader-pw>" }, { apiKey: "<ci:key>" }],
    ]);
  });

  test("gives no account for the join at a master but one made for that", () => {
    const viaMaster = twoStores.replace("master:\n", "master:\n  joinVia: master\n");
    const withAccount = viaMaster.replace("env: { LOG_FORMAT: json }", "joinCredentials: { apiKey: 'join:key' }");
    expect(environmentOf(viaMaster).members[1]?.exporter?.joinCredentials).toBeUndefined();
    expect(environmentOf(withAccount).members[1]?.exporter?.joinCredentials).toEqual({ apiKey: "<join:key>" });
  });

  test("knows members in the same cluster: kubeconfig and context tell, not how they were given", () => {
    const sameText = twoStores.replace("kubeconfig: kubeconfig-text", 'kubeconfig: "apiVersion: v1", context: first');
    const clustersOf = (yaml: string) => environmentOf(yaml).members.map(({ kubernetes }) => kubernetes.cluster);
    expect(new Set(clustersOf(sameText)).size).toBe(1);
    expect(new Set(clustersOf(twoStores)).size).toBe(2);
  });

  test("names a cluster after the store with a kubeconfig of its own, else after the context", () => {
    const names = environmentOf(twoStores).members.map(({ clusterName }) => clusterName);
    expect(names).toEqual(["first", "u2"]);
    const ambient = twoStores.replace("kubeconfigFile: kubeconfig.yaml, ", "").replace("{ context: first }", "{}");
    expect(environmentOf(ambient).members[0]?.clusterName).toBe("default");
  });

  test("takes a key without a value as not given, and no members as all of them leaving", () => {
    expect(environmentOf("master: { rest:, joinToken: t }\nmembers: []").members).toEqual([]);
  });

  test("accepts a plain http token URL when told to", () => {
    const plain = twoStores.replace("https://tokens", "http://tokens");
    expect(problemsOf(plain)).toHaveLength(1);
    expect(problemsOf(plain.replace("bearer: bearer-pw", "allowHttp: true"))).toEqual([]);
  });

  test("R15: never repeats a value that it refuses", () => {
    const leaves = [...twoStores.matchAll(/(?<=: )[^\s{}][^\s,{}]*/g)];
    expect(leaves.length).toBeGreaterThan(25);
    const problems = leaves.flatMap(({ 0: leaf, index }) =>
      ["'{canary} '", "{ canary: canary }", "[canary]", "-4711.5"].flatMap((wrong) =>
        problemsOf(`${twoStores.slice(0, index)}${wrong}${twoStores.slice(index + leaf.length)}`),
      ),
    );
    expect(problems.length).toBeGreaterThan(leaves.length);
    expect(problems.filter((problem) => /\{canary\}|4711/.test(problem))).toEqual([]);
  });
});
