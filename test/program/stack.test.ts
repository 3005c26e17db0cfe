import { describe, expect, test } from "vitest";
import { declareStack, only, type DeclaredStack } from "../support/declareStack";
import { policyViolations } from "../../stacks/src/policy/objectRules";
import { renderedObjects } from "../support/renderedObjects";

const member = `
  - storeId: U2204a
    kubernetes: { context: first }
    controller:
      server: 10.0.0.1
      service: { server: controller.neuvector }
      credentials: { username: canary-user, password: canary-password }
    jointRest: { server: 10.0.0.1, port: 10443 }
    exporter: { image: "exporter:1" }
`;

const master = `
master:
  rest: { server: hq.example.com }
  credentials: { username: canary-fed, password: canary-fed-password }
  joinToken: canary-token
`;

const plain = `${master}\nmembers:${member}`;
const joinedByExporter = plain.replace("storeId: U2204a", "storeId: U2204a\n    joinedBy: exporter");

const fedJoin = "pulumi-nodejs:dynamic/neuvector:FedJoin";

const typesOf = ({ resources }: DeclaredStack) => resources.map(({ type }) => type).toSorted();

describe("the stack's program", () => {
  test("D4: declares exporter and membership of a member, and gives a table of both", async () => {
    const stack = await declareStack(plain);
    expect(typesOf(stack)).toEqual([
      "kubernetes:apps/v1:Deployment",
      "kubernetes:core/v1:ConfigMap",
      "kubernetes:core/v1:Secret",
      "kubernetes:core/v1:Service",
      "kubernetes:core/v1:ServiceAccount",
      "neuvector:k8s:Exporter",
      fedJoin,
      "pulumi:providers:kubernetes",
    ]);
    expect(stack.outputs).toEqual({
      members: [
        { storeId: "U2204a", joinedBy: "pulumi", name: "u2204a-Xy9K2m", id: "c1", role: "joint", status: "joined" },
      ],
      exporters: [
        {
          storeId: "U2204a",
          namespace: "neuvector",
          service: "exporter-u2204a",
          address: "exporter-u2204a.neuvector.svc:8068",
        },
      ],
    });
  });

  test("R15: hands FedJoin the member, with every secret marked as one", async () => {
    const { inputs, secrets } = only(await declareStack(plain), fedJoin);
    expect(inputs).toMatchObject({
      storeId: "U2204a",
      joinVia: "controller",
      jointRest: { server: "10.0.0.1", port: 10443 },
      master: { rest: { server: "hq.example.com", port: 10443 }, credentials: { username: "canary-fed" } },
      controller: { server: "10.0.0.1", port: 10443, credentials: { password: "canary-password" } },
    });
    expect(inputs["controller"]).not.toHaveProperty("service");
    expect(secrets.toSorted()).toEqual(["controller", "joinToken", "master"]);
  });

  test.each([
    ["pulumi", plain],
    ["exporter", joinedByExporter],
  ])("R12, R15: joined by %s, keeps secrets where they belong, and breaks no rule of the policy", async (_, yaml) => {
    const stack = await declareStack(yaml);
    expect(JSON.stringify(stack.outputs)).not.toContain("canary");
    const shown = stack.resources.map(({ inputs, secrets }) =>
      Object.entries(inputs).filter(([key]) => !secrets.includes(key)),
    );
    expect(JSON.stringify(shown)).not.toContain("canary");
    // No store has an account of the master.
    expect(JSON.stringify(only(stack, "kubernetes:core/v1:Secret").inputs)).not.toContain("canary-fed");
    const objects = renderedObjects(stack);
    expect(objects.map(({ kind }) => kind)).toContain("Deployment");
    const secrets = ["canary-password", "canary-fed-password", "canary-token"];
    expect(policyViolations(objects, { secrets })).toEqual([]);
  });

  test("hands the options of an exporter to its objects", async () => {
    const options = `
      image: exporter:1
      joinMode: watch
      userId: cluster
      imagePullPolicy: Always
      imagePullSecrets: [registry]
      podAnnotations: { owner: security }
      tolerations: [{ key: infra, operator: Exists }]
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: zone }] } }
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway }]
      persistentState: { size: 1Gi, storageClassName: fast }
      podDisruptionBudget: { minAvailable: 1 }
      networkPolicy: { scrapers: [{ ipBlock: { cidr: 10.0.0.0/8 } }], dns: { ports: [{ port: 5353 }] } }
      monitoring:
        scrape: { by: podMonitor }
        alerts: true
        labels: { release: prometheus }
        dashboard: true
        dashboardConfigMap: { namespace: grafana }
      web: { config: canary-web, tlsSecret: tls }
      targets: { config: canary-targets, files: { pw: canary-pw } }`;
    const stack = await declareStack(joinedByExporter.replace('{ image: "exporter:1" }', options));
    const made = (type: string) => only(stack, `kubernetes:${type}`).inputs;
    expect(typesOf(stack)).toEqual(
      expect.arrayContaining([
        "kubernetes:monitoring.coreos.com/v1:PodMonitor",
        "kubernetes:monitoring.coreos.com/v1:PrometheusRule",
      ]),
    );
    expect(made("apps/v1:Deployment")["spec"]).toMatchObject({
      template: {
        metadata: { annotations: { owner: "security" } },
        spec: {
          ...{ imagePullSecrets: [{ name: "registry" }], tolerations: [{ key: "infra" }] },
          affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "zone" }] } },
          ...{ topologySpreadConstraints: [{ maxSkew: 1 }], containers: [{ imagePullPolicy: "Always" }] },
        },
      },
    });
    expect(made("core/v1:PersistentVolumeClaim")["spec"]).toMatchObject({ storageClassName: "fast" });
    expect(made("policy/v1:PodDisruptionBudget")["spec"]).toMatchObject({ minAvailable: 1 });
    expect(made("networking.k8s.io/v1:NetworkPolicy")["spec"]).toMatchObject({
      egress: [{ ports: [{ port: 5353 }] }, {}],
    });
    const named = (end: string) => stack.resources.find(({ name }) => name.endsWith(end))?.inputs;
    expect(named("-dashboard")?.["metadata"]).toMatchObject({ namespace: "grafana" });
    expect(named("-settings")?.["data"]).toMatchObject({ JOIN_MODE: "watch" });
    expect(made("core/v1:Service")["spec"]).toMatchObject({ ports: [{ appProtocol: "https" }] });
    expect(only(stack, "kubernetes:core/v1:Secret")).toMatchObject({
      inputs: { stringData: { "web.yml": "canary-web", "targets.yml": "canary-targets", pw: "canary-pw" } },
      secrets: ["stringData"],
    });
  });

  test("names the site in what its exporter pushes, with the URL in the Secret", async () => {
    const clusterUid = "1b4e28ba-2fa1-11d2-883f-0016d3cca427";
    const push = 'push: { url: "https://metrics/canary", attributes: { region: "a,b" } }, image:';
    const stack = await declareStack(
      plain.replace("storeId: U2204a", `storeId: U2204a\n    clusterUid: ${clusterUid}`).replace("image:", push),
    );
    const settings = stack.resources.find(({ name }) => name.endsWith("-settings"))?.inputs["data"];
    const attributes = `service.instance.id=U2204a,k8s.cluster.uid=${clusterUid},region=a%2Cb`;
    expect(settings).toMatchObject({ EXPORTER_PUSH_ATTRIBUTES: attributes });
    expect(settings).not.toHaveProperty("EXPORTER_PUSH_URL");
    expect(only(stack, "kubernetes:core/v1:Secret").inputs["stringData"]).toMatchObject({
      EXPORTER_PUSH_URL: "https://metrics/canary",
    });
  });

  test("has no claim with joinMode: watch where the volume is switched off", async () => {
    const watching = joinedByExporter.replace("image:", "joinMode: watch, image:");
    expect(typesOf(await declareStack(watching))).toContain("kubernetes:core/v1:PersistentVolumeClaim");
    const without = watching.replace("image:", "persistentState: { enabled: false }, image:");
    expect(typesOf(await declareStack(without))).not.toContain("kubernetes:core/v1:PersistentVolumeClaim");
  });

  test("R1, R2: has one owner of a membership: with joinedBy: exporter no FedJoin, and the exporter's join switched on", async () => {
    const always = {
      CTRL_API_SERVICE: "controller.neuvector:10443",
      EXPORTER_PORT: "8068",
      EXPORTER_STATE_DIR: "/var/lib/fedjoin",
    };
    const settingsOf = (stack: DeclaredStack) => only(stack, "kubernetes:core/v1:ConfigMap").inputs["data"];
    expect(settingsOf(await declareStack(plain))).toEqual(always);

    const stack = await declareStack(joinedByExporter);
    expect(typesOf(stack)).not.toContain(fedJoin);
    expect(stack.outputs).toMatchObject({ members: [{ storeId: "U2204a", joinedBy: "exporter" }] });
    expect(settingsOf(stack)).toEqual({
      ...always,
      ENABLE_FED_JOIN: "true",
      PAAS_STORE_ID: "U2204a",
      JOINT_REST_SERVER: "10.0.0.1",
      JOINT_REST_PORT: "10443",
      JOIN_VIA: "controller",
      MASTER_CLUSTER_ADDRESS: "hq.example.com",
      MASTER_CLUSTER_PORT: "10443",
    });
    expect(only(stack, "kubernetes:core/v1:Secret").inputs["stringData"]).toEqual({
      CTRL_USERNAME: "canary-user",
      CTRL_PASSWORD: "canary-password",
      JOIN_TOKEN: "canary-token",
    });
  });

  test("declares neither with joinedBy: none, only the exporter", async () => {
    const stack = await declareStack(plain.replace("storeId: U2204a", "storeId: U2204a\n    joinedBy: none"));
    expect(typesOf(stack)).not.toContain(fedJoin);
    expect(only(stack, "kubernetes:core/v1:ConfigMap").inputs["data"]).not.toHaveProperty("ENABLE_FED_JOIN");
  });

  /** Another member, with more keys, in the cluster of a context. */
  const another = (storeId: string, keys: string, context = "first") =>
    member.replace("U2204a", `${storeId}\n    ${keys}`).replaceAll("10.0.0.1", storeId).replace("first", context);

  test("has one provider for each cluster, and makes a namespace once", async () => {
    const made = "createNamespace: true";
    const stack = await declareStack(
      [plain, another("u2", made), another("u3", made), another("u4", made, "other")].join(""),
    );
    const named = (type: string) =>
      stack.resources
        .filter((resource) => resource.type === type)
        .map(({ name, provider }) => `${provider} ${name}`.trim())
        .toSorted();
    expect(named("pulumi:providers:kubernetes")).toEqual(["cluster-first", "cluster-other"]);
    expect(named("kubernetes:core/v1:Namespace")).toEqual([
      "cluster-first cluster-first-neuvector",
      "cluster-other cluster-other-neuvector",
    ]);
    expect(named("kubernetes:apps/v1:Deployment")).toEqual([
      "cluster-first exporter-u2-deployment",
      "cluster-first exporter-u2204a-deployment",
      "cluster-first exporter-u3-deployment",
      "cluster-other exporter-u4-deployment",
    ]);
  });

  test("reads the UID of a cluster once, where a membership asks for it, and takes a given one as it is", async () => {
    const uid = "7c9a1d5e-3c1f-4a58-9f0b-2b1a6f0c9d11";
    const auto = "clusterUid: auto";
    const { resources } = await declareStack(
      [
        ...[master, "members:", another("u1", auto), another("u2", auto), another("u4", `clusterUid: ${uid}`)],
        another("u3", auto, "other").replace('image: "exporter:1"', "enabled: false"),
        another("u5", `${auto}\n    joinedBy: none`, "third"),
      ].join("\n"),
    );
    const joins = resources.filter(({ type }) => type === fedJoin);
    expect(Object.fromEntries(joins.map(({ name, inputs }) => [name, inputs["clusterUid"]]))).toEqual({
      u1: "uid of kube-system in cluster-first",
      u2: "uid of kube-system in cluster-first",
      u3: "uid of kube-system in cluster-other",
      u4: uid,
    });
    const read = resources.filter(({ type }) => type === "kubernetes:core/v1:Namespace");
    expect(read.map(({ name }) => name).toSorted()).toEqual(["cluster-first-kube-system", "cluster-other-kube-system"]);
  });

  test("declares the membership alone where the exporter is switched off, and asks no cluster", async () => {
    const alone = plain
      .replace('image: "exporter:1"', "enabled: false")
      .replace("U2204a", "U2204a\n    ifAbsent: fail");
    const stack = await declareStack(alone);
    expect(typesOf(stack)).toEqual([fedJoin]);
    expect(only(stack, fedJoin).inputs).toMatchObject({ ifAbsent: "fail" });
  });

  test("R15: hands references to FedJoin as they are, with nothing to keep secret", async () => {
    const stack = await declareStack(`
master:
  rest: { server: hq.example.com }
  credentials: { apiKeyFrom: { command: [op, read, key] } }
  joinTokenUrlFrom: { env: TOKEN_URL }
  joinTokenUrlOptions: { bearerFrom: { file: /run/secrets/bearer } }
members:
  - storeId: u1
    controller: { server: 10.0.0.1, credentials: { username: admin, passwordFrom: { env: SITE_PASSWORD } } }
    jointRest: { server: 10.0.0.1, port: 10443 }
    exporter: { enabled: false }
`);
    const { inputs, secrets } = only(stack, fedJoin);
    expect(secrets).toEqual([]);
    expect(inputs).toMatchObject({
      master: { credentials: { apiKeyFrom: { command: ["op", "read", "key"] } } },
      controller: { credentials: { username: "admin", passwordFrom: { env: "SITE_PASSWORD" } } },
      joinTokenUrlFrom: { env: "TOKEN_URL" },
      joinTokenUrlOptions: { bearerFrom: { file: "/run/secrets/bearer" } },
    });
  });

  test("tells two clusters apart that would have one name", async () => {
    const own = member.replace("{ context: first }", "{ kubeconfig: canary-kubeconfig }");
    const other = member.replaceAll("10.0.0.1", "10.0.0.2").replace("U2204a", "u2").replace("first", "U2204a");
    const { resources } = await declareStack(`${master}\nmembers:${own}${other}`);
    const providers = resources.filter(({ type }) => type === "pulumi:providers:kubernetes");
    expect(new Map(providers.map(({ name, secrets }) => [name, secrets]))).toEqual(
      new Map([
        ["cluster-U2204a", ["kubeconfig"]],
        ["cluster-U2204a-u2", []],
      ]),
    );
  });

  test("D5: says everything that is wrong with the configuration at once, and declares nothing", async () => {
    await expect(declareStack("master: {}\nmembers: [{ storeId: 7, joinedBy: none }]\nmaster2: {}")).rejects.toThrow(
      [
        "The configuration of stack dev has 4 problems:",
        "  master2: unknown key, did you mean master?",
        "  members[0].storeId: is a number: quote it",
        "  members[0].exporter.image: is required",
        "  members[0].controller.service: is required by the exporter, unless controller.server serves it too",
      ].join("\n"),
    );
  });
});

describe("an exporter with an existing Secret", () => {
  test("R15: takes its settings from there, and has no Secret of its own, which each up would replace", async () => {
    const held = plain
      .replace("joinToken: canary-token", "credentials: { username: fed, password: pw }")
      .replace("  credentials: { username: canary-fed, password: canary-fed-password }\n", "")
      .replace("username: canary-user, password: canary-password", "username: admin, passwordFrom: { env: PW }")
      .replace('image: "exporter:1"', 'image: "exporter:1", existingSecret: { name: vault, holds: [CTRL_APIKEY] }');
    const stack = await declareStack(held);
    expect(only(stack, "kubernetes:apps/v1:Deployment").inputs).toHaveProperty("spec.template.spec.containers[0].env", [
      { name: "CTRL_APIKEY", valueFrom: { secretKeyRef: { name: "vault", key: "CTRL_APIKEY" } } },
    ]);
    expect(typesOf(stack)).not.toContain("kubernetes:core/v1:Secret");
  });
});
