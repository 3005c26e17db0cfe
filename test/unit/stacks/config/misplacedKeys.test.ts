import { expect, test } from "vitest";
import { checkConfiguration } from "../../../../stacks/src/config/checkConfiguration";
import { configSections } from "../../../../stacks/src/config/source";
import { stackPorts } from "../../../support/checkedConfig";

const master = { rest: { server: "hq.example.com" } };
const problems = (values: Readonly<Record<string, unknown>>, project = "acme") => {
  const checked = checkConfiguration(configSections(values, project), stackPorts);
  return "problems" in checked ? checked.problems : [];
};

test.each(["fedjion", "fedjon", "FedJoin", "fed-join", "acme"])(
  "a key under %s is one problem, with the key that is meant",
  (namespace) => {
    expect(problems({ [`${namespace}:master`]: master, "fedjoin:members": "[]" })).toEqual([
      `${namespace}:master: unknown key, did you mean fedjoin:master?`,
    ]);
  },
);

test("a configuration without a key of the program is one problem, with those that are expected", () => {
  expect(problems({ "acme:region": "eu" })).toEqual([
    "expected fedjoin:master and fedjoin:members, but no key begins with fedjoin:",
  ]);
});

test("what is wrong in a misplaced key is a problem too", () => {
  expect(problems({ "acme:master": { rset: {} }, "fedjoin:members": "[]" })).toEqual([
    "acme:master: unknown key, did you mean fedjoin:master?",
    "master.rset: unknown key, did you mean rest?",
  ]);
});

test("a key in its place wins over a misplaced one", () => {
  const values = { "fedjoin:master": master, "acme:master": "canary", "fedjoin:members": "[]" };
  expect(problems(values)).toEqual(["acme:master: unknown key, did you mean fedjoin:master?"]);
});

test.each(["kubernetes:context", "aws:members", "acme:region", "other:master", "fedora:master"])(
  "%s is another program's",
  (key) => {
    expect(problems({ "fedjoin:master": master, "fedjoin:members": "[]", [key]: "x" })).toEqual([]);
  },
);

test("a project whose name resembles fedjoin has keys of its own", () => {
  const values = { "fedjoin:master": master, "fedjoin:members": "[]", "fedjoins:region": "north" };
  expect(problems(values, "fedjoins")).toEqual([]);
});

test("a key without a namespace is the project's", () => {
  const values = { master, members: "[]", region: "north" };
  expect(problems(values, "fedjoin")).toEqual(["region: unknown key, did you mean master?"]);
  expect(problems(values)).toEqual([
    "master: unknown key, did you mean fedjoin:master?",
    "members: unknown key, did you mean fedjoin:members?",
  ]);
});
