import { describe, expect } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import type { CommandScenario } from "../../../../support/commandScenario";
import { test as base } from "../../../../support/commandScenario";
import { openSecret } from "../../../../support/exportedState";
import { at } from "../../../../support/federation";

const importFile = z.object({
  resources: z.array(
    z.object({
      ...{ type: z.string(), name: z.string(), id: z.string() },
      inputs: z.record(z.string(), z.unknown()),
      outputs: z.record(z.string(), z.unknown()),
    }),
  ),
});
const importsIn = (text: string | undefined) => importFile.parse(JSON.parse(text ?? "")).resources;

/** The declared members with references in place of their passwords, and the environment that has these. */
function referring({ master, sites, declared }: CommandScenario) {
  const refer = <Side extends { credentials: { username: string } }>(side: Side, env: string) => ({
    ...side,
    credentials: { username: side.credentials.username, passwordFrom: { env } },
  });
  const passwords = sites.map((site, index) => [`SITE${index}`, site.admin.password]);
  return {
    members: declared.map((inputs, index) => ({
      ...inputs,
      master: refer(inputs.master, "MASTER"),
      controller: refer(inputs.controller, `SITE${index}`),
    })),
    env: { MASTER: master.admin.password, ...(Object.fromEntries(passwords) as Record<string, string>) },
  };
}

const test = base.extend("settings", ({ scenario }) => referring(scenario));

describe("fedjoin import", () => {
  test("writes what a create that adopts would have stored, and lists each other member with its reason", async ({
    scenario: { fedjoin, start, stale, kicked, joined },
    settings: { members, env },
  }) => {
    const { exitCode, output, errors, effects, written } = await fedjoin("import", { members }, { env });
    expect(output.split("\n")).toEqual([
      "left out, of master c1.test:10443",
      "  store1  is not a member",
      `  store2  has left, and the master still lists ${stale.name}`,
      `  store3  the master removed ${kicked.id}`,
      "",
      "4 members: 1 as declared, 3 left out",
      "Written: import.json",
      "",
    ]);
    expect({ exitCode, errors, effects }).toEqual({ exitCode: 2, errors: "", effects: [] });

    const adopted = await start({ env }).joins.create(at(members, 0));
    const __provider = 'exports.handler = () => require("@fedjoin/provider").lifecycle;';
    expect(importsIn(written["import.json"])).toEqual([
      {
        type: "pulumi-nodejs:dynamic/neuvector:FedJoin",
        ...{ name: "store0", id: joined.id },
        inputs: { ...members[0], __provider },
        outputs: { ...adopted.outs, joinedAt: expect.any(String) as unknown, __provider },
      },
    ]);
  });

  test("--json has every member", async ({ scenario: { fedjoin, joined }, settings: { members, env } }) => {
    const { output } = await fedjoin("import --json", { members: members.slice(0, 2) }, { env });
    expect(JSON.parse(output)).toEqual({
      command: "import",
      members: [
        { storeId: "store0", fits: true, name: joined.id, clusterId: joined.outs["clusterId"] },
        { storeId: "store1", fits: false, state: "absent", reason: "is not a member" },
      ],
      ...{ leftOut: [], written: ["import.json"] },
    });
  });

  test("ends with 0 if every member is as declared", async ({ scenario: { fedjoin }, settings: { members, env } }) => {
    const { exitCode, output } = await fedjoin("import --out a.json", { members: members.slice(0, 1) }, { env });
    expect([exitCode, output]).toEqual([0, "1 member: 1 as declared, 0 left out\nWritten: a.json\n"]);
  });

  test("writes nothing if no member is as declared", async ({ scenario: { fedjoin }, settings: { members, env } }) => {
    const { exitCode, output, written } = await fedjoin("import", { members: members.slice(1, 2) }, { env });
    expect({ exitCode, written }).toEqual({ exitCode: 2, written: {} });
    expect(output).toMatch(/1 member: 0 as declared, 1 left out\nNothing was written\.\n$/);
  });

  test("a silent site is left out", async ({ scenario: { fedjoin, site }, settings: { members, env } }) => {
    await site.goOffline();
    const { output } = await fedjoin("import", { members: members.slice(0, 1) }, { env });
    expect(output).toMatch(/store0 {2}the site cannot be read: .*ECONNREFUSED/);
  });
});

describe("secrets", () => {
  test("that are no references are named together before anything is sent", async ({ scenario }) => {
    const { fedjoin, declared, requestsToMaster, master } = scenario;
    const before = requestsToMaster();
    const [first, ...others] = declared.map((inputs) => ({ ...inputs, joinTokenUrl: "https://canary.example/" }));
    const { exitCode, errors, written } = await fedjoin("import", {
      master: first?.master,
      members: [first, ...others].map((inputs) => ({ ...inputs, master: {} })),
    });
    expect({ exitCode, written }).toEqual({ exitCode: 1, written: {} });
    expect(errors).toMatch(/^fedjoin: an import file has no secret/);
    expect(errors).toContain("\n- master.credentials.password: give passwordFrom\n");
    expect(errors).toContain("\n- members[3].controller.credentials.password: give passwordFrom\n");
    expect(errors).toContain("\n- members[3].joinTokenUrl: give joinTokenUrlFrom\n");
    for (const secret of ["canary", master.admin.password]) expect(errors).not.toContain(secret);
    expect(requestsToMaster()).toEqual(before);
  });

  test("of a proxy are refused; one without an account is stored as a secret", async ({ scenario, settings }) => {
    const { members, env } = settings;
    const [member] = members;
    const through = (proxy: string) => ({
      members: [{ ...member, controller: { ...member?.controller, proxy, tls: { fingerprint: "AB".repeat(32) } } }],
    });
    const refused = await scenario.fedjoin("import", through("http://me:canary@proxy.example:3128"), { env });
    expect(refused.errors).toContain("members[0].controller.proxy: a proxy with an account cannot be imported");
    expect(refused.errors).not.toContain("canary");

    const { written } = await scenario.fedjoin("import", through("environment"), { env });
    const [resource] = importsIn(written["import.json"]);
    for (const values of [resource?.inputs, resource?.outputs]) {
      expect(values).toMatchObject({ controller: { proxy: openSecret("environment") } });
    }
  });
});

describe("--master", () => {
  const common = ({ declared }: CommandScenario, defaults: object = {}) => ({
    master: { ...declared[0]?.master, credentials: { username: "admin", passwordFrom: { env: "MASTER" } } },
    defaults,
  });

  test("declares and imports every member of the list, and writes a members file", async ({ scenario, settings }) => {
    const { fedjoin, sites, joined, stale } = scenario;
    const { env } = settings;
    const files = { "master.yaml": JSON.stringify(common(scenario)) };
    const args = "import --master master.yaml --members members.yaml";
    const { output, effects, written } = await fedjoin(args, undefined, { env, files });
    expect(output.split("\n")).toEqual([
      "left out of the master's list",
      `  ${stale.name}  the master says left`,
      ...["", "3 members: 2 as declared, 1 left out", "Written: import.json, members.yaml", ""],
    ]);
    expect(effects).toEqual([]);
    const members: unknown = parse(written["members.yaml"] ?? "");
    expect(members).toHaveLength(2);
    expect(members).toContainEqual({ storeId: "store0", jointRest: at(sites, 0).rest });
    expect(members).toContainEqual({ storeId: "by-hand", name: "by-hand", jointRest: at(sites, 4).rest });
    expect(
      importsIn(written["import.json"])
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(["by-hand", joined.id]);
  });

  test.for(["import.json", "members.yaml", "index.ts"])(
    "overwrites %s only with --force, and asks no controller before",
    async (existing, { scenario, settings }) => {
      const { fedjoin, requestsToMaster } = scenario;
      const { env } = settings;
      const files = { "master.yaml": JSON.stringify(common(scenario)), [existing]: "precious" };
      const args = "import --master master.yaml --members members.yaml --program index.ts";
      const before = requestsToMaster().length;
      const { exitCode, errors, written } = await fedjoin(args, undefined, { env, files });
      expect({ exitCode, errors, written }).toEqual({
        exitCode: 1,
        errors: `fedjoin: ${existing} exists: name another file, or overwrite it with --force; nothing was written\n`,
        written: {},
      });
      expect(requestsToMaster()).toHaveLength(before);
      const forced = await fedjoin(`${args} --force`, undefined, { env, files });
      expect(Object.keys(forced.written).toSorted()).toEqual(["import.json", "index.ts", "members.yaml"]);
    },
  );

  test("asks the sites too if the defaults have their account", async ({ scenario }) => {
    const { fedjoin, site, joined } = scenario;
    const credentials = { username: "admin", passwordFrom: { env: "SITE" } };
    const files = { "master.yaml": JSON.stringify(common(scenario, { controller: { credentials } })) };
    const env = { MASTER: scenario.master.admin.password, SITE: site.admin.password };
    const { output, written } = await fedjoin("import --master master.yaml", undefined, { env, files });
    expect(output).toMatch(/ {2}by-hand {2}the site cannot be read: .*HTTP 401/);
    expect(output).toContain("3 members: 1 as declared, 2 left out");
    expect(importsIn(written["import.json"])).toMatchObject([
      { id: joined.id, inputs: { controller: { ...site.rest, credentials } } },
    ]);
  });

  test("tells a wrong default as such, and a list that cannot be read", async ({ scenario }) => {
    const { fedjoin, master } = scenario;
    const unread = expect.stringMatching(/^fedjoin: the master's list cannot be read: .*ECONNREFUSED/) as unknown;
    const run = (settings: object) =>
      fedjoin("import --master m.yaml", undefined, {
        env: { MASTER: "wrong" },
        files: { "m.yaml": JSON.stringify(settings) },
      });
    expect((await run(common(scenario, { controller: {} }))).errors).toContain("\n- defaults.controller.credentials");
    expect((await run({ ...common(scenario), members: [] })).errors).toContain("\n- members: no such setting");
    await master.goOffline();
    expect(await run(common(scenario))).toMatchObject({ exitCode: 1, errors: unread });
  });
});
