import { diffUser } from "../../../../../provider/src/resources/neuVectorUser/diff";
import { parseUserInputs } from "../../../../../provider/src/resources/neuVectorUser/inputs";
import {
  adoptionObstacle,
  rightsOf,
  userSteps,
  type ObservedUser,
} from "../../../../../provider/src/resources/neuVectorUser/userSteps";
import type { InputProblem } from "../../../../../provider/src/resources/shared/checkInputs";
import { unknownValue } from "../../../../../provider/src/resources/shared/props";
import { describe, expect, test } from "vitest";

const good = {
  controller: { server: "site.example", credentials: { username: "admin", password: "Admin-canary-1" } },
  username: "metrics",
  password: "Reader-canary-1",
  role: "reader",
};

const problems = (raw: unknown): InputProblem[] => {
  const parsed = parseUserInputs(raw);
  return "problems" in parsed ? parsed.problems : [];
};

describe("inputs of a NeuVectorUser", () => {
  test("get the port of the REST API, and wrap secrets", () => {
    const parsed = parseUserInputs(good);
    expect(parsed).toMatchObject({ inputs: { controller: { server: "site.example", port: 10443 }, role: "reader" } });
    expect(JSON.stringify(parsed)).not.toContain("canary");
  });

  test.each([
    ["no password", { ...good, password: undefined }, "password", /passwordFrom/],
    ["two passwords", { ...good, passwordFrom: { env: "X" } }, "passwordFrom", /not both/],
    ["an empty password", { ...good, password: "" }, "password", /empty/],
    [
      "the built-in admin",
      { ...good, username: "admin", controller: { ...good.controller, credentials: { apiKey: "key:canary" } } },
      "username",
      /built in/,
    ],
    ["a path", { ...good, username: "../x" }, "username", /letters/],
    ["a hidden user", { ...good, username: "~x" }, "username", /letters/],
    ["a role that cannot scrape", { ...good, role: "ciops" }, "role", /reader, admin or fedAdmin/],
    ["no role", { ...good, role: undefined }, "role", /reader, admin or fedAdmin|required/],
    ["a key that is none", { ...good, fullname: "x" }, "fullname", /unknown key, did you mean username/],
    [
      "an account that manages itself",
      { ...good, controller: { ...good.controller, credentials: { username: "metrics", password: "x" } } },
      "username",
      /manage itself/,
    ],
  ])("refuse %s, without a value", (_what, raw, property, reason) => {
    const found = problems(raw);
    expect(found).toMatchObject([{ property, reason: expect.stringMatching(reason) as unknown }]);
    expect(JSON.stringify(found)).not.toContain("canary");
  });

  test("report every problem at once", () => {
    const raw = { controller: { server: "https://x" }, username: "a b", role: "boss" };
    expect(problems(raw).map(({ property }) => property)).toEqual(
      expect.arrayContaining(["controller.server", "controller.credentials", "username", "role", "password"]),
    );
  });

  test("may be unknown in a preview", () => {
    const account = { username: unknownValue, password: unknownValue };
    const controller = { ...good.controller, credentials: account };
    expect(problems({ ...good, controller, username: unknownValue, password: unknownValue })).toEqual([]);
  });
});

const found = (over: Partial<ObservedUser> = {}): ObservedUser => ({ rights: "reader", status: "ready", ...over });

describe("what a found user needs", () => {
  test.each([
    ["nobody is created", undefined, ["create"]],
    ["one as declared is left alone", found(), []],
    ["another role is set", found({ rights: "admin" }), ["set_role"]],
    ["roles in namespaces are taken away", found({ rights: rightsOf("reader", 1) }), ["set_role"]],
    ["another password is set", found({ status: "password_differs" }), ["set_password"]],
    ["a block is lifted", found({ status: "blocked" }), ["set_password"]],
    ["both", found({ rights: "none", status: "expired" }), ["set_role", "set_password"]],
  ])("%s", (_what, user, steps) => {
    expect(userSteps(user, "reader")).toEqual(steps);
  });

  test("rights equal a role only when nothing is beside it", () => {
    expect([rightsOf("reader", 0), rightsOf("reader", 2), rightsOf("", 0)]).toEqual([
      "reader",
      "reader and roles in namespaces",
      "none",
    ]);
  });

  test("only one as declared is adopted", () => {
    expect(adoptionObstacle(found(), "reader")).toBeUndefined();
    expect(adoptionObstacle(found({ rights: "admin" }), "reader")).toBe("its role is admin and not reader");
    expect(adoptionObstacle(found({ status: "blocked" }), "reader")).toBe("its logins are blocked");
    expect(adoptionObstacle(found({ status: "expired" }), "reader")).toMatch(/new password/);
    expect(adoptionObstacle(found({ status: "password_differs" }), "reader")).toMatch(/another one/);
  });
});

describe("diff of a NeuVectorUser", () => {
  const stored = { ...good, status: "ready", schema: 1, __provider: "text" };

  test("sees nothing in what was stored", () => {
    expect(diffUser(stored, good)).toEqual({ changes: false, replaces: [], deleteBeforeReplace: false });
  });

  test("replaces another user, which is made before the previous one is deleted", () => {
    expect(diffUser(stored, { ...good, username: "metrics-2" })).toEqual({
      changes: true,
      replaces: ["username"],
      deleteBeforeReplace: false,
    });
  });

  test.each([
    ["a password", { ...good, password: "Other-canary-1" }],
    ["a reference", { ...good, password: undefined, passwordFrom: { env: "X" } }],
    ["a role", { ...good, role: "admin" }],
    ["the controller", { ...good, controller: { ...good.controller, server: "other.example" } }],
    ["what is not known yet", { ...good, password: unknownValue }],
    ["a name not known yet", { ...good, username: unknownValue }],
  ])("updates for %s", (_what, news) => {
    expect(diffUser(stored, news)).toMatchObject({ changes: true, replaces: [] });
  });

  test("updates what a refresh found: another role, a password that is refused", () => {
    expect(diffUser({ ...stored, role: "admin" }, good)).toMatchObject({ changes: true, replaces: [] });
    expect(diffUser({ ...stored, status: "password_differs" }, good)).toMatchObject({ changes: true, replaces: [] });
  });
});
