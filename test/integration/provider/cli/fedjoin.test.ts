import type { ResourceProps } from "../../../../provider/src/resources/shared/props";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { type SimulatedController, type SimulatedFederation, startFederation } from "@fedjoin/simulator";
import { fedJoinInputs } from "@fedjoin/testbed";
import { memberNames, newLifecycle, at } from "../../../support/federation";
import { runFedjoin, type CommandInput, type CommandResult } from "../../../support/fedjoinProcess";

/** Typed, unlike the matcher itself. */
const like = (pattern: RegExp): unknown => expect.stringMatching(pattern);

const timings = { cleanupMs: 10, probePauseMs: 5, intervalMinuteMs: 200 };

let federation: SimulatedFederation;
let master: SimulatedController;
let controllers: readonly SimulatedController[];
const said: string[] = [];

// Sites: 0 is a member, 1 is standalone, 2 lost its membership, 3 was kicked untold, 4 is a member nobody declares.
let declared: ReturnType<typeof fedJoinInputs>[];
let joinedName: string;
let stale: { readonly id: string; readonly name: string };

beforeAll(async () => {
  federation = await startFederation({ sites: 5, timings });
  ({ master } = federation);
  controllers = [master, ...federation.sites];
  const inputs = federation.sites.map((site, index) => fedJoinInputs(master, site, `store${index}`));
  joinedName = (await newLifecycle().create(at(inputs, 0))).id;
  const lost = await newLifecycle().create(at(inputs, 2));
  const kicked = await newLifecycle().create(at(inputs, 3));
  await newLifecycle().create({ ...at(inputs, 4), name: "by-hand" });
  stale = { id: String(lost.outs["clusterId"]), name: lost.id };
  await master.kick(kicked.id, { tell: false });
  await loseMembership(at(federation.sites, 2));
  await master.pingNow();
  declared = inputs.slice(0, 4);
});

afterAll(() => federation.close());

/** Runs a command with the settings on standard input, and keeps what it said for the search for secrets. */
async function fedjoin(args: readonly string[], input: CommandInput = { settings: { members: declared } }) {
  const result = await runFedjoin([...args, "--file", "-"], input);
  said.push(result.stdout, result.stderr);
  return result;
}

/** The requests of people, not of controllers among themselves, that were more than a look or a login. */
function effects(): string[] {
  return controllers.flatMap(({ requests }) =>
    requests
      .filter(({ listener, path }) => listener === "rest" && !path.includes("_internal") && path !== "/v1/fed_auth")
      .filter(({ method, path }) => method !== "GET" && path !== "/v1/auth")
      .map(({ method, path }) => `${method} ${path}`),
  );
}

/** What people sent to the master. */
function requestsToMaster(): string[] {
  return master.requests
    .filter(({ listener, path }) => listener === "rest" && !path.includes("_internal"))
    .map(({ method, path }) => `${method} ${path}`);
}

async function withoutEffects(work: () => Promise<CommandResult>): Promise<CommandResult> {
  const before = effects();
  const result = await work();
  expect(effects()).toEqual(before);
  return result;
}

/** As a fresh installation of the site: it forgets its membership and tells nobody. */
async function loseMembership(site: SimulatedController): Promise<void> {
  await master.goOffline();
  const token = await site.logIn();
  await site.request("POST", "/v1/fed/leave", { token, body: { force: true } });
  await master.goOnline();
}

const jsonOf = ({ stdout }: CommandResult): unknown => JSON.parse(stdout);

describe("fedjoin plan", () => {
  test("says for each member what a deployment would do, and changes nothing", async () => {
    const { code, stdout, stderr } = await withoutEffects(() => fedjoin(["plan"]));
    expect(stdout.split("\n")).toEqual([
      `master 127.0.0.1:${master.rest.port}`,
      `  store0  will adopt the membership ${joinedName}`,
      "  store1  will join as store1-######",
      `  store2  will remove 1 stale entry (${stale.name}), then join as store2-######`,
      expect.stringMatching(/^ {2}store3 {2}was kicked as store3-\w{6}: .* rejoin as store3-######$/),
      "",
      "4 members: 1 to adopt, 1 to join, 1 to rejoin, 1 to clean up and join",
      "An adopted membership may be in another stack's state; it must be in only one. Check with fedjoin members --all.",
      "",
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  test("--json has one list per master", async () => {
    const members = [{ ...at(declared, 1), name: "by-hand" }];
    const result = await fedjoin(["plan", "--json"], { settings: { members } });
    const reason = `the name by-hand is held by the member at 127.0.0.1:${at(federation.sites, 4).rest.port}`;
    expect(jsonOf(result)).toEqual({
      command: "plan",
      masters: [
        {
          master: `127.0.0.1:${master.rest.port}`,
          members: [
            {
              storeId: "store1",
              action: "fail",
              kind: "name_taken",
              reason,
              text: `will fail: ${reason} [name_taken]`,
            },
          ],
        },
      ],
    });
    expect(result.code).toBe(2);
  });

  test("cannot tell while a site is down", async () => {
    const site = at(federation.sites, 0);
    await site.goOffline();
    const { code, stdout } = await fedjoin(["plan"]);
    await site.goOnline();
    expect(stdout).toMatch(/store0 {2}cannot tell: the site cannot be read: .*ECONNREFUSED/);
    expect(stdout).toMatch(/store1 {2}will join/);
    expect(code).toBe(2);
  });
});

describe("fedjoin status", () => {
  test("shows who is a member, who is not, and what nobody declared", async () => {
    const { code, stdout } = await withoutEffects(() => fedjoin(["status"]));
    expect(stdout).toMatch(new RegExp(`store0 {2}joined +${joinedName} +the master says synced`));
    expect(stdout).toMatch(/store1 {2}absent/);
    expect(stdout).toMatch(/store2 {2}left/);
    expect(stdout).toMatch(/store3 {2}kicked/);
    expect(stdout).toMatch(/undeclared +by-hand/);
    expect(stdout).toMatch(new RegExp(`undeclared +${stale.name} .*a stale entry of store2, see fedjoin prune`));
    expect(code).toBe(2);
  });

  test("exit code 0 when every declared site is joined and nothing else is there", async () => {
    const alone = await startFederation({ timings });
    try {
      const inputs = fedJoinInputs(alone.master, at(alone.sites, 0), "u1");
      const { id } = await newLifecycle().create(inputs);
      const result = await fedjoin(["status", "--json"], { settings: { members: [inputs] } });
      expect(jsonOf(result)).toEqual({
        command: "status",
        masters: [
          {
            master: `127.0.0.1:${alone.master.rest.port}`,
            listRead: true,
            members: [
              {
                storeId: "u1",
                state: "joined",
                name: id,
                clusterId: at(alone.sites, 0).membership?.id,
                masterStatus: at(alone.master.members(), 0).status,
              },
            ],
            undeclared: [],
          },
        ],
      });
      expect(result.code).toBe(0);
    } finally {
      await alone.close();
    }
  });
});

describe("fedjoin prune", () => {
  test("lists the stale entry, nothing else, and changes nothing", async () => {
    const result = await withoutEffects(() => fedjoin(["prune", "--json"]));
    expect(jsonOf(result)).toMatchObject({
      command: "prune",
      applied: false,
      staleEntries: [{ id: stale.id, name: stale.name, storeId: "store2", reason: "the site is standalone" }],
      unproven: [],
      unread: [],
    });
    expect(result.code).toBe(2);
  });

  test("refuses a living member, a stranger's member and an unknown id", async () => {
    const ids = [at(federation.sites, 0).membership?.id, at(federation.sites, 4).membership?.id, "no-such-id"];
    const flags = ids.flatMap((id) => ["--id", id ?? ""]);
    const { code, stdout } = await withoutEffects(() => fedjoin(["prune", "--apply", "--site-is-gone", ...flags]));
    expect(stdout).toMatch(new RegExp(`refused +${joinedName} is not stale: the site reports that it is this member`));
    expect(stdout.match(/refused {2}no entry of a declared site has this id/g)).toHaveLength(2);
    expect(code).toBe(2);
  });

  test("a site that does not answer may only be down: its entry goes only when a person says that the site is gone", async () => {
    const alone = await startFederation({ timings });
    try {
      const site = at(alone.sites, 0);
      const inputs = fedJoinInputs(alone.master, site, "u1");
      const { id: name, outs } = await newLifecycle().create(inputs);
      await site.close();
      await vi.waitFor(async () => {
        await alone.master.pingNow();
        expect(at(alone.master.members(), 0).status).toBe("disconnected");
      });
      const input = { settings: { members: [inputs] } };
      expect(jsonOf(await fedjoin(["prune", "--json"], input))).toMatchObject({
        staleEntries: [],
        unproven: [{ name }],
      });
      const deletion = ["prune", "--apply", "--id", String(outs["clusterId"])];
      const refused = await fedjoin(deletion, input);
      expect(refused).toMatchObject({ code: 2, stdout: like(/refused .*add --site-is-gone/) });
      expect(memberNames(alone.master)).toEqual([name]);
      expect(await fedjoin([...deletion, "--site-is-gone"], input)).toMatchObject({ code: 0 });
      expect(memberNames(alone.master)).toEqual([]);
    } finally {
      await alone.close();
    }
  });

  test("a cluster that is not a master has no stale entries, and the report says so", async () => {
    const members = [fedJoinInputs(at(federation.sites, 1), at(federation.sites, 0), "store0")];
    const { code, stdout } = await fedjoin(["prune"], { settings: { members } });
    expect(stdout).toMatch(/store0: no list of the master .*: it is not a federation master/);
    expect(code).toBe(2);
  });

  test("--apply deletes the entries that a file names, and nothing else", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "fedjoin-command-")), "stale.txt");
    await writeFile(file, "\n");
    expect(await fedjoin(["prune", "--apply", "--ids", file])).toMatchObject({
      code: 1,
      stderr: like(/contains no id/),
    });
    await writeFile(file, `\n  ${stale.id}  ${stale.name}\n`);
    const before = memberNames(master);
    const { code, stdout } = await fedjoin(["prune", "--apply", "--ids", file]);
    expect(stdout).toContain(`${stale.id}  deleted  ${stale.name}: the site is standalone`);
    expect(code).toBe(0);
    await rm(dirname(file), { recursive: true });
    expect(memberNames(master)).toEqual(before.filter((name) => name !== stale.name));
    expect((await fedjoin(["prune"])).code).toBe(0);
  });
});

test.each(["plan", "status", "prune"])(
  "%s asks the master once for all members: one login, one list; once more where the list lacks a joint site",
  async (command) => {
    const look = ["POST /v1/auth", "GET /v1/fed/member", "DELETE /v1/auth"];
    const before = requestsToMaster().length;
    await fedjoin([command], { settings: { members: declared.slice(0, 3) } });
    const between = requestsToMaster().length;
    expect(requestsToMaster().slice(before)).toEqual(look);
    await fedjoin([command]);
    expect(requestsToMaster().slice(between)).toEqual([...look, ...look]);
  },
);

describe("settings and usage", () => {
  test("a file works as standard input does, with the common master and secrets by reference", async () => {
    const folder = await mkdtemp(join(tmpdir(), "fedjoin-command-"));
    try {
      const file = join(folder, "joins.yaml");
      const [{ master: common, ...member }] = [at(declared, 1)];
      const credentials = { username: "admin", passwordFrom: { env: "MASTER_PASSWORD" } };
      await writeFile(file, JSON.stringify({ master: { ...common, credentials }, members: [member] }));
      const run = (env: Record<string, string>) => runFedjoin(["plan", "--file", file], { env });
      const good = await run({ MASTER_PASSWORD: master.admin.password });
      expect(good).toMatchObject({ code: 0, stdout: like(/store1 {2}will join/) });
      const bad = await run({});
      expect(bad).toMatchObject({ code: 2, stdout: like(/MASTER_PASSWORD.* is not set/) });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test("wrong settings are refused with every problem and exit code 1, and nobody is asked", async () => {
    const before = controllers.map(({ requests }) => requests.length);
    const members: ResourceProps[] = [at(declared, 0), { ...at(declared, 1), storeId: 17, jointRest: { server: "x" } }];
    const { code, stdout, stderr } = await fedjoin(["plan"], { settings: { members } });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/members\[1\]\.storeId: .*\n- members\[1\]\.jointRest\.port: is required/);
    expect(at(controllers, 2).requests).toHaveLength(at(before, 2));
  });

  test("a file that is not there, and a wrong option, end with exit code 1 and a word about it", async () => {
    expect(await runFedjoin(["status", "--file", "/no/such/file"])).toMatchObject({
      code: 1,
      stderr: "fedjoin: the settings cannot be read: /no/such/file (ENOENT)\n",
    });
    expect(await runFedjoin(["plan", "--password", "x"])).toMatchObject({ code: 1, stdout: "" });
  });

  test("Ctrl-C stops a command that waits for a silent server, and logs out at the others", async () => {
    const silent = createServer().listen(0, "127.0.0.1");
    try {
      await once(silent, "listening");
      const { port } = z.object({ port: z.number() }).parse(silent.address());
      const members = [{ ...at(declared, 1), controller: { ...at(declared, 1).controller, port } }];
      const interruptWhen = once(silent, "connection");
      expect(await fedjoin(["plan"], { settings: { members }, interruptWhen })).toMatchObject({ code: 1, stdout: "" });
    } finally {
      silent.close();
    }
  });

  test("--help and --version", async () => {
    expect(await runFedjoin(["--help"])).toMatchObject({ code: 0, stdout: like(/^Usage: fedjoin/) });
    expect(await runFedjoin(["--version"])).toMatchObject({
      code: 0,
      stdout: like(/^fedjoin \d+\.\d+\.\d+\n$/),
    });
  });
});

test("no output of any of these runs holds a password", () => {
  const all = said.join("\n");
  expect(all).toMatch(/store0/);
  for (const { admin } of controllers) {
    for (const form of [admin.password, encodeURIComponent(admin.password), btoa(admin.password)]) {
      expect(all).not.toContain(form);
    }
  }
});

test("every session was logged out, also by the command that was interrupted", () => {
  for (const controller of controllers) {
    const sent = controller.requests.filter(({ path }) => path === "/v1/auth").map(({ method }) => method);
    const [logins, logouts] = ["POST", "DELETE"].map((wanted) => sent.filter((method) => method === wanted).length);
    expect(logouts).toBeGreaterThan(0);
    // The fixture logged in once at site 2 and stayed.
    expect(logins).toBe((logouts ?? 0) + (controller === federation.sites[2] ? 1 : 0));
  }
});
