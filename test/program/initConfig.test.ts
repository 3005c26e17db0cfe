import { describe, expect, test } from "vitest";
import { initConfigProblem } from "../../stacks/src/deploy/initConfigCheck";
import { declareStack, only } from "../support/declareStack";

const stack = (keys: string) => `
master: { rest: { server: hq.example.com }, joinToken: t }
members:
  - storeId: u1
    kubernetes: { context: first }
    controller: { server: 10.0.0.1, credentials: { username: admin, password: pw } }
    jointRest: { server: 10.0.0.1, port: 10443 }
    exporter: { enabled: false }
    ${keys}
`;

const fedJoin = "pulumi-nodejs:dynamic/neuvector:FedJoin";
const id = "neuvector/neuvector-init";

describe("a member whose cluster may join by itself", () => {
  test("is looked at where the configuration says, before it is joined", async () => {
    const declared = await declareStack(stack("initConfig: { configMap: neuvector-init }"), {
      [id]: { data: { "sysinitcfg.yaml": "" } },
    });
    const { provider } = only(declared, "kubernetes:core/v1:ConfigMap");
    expect(provider).toBe("cluster-first");
    const order = declared.resources.map(({ type }) => type);
    expect(order.indexOf("kubernetes:core/v1:ConfigMap")).toBeLessThan(order.indexOf(fedJoin));
  });

  test("is looked for in a Secret too, of another namespace, and nowhere where nobody here joins it", async () => {
    const inSecret = stack("initConfig: { secret: init, namespace: cattle-neuvector-system }");
    const declared = await declareStack(inSecret, { "cattle-neuvector-system/init": {} });
    expect(declared.resources.map(({ type }) => type)).toContain("kubernetes:core/v1:Secret");
    expect(only(declared, fedJoin).name).toBe("u1");
    const unjoined = stack("joinedBy: none\n    initConfig: { configMap: neuvector-init }");
    const { resources } = await declareStack(unjoined.replace("enabled: false", "image: 'exporter:1'"));
    expect(resources.filter(({ name }) => name.includes("init-config"))).toEqual([]);
  });

  test("is refused with an explanation when it does, and does not repeat the file", () => {
    const refusal = initConfigProblem("u1", { "fedinitcfg.yaml": "Join_Token: canary" });
    expect(refusal).toMatch(/^u1: its cluster joins by itself.*joinedBy: none/);
    expect(refusal).not.toContain("canary");
    expect(initConfigProblem("u1", undefined)).toBeUndefined();
    expect(initConfigProblem("u1", { "passwordprofileinitcfg.yaml": "" })).toBeUndefined();
  });
});
