import { describe, expect, test } from "vitest";
import { parseSettings } from "../../../../provider/src/cli/settings";
import { fedjoinSettingsOf } from "../../../../stacks/src/joins/fedjoinSettings";
import { stackPorts } from "../../../support/checkedConfig";

const printed = (sections: Readonly<Record<string, unknown>>) =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(sections).map(([key, value]) => [key, { value: JSON.stringify(value), secret: true }]),
    ),
  );

const uid = "7c9a1d5e-3c1f-4a58-9f0b-2b1a6f0c9d11";
const member = (storeId: string, keys: object = {}) => ({
  storeId,
  controller: { server: `${storeId}.example.com`, service: { server: "api.neuvector" } },
  jointRest: { server: `${storeId}.example.com`, port: 443 },
  ...keys,
});

const account = { username: "admin", password: "site-pw" };
const config = {
  "fedjoin:master": {
    rest: { server: "hq.example.com" },
    credentials: { username: "fed", passwordFrom: { command: ["op", "read", "op://vault/fed"] } },
    joinTokenUrlFrom: { env: "TOKEN_URL" },
    joinTokenUrlOptions: { bearerFrom: { file: "/run/secrets/bearer" } },
  },
  "fedjoin:defaults": {
    kubernetes: { context: "store" },
    controller: { credentials: account },
    exporter: { image: "exporter:1" },
    retry: { maxRetries: 3 },
    timeoutSeconds: 60,
    ifAbsent: "fail",
  },
  "fedjoin:members": [
    member("u1", { clusterUid: uid, nameSuffix: "uid", forceLeave: true }),
    member("u2", { name: "second", clusterUid: "auto", nameSuffix: "uid" }),
    member("u3", { joinedBy: "none" }),
  ],
  "kubernetes:context": "another program's",
};

const read = (sections: Readonly<Record<string, unknown>>) => {
  const found = fedjoinSettingsOf(printed(sections), stackPorts.readFile);
  if ("problems" in found) throw new Error(found.problems.join("\n"));
  return found;
};

describe("the FedJoins of a stack", () => {
  test("are those that a deployment declares: secrets in the clear, references as references", () => {
    const { credentials, joinTokenUrlFrom, joinTokenUrlOptions } = config["fedjoin:master"];
    const shared = {
      joinVia: "controller",
      master: { rest: { server: "hq.example.com", port: 10443 }, credentials },
      ...{ joinTokenUrlFrom, joinTokenUrlOptions },
      ...{ retry: { maxRetries: 3 }, timeoutSeconds: 60, ifAbsent: "fail" },
    };
    const site = (storeId: string) => ({
      storeId,
      controller: { server: `${storeId}.example.com`, port: 10443, credentials: account },
      jointRest: { server: `${storeId}.example.com`, port: 443 },
    });
    expect(read(config).joins).toEqual({
      members: [
        { ...shared, ...site("u1"), clusterUid: uid, nameSuffix: "uid", forceLeave: true },
        { ...shared, ...site("u2"), name: "second" },
      ],
      deployments: ["u1", "u2", "u3"].map((storeId) => ({
        ...{ storeId, namespace: "neuvector", createNamespace: false, secrets: [], context: "store" },
      })),
    });
  });

  test("are what the command fedjoin reads, and come with what they lack", () => {
    const { joins, notes } = read(config);
    const settings = parseSettings(JSON.stringify(joins));
    if ("problems" in settings) throw new Error(settings.problems.join("\n"));
    expect(settings.members.map(({ inputs }) => [inputs.storeId, inputs.nameSuffix, inputs.timeoutSeconds])).toEqual([
      ["u1", "uid", 60],
      ["u2", "random", 60],
    ]);
    expect(settings.deployments.map(({ storeId }) => storeId)).toEqual(["u1", "u2", "u3"]);
    expect(notes).toEqual([
      "left out, since no FedJoin owns the membership: u3",
      "without the UID that a deployment reads, and without a name made from it: u2",
    ]);
  });

  test("are refused as a deployment refuses them", () => {
    expect(fedjoinSettingsOf(printed({ "fedjoin:members": [] }), stackPorts.readFile)).toEqual({
      problems: ["master: is required"],
    });
  });

  test("R15: are never repeated where they cannot be read", () => {
    for (const text of ["canary", '{"fedjoin:master": "canary"}']) {
      expect(() => fedjoinSettingsOf(text, stackPorts.readFile)).toThrow(
        /^pulumi config wrote something that is not a configuration$/,
      );
    }
  });
});
