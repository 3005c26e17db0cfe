import { describe, expect, test } from "vitest";
import { planPreview } from "../../../../provider/src/cli/commands/planPreview";
import { findLeaves, type PreviewedLeaves } from "../../../../provider/src/pulumi/previewLeaves";

const type = "pulumi-nodejs:dynamic/neuvector:FedJoin";
const urn = (name: string, parents = "") => `urn:pulumi:prod::fedjoin::${parents}${type}::${name}`;

const master = { rest: { server: "master.example.com", port: 10443 } };
const inputsOf = (storeId: string, rest: object = {}) => ({
  ...{ storeId, master },
  controller: {
    server: `${storeId}.example.com`,
    port: 10443,
    credentials: { username: "admin", password: "[secret]" },
  },
  jointRest: { server: `${storeId}.example.com`, port: 10443 },
  ...rest,
});

/** A membership in the state, under the name that it drew. */
const held = (storeId: string, rest: object = {}) => {
  const inputs = inputsOf(storeId);
  const name = `${storeId}-Xy9K2m`;
  return { type, id: name, inputs, outputs: { ...inputs, clusterName: name, status: "joined" }, ...rest };
};
const wanted = (inputs: object) => ({ type, inputs });

const read = (...steps: object[]) => {
  const found = findLeaves(JSON.stringify({ config: {}, steps }));
  const texts = (kind: keyof PreviewedLeaves) => found?.[kind].map(({ text }) => text);
  return { leaves: texts("leaves"), handedOver: texts("handedOver"), retained: texts("retained") };
};
const none = { leaves: [], handedOver: [], retained: [] };

describe("who leaves, by a preview", () => {
  test("a deleted resource, in whatever component: it leaves its master", () => {
    const deleted = { op: "delete", urn: urn("u1", "mine:index:Sites$"), oldState: held("u1") };
    expect(read(deleted)).toEqual({
      ...none,
      leaves: ["u1-Xy9K2m leaves the master at master.example.com:10443: its resource is deleted"],
    });
  });

  test("nobody by a create, a change of credentials or tuning, or other resources", () => {
    const unchanged = { op: "same", urn: urn("u1"), oldState: held("u1"), newState: wanted(inputsOf("u1")) };
    const update = {
      ...{ op: "update", urn: urn("u2"), oldState: held("u2") },
      newState: wanted(inputsOf("u2", { timeoutSeconds: 30, controller: { server: "other", credentials: {} } })),
    };
    const other = { op: "delete", urn: "urn:pulumi:prod::fedjoin::kubernetes:core/v1:Secret::u1", oldState: {} };
    const create = { op: "create", urn: urn("u3"), newState: wanted(inputsOf("u3")) };
    expect(read(unchanged, update, other, create)).toEqual(none);
  });

  test("a changed master in place, which may be the same one, and a changed joint address", () => {
    const rest = { server: "master.example.com", port: 10444 };
    const updated = (name: string, change: object) => ({
      ...{ op: "update", urn: urn(name), oldState: held(name), newState: wanted(inputsOf(name, change)) },
    });
    const atMaster = updated("u1", { master: { rest } });
    const atJoint = updated("u2", { jointRest: { server: "10.0.0.2", port: 10443 } });
    const { leaves = [], ...others } = read(atMaster, atJoint);
    expect(others).toEqual({ handedOver: [], retained: [] });
    expect(leaves).toEqual([
      expect.stringMatching(/^u1-Xy9K2m leaves .*master.example.com:10443 .*10444.*master.rest changed.*same master/),
      expect.stringMatching(
        /^u2-Xy9K2m leaves .* 10\.0\.0\.2:10443 instead of u2.example.com:10443: jointRest changed/,
      ),
    ]);
  });

  test.each([
    ["another store id", { storeId: "u9" }, "storeId changes from u1 to u9"],
    ["another name", { name: "by-hand" }, "name changes from u1-Xy9K2m to by-hand"],
  ])("a replacement for %s: it leaves and joins again", (_what, change, why) => {
    const replaced = { op: "replace", urn: urn("u1"), oldState: held("u1"), newState: wanted(inputsOf("u1", change)) };
    const shown = { ...replaced, op: "delete-replaced", newState: undefined };
    expect(read(shown, { ...replaced, op: "create-replacement" }, replaced)).toEqual({
      ...none,
      leaves: [`u1-Xy9K2m leaves the master at master.example.com:10443 and joins it again as a new member: ${why}`],
    });
  });

  test("a replacement by force hands the membership over", () => {
    const replaced = { op: "replace", urn: urn("u1"), oldState: held("u1"), newState: wanted(inputsOf("u1")) };
    expect(read(replaced)).toEqual({
      ...none,
      handedOver: ["u1-Xy9K2m stays a member: its resource is replaced, and the replacement takes it over"],
    });
  });

  test.each(["create", "same", "update"])("a renamed resource hands the membership over to one of op %s", (op) => {
    const deleted = { op: "delete", urn: urn("old"), oldState: held("u1") };
    const holder = { op, urn: urn("new"), newState: wanted(inputsOf("u1", { storeId: "u7" })) };
    expect(read(holder, deleted)).toEqual({
      ...none,
      handedOver: ["u1-Xy9K2m stays a member: its resource is deleted, and new takes it over"],
    });
  });

  test.each([
    ["of another site", inputsOf("u2")],
    ["with another master", inputsOf("u1", { master: { rest: { server: "other.example.com" } } })],
    ["with another joint address", inputsOf("u1", { jointRest: { server: "10.0.0.1", port: 10443 } })],
    ["under another name", inputsOf("u1", { name: "by-hand" })],
  ])("a resource %s takes nothing over", (_what, inputs) => {
    const deleted = { op: "delete", urn: urn("old"), oldState: held("u1") };
    const { leaves } = read({ op: "create", urn: urn("new"), newState: wanted(inputs) }, deleted);
    expect(leaves).toHaveLength(1);
  });

  test("retainOnDelete: it stays a member, and the stack forgets it", () => {
    const deleted = { op: "delete", urn: urn("u1"), oldState: held("u1", { retainOnDelete: true }) };
    expect(read(deleted)).toEqual({
      ...none,
      retained: ["u1-Xy9K2m stays a member, and the stack forgets it: retainOnDelete"],
    });
  });

  test.each(["", "{}", "[]", '{"steps":[{"op":7}]}'])("what is not a preview is told apart: %s", (text) => {
    expect(findLeaves(text)).toBeUndefined();
  });
});

describe("fedjoin plan --preview", () => {
  const preview = (rest: object = {}) =>
    JSON.stringify({ steps: [{ op: "delete", urn: urn("u1"), oldState: held("u1") }], ...rest });

  test("says who would leave, and counts", () => {
    expect(planPreview(preview())).toMatchObject({
      text: [
        "u1: u1-Xy9K2m leaves the master at master.example.com:10443: its resource is deleted",
        "1 member would leave, 0 handed over, 0 retained",
      ],
      json: { leaves: [{ resource: "u1", name: "u1-Xy9K2m" }] },
      exitCode: 0,
    });
  });

  test("a preview that failed is a finding, and what is not a preview is refused", () => {
    const diagnostics = [{ severity: "error", urn: urn("u2"), message: "error: no such site\n" }];
    const { text, exitCode } = planPreview(preview({ diagnostics }));
    expect([text[1], exitCode]).toEqual(["the preview failed: u2: error: no such site", 2]);
    expect(() => planPreview("{}")).toThrow("expected the output of pulumi preview --json");
  });
});
