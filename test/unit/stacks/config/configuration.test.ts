import { describe, expect, test } from "vitest";
import { caCertificate } from "../../../support/caCertificate";
import { environmentOf, problemsOf } from "../../../support/checkedConfig";

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
    controller: { server: 10.0.0.2, credentials: { apiKey: "ci:key" }, tls: { fingerprint: [${fingerprint}] } }
    jointRest: { server: 10.0.0.2, port: 443 }
    exporter: { env: { LOG_FORMAT: json }, credentials: { username: reader, password: reader-pw } }
`;

describe("a stack configuration", () => {
  test("gives each member the defaults under its own keys, and files as their contents; one of two alternatives puts the other's default aside", () => {
    const { members } = environmentOf(twoStores);
    expect(members).toMatchObject([
      {
        storeId: "u1",
        joinedBy: "pulumi",
        namespace: "neuvector",
        createNamespace: false,
        kubernetes: { kubeconfig: "<apiVersion: v1>", context: "first", timeoutSeconds: 60 },
        controller: { port: 10443, credentials: { username: "admin", password: "<own-pw>" }, tls: { verify: false } },
        exporter: { image: "exporter:1", port: 8068, env: { LOG_LEVEL: "debug" } },
      },
      {
        storeId: "u2",
        kubernetes: { kubeconfig: "<kubeconfig-text>", timeoutSeconds: 60 },
        exporter: { env: { LOG_LEVEL: "debug", LOG_FORMAT: "json" } },
      },
    ]);
    expect(environmentOf(twoStores).master.tls).toEqual({ ca: caCertificate, serverName: "neuvector" });
    expect(members[1]?.controller).toEqual({
      server: "10.0.0.2",
      port: 10443,
      credentials: { apiKey: "<ci:key>" },
      tls: { fingerprint: [fingerprint] },
    });
  });

  test("R15: wraps every secret, and shows none anywhere else", () => {
    const shown = JSON.stringify(environmentOf(twoStores));
    const secrets = [
      ...["master-pw", "https://tokens.example.com/?key=url-key", "bearer-pw", "own-pw"],
      ...["apiVersion: v1", "kubeconfig-text", "ci:key", "reader-pw"],
    ];
    for (const secret of secrets) expect(shown).toContain(`<${secret}>`);
    expect(shown.replaceAll(/<[^>]*>/g, "")).not.toMatch(/-pw|url-key|kubeconfig-text|ci:key|apiVersion/);
  });

  test("passes base path and proxy of a controller on to its FedJoin; the exporter takes the proxy of service alone", () => {
    const url = "http://u:proxy-pw@proxy.example:3128";
    const controller = `controller: { basePath: /u2, proxy: "${url}", server: 10.0.0.2`;
    const behind = twoStores
      .replace("server: hq.example.com", "server: hq.example.com, proxy: environment")
      .replace("controller: { server: 10.0.0.2", controller);
    const { master, members } = environmentOf(behind);
    expect(master.rest).toMatchObject({ proxy: "<environment>" });
    expect(members[1]?.controller).toMatchObject({ server: "10.0.0.2", basePath: "/u2", proxy: `<${url}>` });
    expect(members[1]?.exporter?.controller).toMatchObject({ server: "10.0.0.2", basePath: "/u2" });
    expect(members[1]?.exporter?.controller).not.toHaveProperty("proxy");
    const service = "controller: { service: { server: c, proxy: environment }, server: 10.0.0.2";
    const own = environmentOf(twoStores.replace("controller: { server: 10.0.0.2", service)).members[1];
    expect(own?.exporter?.controller).toMatchObject({ server: "c", proxy: "<environment>" });
    expect(own?.controller).not.toHaveProperty("proxy");
  });

  test("refuses a proxy that could read what passes through it, or that is none, without its value", () => {
    const first = "controller: { server: 10.0.0.1";
    const refusal = "proxy and tls.verify: false exclude each other";
    for (const [key, place] of [
      ["proxy: environment", "proxy"],
      ["service: { server: c, proxy: environment }", "service.proxy"],
    ] as const) {
      expect(problemsOf(twoStores.replace(first, `${first}, ${key}`))).toEqual([
        expect.stringContaining(`members[0].controller.${place}: ${refusal}`),
      ]);
    }
    const [wrong, ...others] = problemsOf(
      twoStores.replace("controller: { server: 10.0.0.2", 'controller: { proxy: "socks5://u:pw@p", server: 10.0.0.2'),
    );
    expect(others).toEqual([]);
    expect(wrong).toMatch(/^members\[1\]\.controller\.proxy: expected environment, or the URL of a proxy(?!.*pw@p)/);
  });

  test("lets an exporter with an account of its own join with the controller's, and at a master with one made for that", () => {
    const joinAccount = (yaml: string) => environmentOf(yaml).members[1]?.exporter?.joinCredentials;
    const joining = twoStores.replace("storeId: u2", "storeId: u2\n    joinedBy: exporter");
    expect(environmentOf(joining).members[1]?.exporter?.controller.credentials).toMatchObject({ username: "reader" });
    expect(joinAccount(joining)).toEqual({ apiKey: "<ci:key>" });
    expect(environmentOf(joining).members[0]?.exporter?.joinCredentials).toBeUndefined();
    const viaMaster = twoStores.replace("master:\n", "master:\n  joinVia: master\n");
    expect(joinAccount(viaMaster)).toBeUndefined();
    const withAccount = viaMaster.replace("env: { LOG_FORMAT: json }", "joinCredentials: { apiKey: 'join:key' }");
    expect(joinAccount(withAccount)).toEqual({ apiKey: "<join:key>" });
  });

  test("knows members in the same cluster, however its kubeconfig was given, and names it after the store or the context", () => {
    const sameText = twoStores.replace("kubeconfig: kubeconfig-text", 'kubeconfig: "apiVersion: v1", context: first');
    const clustersOf = (yaml: string) => environmentOf(yaml).members.map(({ kubernetes }) => kubernetes.cluster);
    expect([sameText, twoStores].map((yaml) => new Set(clustersOf(yaml)).size)).toEqual([1, 2]);
    const namesOf = (yaml: string) => environmentOf(yaml).members.map(({ clusterName }) => clusterName);
    expect(namesOf(twoStores)).toEqual(["first", "u2"]);
    const ambient = twoStores.replace("kubeconfigFile: kubeconfig.yaml, ", "").replace("{ context: first }", "{}");
    expect(namesOf(ambient)[0]).toBe("default");
  });

  test("hands references on as they are written, and puts an inherited one aside for a member's own value or reference", () => {
    const referring = twoStores.replace("password: shared-pw", "passwordFrom: { env: PW }");
    const accountsOf = (own: string) => {
      const alone = referring.replace('image: "exporter:1"', "enabled: false").replace("password: own-pw", own);
      return environmentOf(alone).members[0]?.controller?.credentials;
    };
    expect(accountsOf("password: own-pw")).toEqual({ username: "admin", password: "<own-pw>" });
    const file = "/run/secrets/u1";
    expect(accountsOf(`passwordFrom: { file: ${file} }`)).toEqual({ username: "admin", passwordFrom: { file } });
    expect(accountsOf("apiKeyFrom: { env: KEY }")).toEqual({ apiKeyFrom: { env: "KEY" } });
    expect(problemsOf(referring)).toEqual([]);
    const scraping = referring
      .replace(", credentials: { password: own-pw }", "")
      .replace('image: "exporter:1"', 'image: "exporter:1", credentials: { apiKey: "read:key" }');
    const [member] = environmentOf(scraping).members;
    expect(member?.controller?.credentials).toEqual({ username: "admin", passwordFrom: { env: "PW" } });
    expect(member?.exporter?.controller.credentials).toEqual({ apiKey: "<read:key>" });
  });

  test("says how a site is recognised, named and adopted, by default and for one member", () => {
    const uid = "7c9a1d5e-3c1f-4a58-9f0b-2b1a6f0c9d11";
    const keyed = twoStores
      .replace("defaults:\n", "defaults:\n  clusterUid: auto\n  nameSuffix: uid\n  ifAbsent: fail\n")
      .replace("storeId: u2\n", `storeId: u2\n    clusterUid: ${uid}\n    nameSuffix: random\n`);
    expect(environmentOf(keyed).members).toMatchObject([
      { clusterUid: "auto", nameSuffix: "uid", ifAbsent: "fail" },
      { clusterUid: uid, nameSuffix: "random", ifAbsent: "fail" },
    ]);
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
      ["'{canary} '", "-4711.5"].flatMap((wrong) =>
        problemsOf(`${twoStores.slice(0, index)}${wrong}${twoStores.slice(index + leaf.length)}`),
      ),
    );
    expect(problems.length).toBeGreaterThan(leaves.length);
    expect(problems.filter((problem) => /\{canary\}|4711/.test(problem))).toEqual([]);
  });
});
