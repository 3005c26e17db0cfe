import { describe, expect } from "vitest";
import { parse } from "yaml";
import { at } from "../../../../support/federation";
import { test } from "../../../../support/commandScenario";

describe("fedjoin plan", () => {
  test("says for each member what a deployment would do", async ({ scenario: { fedjoin, joined, stale } }) => {
    const { exitCode, output, errors } = await fedjoin("plan");
    expect(output.split("\n")).toEqual([
      "master c1.test:10443",
      `  store0  is a member as ${joined.id}: to adopt, unless the state has it`,
      "  store1  will join as store1-######",
      `  store2  will remove 1 stale entry (${stale.name}), then join as store2-######`,
      expect.stringMatching(/^ {2}store3 {2}was kicked as store3-\w{6}: .* rejoin as store3-######$/),
      "",
      "4 members: 1 to adopt or keep, 1 to join, 1 to rejoin, 1 to clean up and join",
      "An adopted membership may be in another stack's state; it must be in only one. Check with fedjoin members --all.",
      "",
    ]);
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: "" });
  });

  test("--json has one list per master", async ({ scenario: { fedjoin, declared, sites } }) => {
    const { exitCode, output } = await fedjoin("plan --json", { members: [{ ...declared[1], name: "by-hand" }] });
    const reason = `the name by-hand is held by the member at ${at(sites, 4).rest.server}:10443`;
    const text = `will fail: ${reason} [name_taken]`;
    const members = [{ storeId: "store1", action: "fail", kind: "name_taken", reason, text }];
    expect(JSON.parse(output)).toEqual({ command: "plan", masters: [{ master: "c1.test:10443", members }] });
    expect(exitCode).toBe(2);
  });

  test("cannot tell while a site is down", async ({ scenario: { fedjoin, site } }) => {
    await site.goOffline();
    const { exitCode, output } = await fedjoin("plan");
    expect(output).toMatch(/store0 {2}cannot tell: the site cannot be read: .*ECONNREFUSED/);
    expect(output).toMatch(/store1 {2}will join/);
    expect(exitCode).toBe(2);
  });
});

describe("fedjoin status", () => {
  test("shows who is a member, who is not, and what nobody declared", async ({ scenario }) => {
    const { fedjoin, joined, stale } = scenario;
    const { exitCode, output } = await fedjoin("status");
    expect(output).toMatch(new RegExp(`store0 {2}joined +${joined.id} +the master says (joined|synced)`));
    expect(output).toMatch(/store1 {2}absent/);
    expect(output).toMatch(/store2 {2}left/);
    expect(output).toMatch(/store3 {2}kicked/);
    expect(output).toMatch(/undeclared +by-hand/);
    expect(output).toMatch(new RegExp(`undeclared +${stale.name} .*a stale entry of store2, see fedjoin prune`));
    expect(exitCode).toBe(2);
  });

  test("exit code 0 when every declared site is joined and nothing else is there", async ({ scenario }) => {
    const { fedjoin, keepJoinedAlone, joined, site } = scenario;
    const { exitCode, output } = await fedjoin("status --json", await keepJoinedAlone());
    const member = { storeId: "store0", state: "joined", name: joined.id, clusterId: site.membership?.id };
    const members = [{ ...member, masterStatus: "joined", conditions: expect.anything() as unknown }];
    const masters = [{ master: "c1.test:10443", listRead: true, members, undeclared: [] }];
    expect(JSON.parse(output)).toEqual({ command: "status", masters });
    expect(exitCode).toBe(0);
  });

  test("a master with two addresses is one, and neither side's members are undeclared", async ({ scenario }) => {
    const { fedjoin, network, master, declared } = scenario;
    const second = { ...master.rest, server: "second.test" };
    network.alias(second, master.rest);
    const moved = declared.map((each, index) =>
      index === 0 ? each : { ...each, master: { ...each.master, rest: second } },
    );
    const { output } = await fedjoin("status --json", { members: moved });
    const { masters } = JSON.parse(output) as { masters: unknown[] };
    const before = JSON.parse((await fedjoin("status --json")).output) as { masters: unknown[] };
    expect(masters).toEqual([{ ...(before.masters[0] as object), master: "c1.test:10443, second.test:10443" }]);
  });

  test("-o wide shows the status of every condition", async ({ scenario: { fedjoin } }) => {
    const { output } = await fedjoin("status -o wide");
    const cells = (store: string) =>
      output
        .split("\n")
        .find((line) => line.startsWith(`  ${store}`))
        ?.trim()
        .split(/ {2,}/);
    expect(cells("store ")?.slice(3)).toEqual([
      ...["master says", "Joined", "Accepted", "Reachable", "Synced", "VersionCompatible", "Stale", "Kicked"],
      "reason",
    ]);
    expect(["store1", "store2", "store3"].map((store) => cells(store)?.slice(3).join(" "))).toEqual([
      "- False False Unknown False Unknown False False Absent",
      "- False True Unknown False Unknown True False Left",
      "- False False Unknown False Unknown False True Kicked",
    ]);
  });

  test("-o name is a line for each declared site, and -o yaml is the JSON", async ({ scenario: { fedjoin } }) => {
    expect((await fedjoin("status -o name")).output).toBe("store0\nstore1\nstore2\nstore3\n");
    const yaml = await fedjoin("status -o yaml");
    const json = await fedjoin("status -o json");
    expect(parse(yaml.output)).toEqual(JSON.parse(json.output));
    expect(json.output).toBe((await fedjoin("status --json")).output);
    expect(yaml.exitCode).toBe(2);
  });

  test("--get prints one part, a value on each line", async ({ scenario: { fedjoin } }) => {
    const get = async (path: string) => (await fedjoin(`status --get ${path}`)).output;
    expect(await get("masters[0].members[3].conditions.Kicked.status")).toBe("True\n");
    expect(await get("$.masters[*].members[*].conditions.Joined.reason")).toBe("Member\nAbsent\nLeft\nKicked\n");
    expect(await get("masters[0].members[3].conditions.Kicked")).toBe(
      '{"status":"True","reason":"Kicked","message":"The master removed the member, and the site has not noticed.","lastTransitionTime":null}\n',
    );
  });

  test.for<[string, RegExp]>([
    ["masters[0].member", /^fedjoin: --get: no such key, did you mean members\?\n$/],
    ["masters[0].hunter2", /^fedjoin: --get: no such key, known: master, listRead, members, undeclared\n$/],
    ["masters[9]", /^fedjoin: --get: the list has 1 element, and the first is \[0\]\n$/],
    ["masters[0][*]", /^fedjoin: --get: there is no list: choose one of master, listRead, members, undeclared\n$/],
    ["masters[0][0]", /^fedjoin: --get: there is no list: choose one of master, listRead, members, undeclared\n$/],
    ["masters.master", /choose an element with \[0\], or all with \[\*\]/],
    ["command.length", /leads into a value that has no parts/],
  ])("--get %s tells what would be there", async ([path, problem], { scenario: { fedjoin } }) => {
    expect(await fedjoin(`status --get ${path}`)).toMatchObject({
      exitCode: 1,
      output: "",
      errors: expect.stringMatching(problem) as unknown,
    });
  });

  test("--get of every element of an empty list prints nothing", async ({ scenario: { fedjoin, keepJoinedAlone } }) => {
    const alone = await keepJoinedAlone();
    const get = (path: string) => fedjoin(`status --get ${path}`, alone);
    expect(await get("masters[*].undeclared[*].name")).toMatchObject({ exitCode: 0, output: "" });
    expect(await get("masters[0].undeclared[0]")).toMatchObject({ errors: "fedjoin: --get: the list is empty\n" });
  });

  test("a suggestion ends with one question mark", async ({ scenario: { fedjoin } }) => {
    const { errors } = await fedjoin("status --jsno");
    expect(errors).toBe("fedjoin: unknown option, did you mean --json? See fedjoin status --help\n");
  });

  test("a silent site is unknown, and its entry is not called undeclared", async ({ scenario }) => {
    const { fedjoin, site, joined } = scenario;
    await site.goOffline();
    const { output } = await fedjoin("status");
    expect(output).toMatch(new RegExp(`store0 {2}unknown +${joined.id} `));
    expect(output).not.toMatch(new RegExp(`undeclared +${joined.id}`));
  });

  test("without the master's list nothing is called undeclared, and that is said", async ({ scenario }) => {
    const { fedjoin, master } = scenario;
    await master.goOffline();
    const { output } = await fedjoin("status --json");
    expect(JSON.parse(output)).toMatchObject({ masters: [{ listRead: false, undeclared: [] }] });
    expect((await fedjoin("status")).output).toMatch(/0 of 4 declared sites joined, undeclared entries unknown\n$/);
    expect((await fedjoin("status -o wide")).output).toContain("The master's list was not read");
  });
});

describe.each(["plan", "status", "prune", "audit", "doctor"])("%s", (command) => {
  test("changes nothing, logs out, and shows no password", async ({ scenario: { fedjoin, master, sites } }) => {
    const { output, errors, logged, effects } = await fedjoin(command);
    expect(effects).toEqual([]);
    for (const { admin, requests } of [master, ...sites]) {
      expect(output + errors + logged.join()).not.toContain(admin.password);
      const sent = requests.filter(({ path }) => path === "/v1/auth").map(({ method }) => method);
      expect(sent.filter((each) => each === "DELETE").length).toBeGreaterThanOrEqual(sent.length / 2 - 1);
    }
  });

  test("reports every problem of the settings, and sends nothing", async ({ scenario }) => {
    const { fedjoin, declared, requestsToMaster } = scenario;
    const before = requestsToMaster().length;
    const wrong = { ...declared[1], storeId: 17, jointRest: { server: "x" } };
    const { exitCode, output, errors } = await fedjoin(command, { members: [declared[0], wrong] });
    expect({ exitCode, output }).toEqual({ exitCode: 1, output: "" });
    expect(errors).toMatch(/members\[1\]\.storeId: .*\n- members\[1\]\.jointRest\.port: is required/);
    expect(requestsToMaster()).toHaveLength(before);
  });
});

test.for(["plan", "status", "prune"])(
  "%s asks the master once, and again if it lacks a joint site",
  async (command, { scenario }) => {
    const { fedjoin, declared, requestsToMaster } = scenario;
    const look = ["POST /v1/auth", "GET /v1/fed/member", "DELETE /v1/auth"];
    const before = requestsToMaster().length;
    await fedjoin(command, { members: declared.slice(0, 3) });
    const between = requestsToMaster().length;
    expect(requestsToMaster().slice(before)).toEqual(look);
    await fedjoin(command);
    expect(requestsToMaster().slice(between)).toEqual([...look, ...look]);
  },
);

test("secrets by reference are read from the environment, and a missing one is said", async ({ scenario }) => {
  const { fedjoin, declared, master } = scenario;
  const credentials = { username: "admin", passwordFrom: { env: "MASTER_PASSWORD" } };
  const { master: common, ...member } = at(declared, 1);
  const settings = { master: { ...common, credentials }, members: [member] };
  const good = await fedjoin("plan", settings, { env: { MASTER_PASSWORD: master.admin.password } });
  expect([good.exitCode, good.output]).toEqual([0, expect.stringMatching(/store1 {2}will join/)]);
  const bad = await fedjoin("plan", settings);
  expect([bad.exitCode, bad.output]).toEqual([2, expect.stringMatching(/MASTER_PASSWORD.* is not set/)]);
});
