import { diffUser } from "../../../../../provider/src/resources/neuVectorUser/diff";
import { parseUserInputs } from "../../../../../provider/src/resources/neuVectorUser/inputs";
import {
  adoptionObstacle,
  rightsOf,
  userSteps,
  type ObservedUser,
} from "../../../../../provider/src/resources/neuVectorUser/userSteps";
import { unknownValue, type ResourceProps } from "../../../../../provider/src/resources/shared/props";
import { describe, expect, test } from "vitest";

const good = {
  controller: { server: "site.example", credentials: { username: "admin", password: "Admin-canary-1" } },
  ...{ username: "metrics", password: "Reader-canary-1", role: "reader" },
};
const by = (credentials: object) => ({ controller: { ...good.controller, credentials } });

const problems = (over: ResourceProps) => {
  const parsed = parseUserInputs({ ...good, ...over });
  const found = "problems" in parsed ? parsed.problems : [];
  expect(JSON.stringify(found)).not.toContain("canary");
  return found;
};

describe("inputs of a NeuVectorUser", () => {
  test("get the port of the REST API, and wrap secrets", () => {
    const parsed = parseUserInputs(good);
    expect(parsed).toMatchObject({ inputs: { controller: { server: "site.example", port: 10443 }, role: "reader" } });
    expect(JSON.stringify(parsed)).not.toContain("canary");
  });

  test.each<[string, ResourceProps, string, RegExp]>([
    ["no password", { password: undefined }, "password", /passwordFrom/],
    ["two passwords", { passwordFrom: { env: "X" } }, "passwordFrom", /not both/],
    ["an empty password", { password: "" }, "password", /empty/],
    ["the built-in admin", { username: "admin", ...by({ apiKey: "key:canary" }) }, "username", /built in/],
    ["a path", { username: "../x" }, "username", /letters/],
    ["a hidden user", { username: "~x" }, "username", /letters/],
    ["a role that cannot scrape", { role: "ciops" }, "role", /reader, admin or fedAdmin/],
    ["no role", { role: undefined }, "role", /reader, admin or fedAdmin|required/],
    ["a key that is none", { fullname: "x" }, "fullname", /unknown key, did you mean username/],
    ["an account that manages itself", by({ username: "metrics", password: "x" }), "username", /manage itself/],
  ])("refuse %s, without a value", (_what, over, property, reason) => {
    expect(problems(over)).toEqual([{ property, reason: expect.stringMatching(reason) as unknown }]);
  });

  test("report every problem at once, but none of what is not known yet", () => {
    const found = problems({ controller: { server: "https://x" }, username: "a b", role: "boss", password: undefined });
    const paths = ["controller.server", "controller.credentials", "username", "role", "password"];
    expect(found.map(({ property }) => property)).toEqual(expect.arrayContaining(paths));
    const account = { username: unknownValue, password: unknownValue };
    expect(problems({ ...by(account), ...account })).toEqual([]);
  });
});

describe("what a found user needs", () => {
  const found = (over: Partial<ObservedUser> = {}): ObservedUser => ({ rights: "reader", status: "ready", ...over });

  test.each<[string, ObservedUser | undefined, string[], RegExp?]>([
    ["nobody is created", undefined, ["create"]],
    ["one as declared is left alone, and adopted", found(), []],
    ["another role is set", found({ rights: "admin" }), ["set_role"], /^its role is admin and not reader$/],
    ["roles in namespaces are taken away", found({ rights: rightsOf("reader", 1) }), ["set_role"], /namespaces/],
    ["another password is set", found({ status: "password_differs" }), ["set_password"], /another one/],
    ["a block is lifted", found({ status: "blocked" }), ["set_password"], /^its logins are blocked$/],
    ["both", found({ rights: "none", status: "expired" }), ["set_role", "set_password"], /its role is none/],
    ["a new password is due", found({ status: "expired" }), ["set_password"], /new password/],
  ])("%s", (_what, user, steps, obstacle) => {
    expect(userSteps(user, "reader")).toEqual(steps);
    if (user === undefined) return;
    expect(adoptionObstacle(user, "reader")).toEqual(obstacle && (expect.stringMatching(obstacle) as unknown));
  });

  test("rights equal a role only when nothing is beside it", () => {
    const rights = [rightsOf("reader", 0), rightsOf("reader", 2), rightsOf("", 0)];
    expect(rights).toEqual(["reader", "reader and roles in namespaces", "none"]);
  });
});

describe("diff of a NeuVectorUser", () => {
  const stored = { ...good, status: "ready", schema: 1, __provider: "text" };

  test.each<[string, ResourceProps, boolean, string[], ResourceProps?]>([
    ["nothing in what was stored", {}, false, []],
    ["another user, which is made before the previous one is deleted", { username: "metrics-2" }, true, ["username"]],
    ["a password", { password: "Other-canary-1" }, true, []],
    ["a reference", { password: undefined, passwordFrom: { env: "X" } }, true, []],
    ["a role", { role: "admin" }, true, []],
    ["the controller", { controller: { ...good.controller, server: "other.example" } }, true, []],
    ["what is not known yet", { password: unknownValue }, true, []],
    ["a name not known yet", { username: unknownValue }, true, []],
    ["a role that a refresh found", {}, true, [], { role: "admin" }],
    ["a password that a refresh found refused", {}, true, [], { status: "password_differs" }],
  ])("sees %s", (_what, news, changes, replaces, olds = {}) => {
    const diff = diffUser({ ...stored, ...olds }, { ...good, ...news });
    expect(diff).toEqual({ changes, replaces, deleteBeforeReplace: false });
  });
});
