import { describe, expect, test } from "vitest";
import { parseStackState } from "../../../../provider/src/pulumi/stackState";
import {
  closedSecret,
  exportedState,
  exporterResource,
  joinResource,
  openSecret,
} from "../../../support/exportedState";
import { address } from "../../../support/membershipStates";

const outputs = {
  storeId: "u2204a",
  master: { rest: { server: "m.example" }, credentials: { username: "fed", password: openSecret("p4ss") } },
  controller: openSecret({ server: "s.example", credentials: { username: "admin", password: "p4ss" } }),
  jointRest: address,
  ...{ clusterName: "u2204a-Xy9K2m", clusterId: "id-1", formerIds: [], masterId: "m-1", role: "joint" },
  ...{ status: "joined", joinedAt: "2026-01-01T00:00:00.000Z", joinTokenFingerprint: "", schema: 1 },
};

describe("the state of a stack", () => {
  test("its FedJoins with their secrets, wherever they are marked, and its exporters that join", () => {
    const settings = { PAAS_STORE_ID: "u2205b", JOINT_REST_SERVER: "10.0.0.5", JOINT_REST_PORT: "10443" };
    const { joins, exporters } = parseStackState(
      exportedState(
        joinResource("eu", "u2204a-Xy9K2m", outputs),
        joinResource("eu", "u2204a-Xy9K2m", outputs, { pendingReplacement: true }),
        exporterResource("eu", settings),
        exporterResource("eu", { ENABLE_FED_JOIN: "false" }),
      ),
    );
    expect(joins.map(({ stack, id, isBeingReplaced }) => [stack, id, isBeingReplaced])).toEqual([
      ["eu", "u2204a-Xy9K2m", false],
      ["eu", "u2204a-Xy9K2m", true],
    ]);
    expect(joins[0]?.inputs.master.credentials?.password?.reveal()).toBe("p4ss");
    expect(joins[0]?.inputs.controller?.credentials.password?.reveal()).toBe("p4ss");
    expect(exporters).toEqual([
      { stack: "eu", storeId: "u2205b", name: undefined, jointRest: { server: "10.0.0.5", port: 10443 } },
    ]);
  });

  test("a destroyed stack has none", () => {
    expect(parseStackState('{"version":3,"deployment":{}}')).toEqual({ joins: [], exporters: [] });
  });

  test("encrypted secrets, and what is no export, are refused without a value of the text", () => {
    const closed = exportedState(joinResource("eu", "x", { ...outputs, controller: closedSecret() }));
    expect(() => parseStackState(closed)).toThrow(/encrypted.*--show-secrets/s);
    expect(() => parseStackState('{"deployment": ["hunter2"]}')).toThrow(/^(?!.*hunter2).*pulumi stack export/s);
    expect(() => parseStackState("hunter2")).toThrow(/^(?!.*hunter2).*pulumi stack export/s);
  });
});
