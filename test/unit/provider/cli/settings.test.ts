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
`;
const twoSites = `${common}
members:
  - { storeId: u1, controller: { server: s1 }, jointRest: { server: s1, port: 10443 } }
  - { storeId: u2, controller: { server: s2, port: 1, credentials: { apiKey: "k:s" } }, jointRest: { server: s2, port: 10443 } }
`;

describe("settings", () => {
  test("the common master and the defaults are merged under each member; an API key puts aside user and password", () => {
    const [first, second] = members(twoSites);
    expect(first?.inputs).toMatchObject({
      storeId: "u1",
      master: { rest: { server: "m.example", port: 10443 } },
      controller: { server: "s1", port: 20443, credentials: { username: "admin" }, tls: { serverName: "neuvector" } },
    });
    expect(second?.inputs.controller).toMatchObject({ server: "s2", port: 1, tls: { serverName: "neuvector" } });
    expect(second?.inputs.controller?.credentials).not.toHaveProperty("username");
  });

  test("defaults with a user name and a member with a password merge as in a stack, and null is not given", () => {
    const [member] = members(`
master: { rest: { server: m }, credentials: { username: fed, password: p1 } }
defaults: { controller: { credentials: { username: admin, passwordFrom: { env: SITE } } } }
members:
  - storeId: u1
    controller: { server: s1, credentials: { password: p2 }, tls: null }
    jointRest: { server: s1, port: 10443 }
`);
    expect(member?.rawInputs["controller"]).toEqual({
      server: "s1",
      credentials: { username: "admin", password: "p2" },
    });
  });

  test("JSON is read too", () => {
    const member = {
      storeId: "u1",
      master: { rest: { server: "m" }, credentials: { apiKey: "k:s" } },
      jointRest: { server: "s", port: 1 },
    };
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
      "members[0].storeId",
      "master.rest.port",
      "defaults.retry.maxRetries",
      "members[1].jointRest.port",
      "members[1].password",
      "members[2].jointRest",
    ]);
  });

  test("what only one member may have is refused", () => {
    const twice = `${twoSites}  - { storeId: u3, controller: { server: s1 }, jointRest: { server: S2, port: 10443 } }\n`;
    expect(problems(twice)).toEqual([
      "members[2].controller: the same as members[0]'s",
      "members[2].jointRest: the same as members[1]'s",
    ]);
  });

  test("the same address in another spelling finds the second owner", () => {
    const site = (storeId: string, server: string) =>
      `  - { storeId: ${storeId}, controller: { server: "${server}" }, jointRest: { server: "${server}", port: 10443 } }\n`;
    const defaults = "defaults: { controller: { credentials: { apiKey: a:b } } }\n";
    const master = "master: { rest: { server: hq }, credentials: { apiKey: a:b } }\n";
    const text = `${master}${defaults}members:\n${site("u1", "[fd00::1]")}${site("u2", "FD00:0::1")}`;
    expect(problems(text)).toEqual([
      "members[1].controller: the same as members[0]'s",
      "members[1].jointRest: the same as members[0]'s",
    ]);
  });

  test.each([
    ["nothing", ""],
    ["a list", "- a"],
    ["no members", "members: []"],
    ["an unknown key", "membrs: []\nmembers: []"],
    ["a member that is none", "members: [x]"],
  ])("%s is refused", (_what, text) => {
    expect(problems(text)).not.toEqual([]);
  });

  test.each([
    ["an alias", "members: [{ storeId: u1, joinToken: *hunter2 }]"],
    ["a broken line", "members:\n  - hunter2: [hunter2\n  hunter2"],
    ["a tag", "members: [{ storeId: u1, joinToken: !hunter2 x }]"],
    ["a repeated key", "hunter2: 1\nhunter2: 2"],
  ])("%s is refused without repeating the text, which may be a secret", (_what, text) => {
    expect(problems(text)).not.toEqual([]);
    expect(problems(text).join("\n")).not.toContain("hunter2");
  });

  test("a key named like a prototype does no harm", () => {
    expect(problems('{"defaults": {"__proto__": {"storeId": "x"}}, "members": [{}]}')).toContainEqual(
      expect.stringMatching(/^members\[0\]\.storeId: /),
    );
  });
});
