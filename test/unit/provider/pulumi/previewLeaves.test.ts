import { describe, expect, test } from "vitest";
import { planPreview } from "../../../../provider/src/cli/commands/planPreview";
import { findLeaves, type PreviewedLeaves } from "../../../../provider/src/pulumi/previewLeaves";

const type = "pulumi-nodejs:dynamic/neuvector:FedJoin";
const urn = (name: string, parents = "") => `urn:pulumi:prod::fedjoin::${parents}${type}::${name}`;

const inputsOf = (storeId: string, over: object = {}) => {
  const site = { server: `${storeId}.example.com`, port: 10443 };
  const controller = { ...site, credentials: { username: "admin", password: "[secret]" } };
  return { storeId, master: { rest: { server: "m.example.com", port: 10443 } }, controller, jointRest: site, ...over };
};

/** A membership in the state, under the name that it drew. */
const held = (storeId: string, over: object = {}) => {
  const [inputs, id] = [inputsOf(storeId), `${storeId}-Xy9K2m`];
  return { type, id, inputs, outputs: { ...inputs, clusterName: id, status: "joined" }, ...over };
};
/** A step of a preview: what becomes of a membership in the state, or a new resource. */
const step = (op: string, name: string, oldState?: object, inputs?: object) => ({
  ...{ op, urn: urn(name), oldState },
  ...(inputs && { newState: { type, inputs } }),
});
const deleted = (name: string, over: object = {}) => step("delete", name, held("u1", over));

const read = (...steps: object[]) => {
  const found = findLeaves(JSON.stringify({ config: {}, steps }));
  const texts = (kind: keyof PreviewedLeaves) => found?.[kind].map(({ text }) => text);
  return found && { leaves: texts("leaves"), handedOver: texts("handedOver"), retained: texts("retained") };
};
const none = { leaves: [], handedOver: [], retained: [] };
const leaves = (...texts: string[]) => ({ ...none, leaves: texts });

describe("who leaves, by a preview", () => {
  test("a deleted resource, in whatever component: it leaves its master", () => {
    const inComponent = { ...deleted("u1"), urn: urn("u1", "mine:index:Sites$") };
    expect(read(inComponent)).toEqual(
      leaves("u1-Xy9K2m leaves the master at m.example.com:10443: its resource is deleted"),
    );
  });

  test("nobody by a create, a change of credentials or tuning, or other resources", () => {
    const tuned = inputsOf("u2", { timeoutSeconds: 30, controller: { server: "other", credentials: {} } });
    const other = { op: "delete", urn: "urn:pulumi:prod::fedjoin::kubernetes:core/v1:Secret::u1", oldState: {} };
    const [same, update] = [step("same", "u1", held("u1"), inputsOf("u1")), step("update", "u2", held("u2"), tuned)];
    expect(read(same, update, other, step("create", "u3", undefined, inputsOf("u3")))).toEqual(none);
  });

  test.each<[string, object, RegExp]>([
    [
      "a changed master in place, which may be the same one",
      { master: { rest: { server: "m.example.com", port: 10444 } } },
      /^u1-Xy9K2m leaves .*m\.example\.com:10443 .*10444.*master\.rest changed.*same master/,
    ],
    [
      "a changed joint address",
      { jointRest: { server: "10.0.0.2", port: 10443 } },
      /^u1-Xy9K2m leaves .* 10\.0\.0\.2:10443 instead of u1\.example\.com:10443: jointRest changed/,
    ],
  ])("%s", (_what, over, text) => {
    const expected = { ...none, leaves: [expect.stringMatching(text)] };
    expect(read(step("update", "u1", held("u1"), inputsOf("u1", over)))).toEqual(expected);
  });

  test.each([
    ["another store id", { storeId: "u9" }, "storeId changes from u1 to u9"],
    ["another name", { name: "by-hand" }, "name changes from u1-Xy9K2m to by-hand"],
  ])("a replacement for %s: it leaves and joins again", (_what, over, why) => {
    const ops = ["delete-replaced", "create-replacement", "replace"];
    const steps = ops.map((op) =>
      step(op, "u1", held("u1"), op === "delete-replaced" ? undefined : inputsOf("u1", over)),
    );
    const text = `u1-Xy9K2m leaves the master at m.example.com:10443 and joins it again as a new member: ${why}`;
    expect(read(...steps)).toEqual(leaves(text));
  });

  test("a replacement by force hands the membership over", () => {
    const text = "u1-Xy9K2m stays a member: its resource is replaced, and the replacement takes it over";
    expect(read(step("replace", "u1", held("u1"), inputsOf("u1")))).toEqual({ ...none, handedOver: [text] });
  });

  test.each(["create", "same", "update"])("a renamed resource hands the membership over to one of op %s", (op) => {
    const text = "u1-Xy9K2m stays a member: its resource is deleted, and new takes it over";
    const holder = step(op, "new", undefined, inputsOf("u1", { storeId: "u7" }));
    expect(read(holder, deleted("old"))).toEqual({ ...none, handedOver: [text] });
  });

  test.each([
    ["of another site", inputsOf("u2")],
    ["with another master", inputsOf("u1", { master: { rest: { server: "other.example.com" } } })],
    ["with another joint address", inputsOf("u1", { jointRest: { server: "10.0.0.1", port: 10443 } })],
    ["under another name", inputsOf("u1", { name: "by-hand" })],
  ])("a resource %s takes nothing over", (_what, inputs) => {
    expect(read(step("create", "new", undefined, inputs), deleted("old"))?.leaves).toHaveLength(1);
  });

  test("retainOnDelete: it stays a member, and the stack forgets it", () => {
    const text = "u1-Xy9K2m stays a member, and the stack forgets it: retainOnDelete";
    expect(read(deleted("u1", { retainOnDelete: true }))).toEqual({ ...none, retained: [text] });
  });

  test.each(["", "{}", "[]", '{"steps":[{"op":7}]}'])("what is not a preview is told apart: %s", (text) => {
    expect(findLeaves(text)).toBeUndefined();
  });
});

describe("fedjoin plan --preview", () => {
  const preview = (over: object = {}) => planPreview(JSON.stringify({ steps: [deleted("u1")], ...over }));

  test("says who would leave, and counts", () => {
    expect(preview()).toMatchObject({
      text: [
        "u1: u1-Xy9K2m leaves the master at m.example.com:10443: its resource is deleted",
        "1 member would leave, 0 handed over, 0 retained",
      ],
      ...{ json: { leaves: [{ resource: "u1", name: "u1-Xy9K2m" }] }, exitCode: 0 },
    });
  });

  test("a preview that failed is a finding, and what is not a preview is refused", () => {
    const diagnostics = [{ severity: "error", urn: urn("u2"), message: "error: no such site\n" }];
    const { text, exitCode } = preview({ diagnostics });
    expect([text[1], exitCode]).toEqual(["the preview failed: u2: error: no such site", 2]);
    expect(() => planPreview("{}")).toThrow("expected the output of pulumi preview --json");
  });
});
