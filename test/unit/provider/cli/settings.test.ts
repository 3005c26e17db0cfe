import { describe, expect, test } from "vitest";
import { parseSettings } from "../../../../provider/src/cli/settings";

const problems = (text: string): readonly string[] => {
  const settings = parseSettings(text);
  return "problems" in settings ? settings.problems : [];
};
const members = (text: string) => {
  const settings = parseSettings(text);
  if ("problems" in settings) throw new Error(settings.problems.join("\n"));
  return settings.members;
};

const common = `
master: { rest: { server: m.example }, credentials: { username: fed, password: p1 } }
defaults:
  controller: { port: 20443, credentials: { username: admin, password: p2 }, tls: { serverName: neuvector } }
members:
`;
const site = (storeId: string, server: string, more = "") =>
  `  - { storeId: ${storeId}, controller: { server: "${server}" ${more} }, jointRest: { server: "${server}", port: 10443 } }\n`;
const two = common + site("u1", "s1") + site("u2", "s2", ', port: 1, credentials: { apiKey: "k:s" }');

describe("settings", () => {
  test("the common master and the defaults are merged under each member; an API key puts aside user and password", () => {
    const [first, second] = members(two).map(({ inputs }) => inputs);
    expect(first).toMatchObject({
      ...{ storeId: "u1", master: { rest: { server: "m.example", port: 10443 } } },
      controller: { server: "s1", port: 20443, credentials: { username: "admin" }, tls: { serverName: "neuvector" } },
    });
    expect(second?.controller).toMatchObject({ server: "s2", port: 1, tls: { serverName: "neuvector" } });
    expect(second?.controller?.credentials).not.toHaveProperty("username");
  });

  test("a member's password takes the place of a default reference, and null is not given", () => {
    const text = common.replace("password: p2", "passwordFrom: { env: SITE }").replace(/, tls.*}/, " }");
    const [member] = members(text + site("u1", "s1", ", port: null, credentials: { password: p2 }, tls: null"));
    const credentials = { username: "admin", password: "p2" };
    expect(member?.rawInputs["controller"]).toEqual({ server: "s1", port: 20443, credentials });
  });

  test("JSON is read too", () => {
    const master = { rest: { server: "m" }, credentials: { apiKey: "k:s" } };
    const member = { storeId: "u1", master, jointRest: { server: "s", port: 1 } };
    expect(members(JSON.stringify({ members: [member] }))).toHaveLength(1);
  });

  test("every problem at once, each where a person finds it, and each once", () => {
    const text = `
master: { rest: { server: m.example, port: 0 }, credentials: { username: fed, password: p1 } }
defaults: { retry: { maxRetries: -1 } }
members:
  - { storeId: 17, jointRest: { server: s1, port: 10443 } }
  - { storeId: u2, jointRest: { server: s2, port: 99999 }, password: p3 }
  - { storeId: u3 }
`;
    expect(problems(text).map((problem) => problem.split(": ")[0])).toEqual([
      ...["members[0].storeId", "master.rest.port", "defaults.retry.maxRetries", "members[1].jointRest.port"],
      ...["members[1].password", "members[2].jointRest"],
    ]);
  });

  test("what only one member may have is refused, in whatever spelling", () => {
    const spelled = two + site("u3", "S1.") + site("u4", "[fd00::1]") + site("u5", "FD00:0::1");
    expect(problems(spelled)).toEqual([
      ...["controller", "jointRest"].map((key) => `members[2].${key}: the same as members[0]'s`),
      ...["controller", "jointRest"].map((key) => `members[4].${key}: the same as members[3]'s`),
    ]);
  });

  test.each([
    ["nothing", ""],
    ["a list", "- a"],
    ["no members", "members: []"],
    ["an unknown key", "membrs: []\nmembers: []"],
    ["a member that is none", "members: [x]"],
    ["an alias", "members: [{ storeId: u1, joinToken: *hunter2 }]"],
    ["a broken line", "members:\n  - hunter2: [hunter2\n  hunter2"],
    ["a tag", "members: [{ storeId: u1, joinToken: !hunter2 x }]"],
    ["a repeated key", "hunter2: 1\nhunter2: 2"],
  ])("%s is refused without repeating the text, which may be a secret", (_what, text) => {
    expect(problems(text)).not.toEqual([]);
    expect(problems(text).join("\n")).not.toContain("hunter2");
  });

  test.each(["master: {}", "members:"])("missing members in %j are told with what they hold", (text) => {
    expect(problems(text)).toEqual(["members: is required: a list with the inputs of each FedJoin"]);
  });

  test("members that are not a list are told so", () => {
    expect(problems("members: x")).toEqual(["members: expected a list"]);
  });

  test("a member without a master has one problem", () => {
    const member = "{ storeId: u1, jointRest: { server: s1, port: 10443 } }";
    expect(problems(`members: [${member}]`)).toEqual(["members[0].master: is required"]);
  });

  test("a key named like a prototype does no harm", () => {
    const text = '{"defaults": {"__proto__": {"storeId": "x"}}, "members": [{}]}';
    expect(problems(text)).toContainEqual(expect.stringMatching(/^members\[0\]\.storeId: /));
  });
});
