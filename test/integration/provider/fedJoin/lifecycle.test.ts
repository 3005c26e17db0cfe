import type { ResourceLifecycle } from "../../../../provider/src/resources/shared/lifecycle";
import type { ResourceProps } from "../../../../provider/src/resources/shared/props";
import { createSystemPorts } from "@fedjoin/provider/system";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type SimulatedController, type SimulatedFederation, startFederation } from "@fedjoin/simulator";
import { fedJoinInputs } from "@fedjoin/testbed";
import { memberNames, newLifecycle, requestsOf } from "../../../support/federation";

const timings = { cleanupMs: 20, probePauseMs: 5, intervalMinuteMs: 200 };

let federation: SimulatedFederation;
let master: SimulatedController;
let site: SimulatedController;
let inputs: ReturnType<typeof fedJoinInputs>;
let lifecycle: ResourceLifecycle;

async function start(options: Parameters<typeof startFederation>[0] = {}): Promise<void> {
  federation = await startFederation({ sites: 2, selfSigned: true, timings, ...options });
  const [first] = federation.sites;
  if (first === undefined) throw new Error("no site");
  master = federation.master;
  site = first;
  inputs = fedJoinInputs(master, site, "u2204a");
  lifecycle = newLifecycle();
}

beforeEach(() => start());
afterEach(() => federation.close());

const sent = requestsOf;
const names = () => memberNames(master);

describe("D3: create", () => {
  test("R5: joins through the site's controller with a minted token under storeId-suffix", async () => {
    const { id, outs } = await lifecycle.create(inputs);
    expect(id).toMatch(/^u2204a-[A-Za-z0-9]{6}$/);
    expect(names()).toEqual([id]);
    expect(site.role).toBe("joint");
    expect(outs).toMatchObject({
      clusterName: id,
      clusterId: site.membership?.id,
      role: "joint",
      status: "joined",
      formerIds: [],
    });
    expect(outs["joinTokenFingerprint"]).toMatch(/^[0-9a-f]{12}$/);
  });

  test("logs out of both controllers at the end", async () => {
    await lifecycle.create(inputs);
    for (const controller of [master, site]) {
      expect(sent(controller, "POST", "/v1/auth")).toHaveLength(1);
      expect(sent(controller, "DELETE", "/v1/auth")).toHaveLength(1);
    }
  });

  test("R6: sends name, join_token and joint_rest_info, and the master's address only when set", async () => {
    await lifecycle.create(inputs);
    const [join] = sent(site, "POST", "/v1/fed/join");
    expect(Object.keys(join?.body as object).toSorted()).toEqual(["join_token", "joint_rest_info", "name"]);
    const second = federation.sites[1];
    if (second === undefined || master.federation === undefined) throw new Error("no second site");
    const explicit = fedJoinInputs(master, second, "u2204b");
    await lifecycle.create({ ...explicit, master: { ...explicit.master, federation: master.federation } });
    expect(sent(second, "POST", "/v1/fed/join")[0]?.body).toMatchObject(master.federation);
  });

  test("adopts the membership that is there", async () => {
    const { id, outs } = await lifecycle.create(inputs);
    const again = await newLifecycle().create(inputs);
    expect(again).toMatchObject({ id, outs: { clusterId: outs["clusterId"], status: "joined" } });
    expect(sent(site, "POST", "/v1/fed/join")).toHaveLength(1);
  });

  test("a lost answer does not make two members", async () => {
    site.faults.add({ match: { method: "POST", path: "/v1/fed/join" }, what: "reset-after-effect" });
    const { id } = await lifecycle.create(inputs);
    expect(names()).toEqual([id]);
    expect(sent(site, "POST", "/v1/fed/join")).toHaveLength(1);
  });

  test("a lost answer of the master leaves an orphan that is removed before the next join", async () => {
    master.faults.add({
      match: { method: "POST", path: "/v1/fed/join_internal", listener: "federation" },
      what: "reset-after-effect",
    });
    const { id } = await lifecycle.create(inputs);
    expect(names()).toEqual([id]);
    expect(site.membership?.id).toBe(master.members()[0]?.id);
  });

  test("stops when the site belongs to another master, and touches nothing", async () => {
    const other = await startFederation({ sites: 0, selfSigned: true, timings });
    try {
      await newLifecycle().create(fedJoinInputs(other.master, site, "u2204a"));
      await expect(lifecycle.create(inputs)).rejects.toThrow(/member of another master/);
      expect(other.master.members()).toHaveLength(1);
      expect(sent(site, "POST", "/v1/fed/join")).toHaveLength(1);
    } finally {
      await other.close();
    }
  });

  test("a name that another member holds stops a declared name", async () => {
    const second = federation.sites[1];
    if (second === undefined) throw new Error("no second site");
    await lifecycle.create({ ...fedJoinInputs(master, second, "u1"), name: "taken" });
    await expect(lifecycle.create({ ...inputs, name: "taken" })).rejects.toThrow(/taken belongs to the member at/);
    expect(site.clusterName).toBe("cluster.local");
  });

  test("R7: a wrong password is tried once, by all FedJoins of the process together", async () => {
    const wrong = {
      ...inputs,
      controller: { ...inputs.controller, credentials: { username: "admin", password: "canary-wrong" } },
    };
    for (let round = 0; round < 6; round++) {
      await expect(lifecycle.create(wrong)).rejects.toThrow(/login_rejected/);
    }
    expect(sent(site, "POST", "/v1/auth")).toHaveLength(1);
  });

  test("R15: an unpinned self-signed certificate is refused with what it takes to trust it", async () => {
    const { fingerprint256 } = site;
    const error = await lifecycle
      .create({ ...inputs, controller: { ...inputs.controller, tls: {} } })
      .catch((e: unknown) => e);
    expect(String(error)).toContain("CN=neuvector");
    expect(String(error)).toContain(fingerprint256);
  });

  test("a certificate that is refused while reading is an error, never gone", async () => {
    const { id, outs } = await lifecycle.create(inputs);
    const stored = { ...outs, controller: { ...inputs.controller, tls: {} } };
    await expect(newLifecycle().read(id, stored)).rejects.toThrow(/#tls/);
  });

  test("R15: no error holds a password or token", async () => {
    const { password } = site.admin;
    await site.goOffline();
    const quick = { ...inputs, retry: { ...inputs.retry, maxRetries: 1 } };
    const error = await lifecycle.create(quick).catch((e: unknown) => e);
    expect(String(error)).toMatch(/ECONNREFUSED|network/);
    expect(JSON.stringify(error) + String(error)).not.toContain(password);
    await site.goOnline();
  });
});

describe("D3: route master", () => {
  const direct = (token?: string) => {
    const { storeId, master: at, jointRest, retry } = inputs;
    const order = { storeId, master: at, jointRest, retry, joinVia: "master" };
    return token === undefined ? order : { ...order, joinToken: token };
  };

  beforeEach(async () => {
    await federation.close();
    await start({ acceptDirectJoin: true });
  });

  test("R6: joins by a request to the master alone, and leaves by removing the entry", async () => {
    const { id, outs } = await lifecycle.create(direct());
    expect(names()).toEqual([id]);
    expect(site.role).toBe("joint");
    expect(sent(site, "POST", "/v1/auth")).toHaveLength(0);
    await lifecycle.delete(id, outs);
    expect(names()).toEqual([]);
    expect(site.role).toBe("");
  });

  test("R3: sends a given token without a session at the master when only the site can be read", async () => {
    const given = {
      ...inputs,
      joinVia: "master",
      master: { rest: master.rest, tls: inputs.master.tls },
      joinToken: master.joinToken(),
    };
    const { outs } = await lifecycle.create(given);
    expect(outs).toMatchObject({ status: "joined" });
    expect(sent(master, "POST", "/v1/fed/join")[0]?.credential).toBe("none");
  });

  test("R7: an expired given token stops", async () => {
    const stale = Buffer.from(JSON.stringify({ s: "127.0.0.1", p: 1, t: "expired" })).toString("base64");
    await expect(lifecycle.create(direct(stale))).rejects.toThrow(/token_rejected/);
  });
});

test("a stock master's refusal names the other route", async () => {
  await expect(lifecycle.create({ ...inputs, joinVia: "master" })).rejects.toThrow(
    /joinVia "controller" \(JOIN_VIA=controller\)/,
  );
});

describe("D3: read", () => {
  let id: string;
  let outs: ResourceProps;

  beforeEach(async () => {
    ({ id, outs } = await lifecycle.create(inputs));
  });

  test("a living member is unchanged, whatever the status words say", async () => {
    await expect(lifecycle.read(id, outs)).resolves.toEqual({ id, props: outs });
    await site.pollNow();
    await expect(lifecycle.read(id, outs)).resolves.toEqual({ id, props: outs });
  });

  test("a member removed while reachable is gone", async () => {
    await master.kick(id);
    await expect(lifecycle.read(id, outs)).resolves.toEqual({});
  });

  test("a member removed behind its back is kicked, and update mends it under the same name", async () => {
    await master.kick(id, { tell: false });
    const read = await lifecycle.read(id, outs);
    expect(read.props).toMatchObject({ status: "kicked" });
    await expect(lifecycle.diff(id, read.props ?? {}, inputs)).resolves.toMatchObject({ changes: true, replaces: [] });
    const updated = await lifecycle.update(id, read.props ?? {}, inputs);
    expect(updated.outs).toMatchObject({ status: "joined", clusterName: id, formerIds: [outs["clusterId"]] });
    expect(names()).toEqual([id]);
  });

  test("silence is an error, never gone", async () => {
    await site.goOffline();
    await expect(lifecycle.read(id, outs)).rejects.toThrow(/network/);
    await site.goOnline();
  });
});

describe("D3: delete", () => {
  test("leaves on both sides and is idempotent", async () => {
    const { id, outs } = await lifecycle.create(inputs);
    await lifecycle.delete(id, outs);
    expect(names()).toEqual([]);
    expect(site.role).toBe("");
    await lifecycle.delete(id, outs);
  });

  test("a kicked member leaves by force", async () => {
    const { id, outs } = await lifecycle.create(inputs);
    await master.kick(id, { tell: false });
    await lifecycle.delete(id, outs);
    expect(site.role).toBe("");
  });

  test("an unreachable site is an error, and with forceLeave its entry goes from the master", async () => {
    const { id, outs } = await lifecycle.create({ ...inputs, retry: { ...inputs.retry, maxRetries: 1 } });
    await site.goOffline();
    await expect(lifecycle.delete(id, outs)).rejects.toThrow(/set forceLeave .*#network/);
    expect(names()).toEqual([id]);
    await lifecycle.delete(id, { ...outs, forceLeave: true });
    expect(names()).toEqual([]);
    await site.goOnline();
  });

  test("a join right after a leave waits out the clean-up", async () => {
    await federation.close();
    await start({ timings: { ...timings, cleanupMs: 150 } });
    const { id, outs } = await lifecycle.create(inputs);
    await lifecycle.delete(id, outs);
    const again = await lifecycle.create(inputs);
    expect(names()).toEqual([again.id]);
    expect(again.id).not.toBe(id);
  });
});

test("joins on one master take turns", async () => {
  await federation.close();
  await start({ sites: 4 });
  const created = await Promise.all(
    federation.sites.map((each, index) => lifecycle.create(fedJoinInputs(master, each, `s${index}`))),
  );
  expect(names().toSorted()).toEqual(created.map(({ id }) => id).toSorted());
  for (const each of federation.sites) expect(sent(each, "POST", "/v1/fed/join")).toHaveLength(1);
});

test("a token is minted when the turn on the master has come, for 5 minutes", async () => {
  await Promise.all(federation.sites.map((each, index) => lifecycle.create(fedJoinInputs(master, each, `s${index}`))));
  const steps = master.requests.filter(({ path }) => /join_token$|join_internal$/.test(path));
  expect(steps.map(({ path }) => path.slice("/v1/fed/".length))).toEqual([
    "join_token",
    "join_internal",
    "join_token",
    "join_internal",
  ]);
  expect(steps[0]?.query).toContain("token_duration=5");
});

test("a rejected token is minted again, at most twice", async () => {
  master.faults.add({
    match: { method: "POST", path: "/v1/fed/join_internal", listener: "federation" },
    what: "status",
    status: 417,
    code: 39,
    times: 2,
  });
  await expect(lifecycle.create(inputs)).resolves.toMatchObject({ outs: { status: "joined" } });
  expect(sent(master, "GET", "/v1/fed/join_token")).toHaveLength(3);
});

test("a token that names another master than the declared one is used with a warning", async () => {
  const logged: string[] = [];
  const ports = createSystemPorts((level, message) => logged.push(`${level} ${message}`));
  const elsewhere = { server: "elsewhere.example", port: 11443 };
  const token = JSON.parse(Buffer.from(master.joinToken(), "base64").toString("utf8")) as { t: string };
  const joinToken = Buffer.from(JSON.stringify({ s: elsewhere.server, p: elsewhere.port, t: token.t })).toString(
    "base64",
  );
  const declared = { ...inputs, joinToken, master: { ...inputs.master, federation: master.federation } };
  await newLifecycle({ ports }).create(declared);
  expect(site.role).toBe("joint");
  expect(logged.filter((line) => line.startsWith("warn")).join()).toContain("elsewhere.example:11443");
});

test("rows c and d: two processes that join, and then end, one membership at once both succeed", async () => {
  await federation.close();
  await start({ timings: { ...timings, removalMs: 200 } });
  const both = <T>(work: (lifecycle: ResourceLifecycle) => Promise<T>): Promise<T[]> =>
    Promise.all([newLifecycle(), newLifecycle()].map(work));
  const [first, second] = await both((each) => each.create(inputs));
  expect(names()).toEqual([first?.id]);
  expect(second?.id).toBe(first?.id);
  expect(sent(master, "DELETE", `/v1/fed/cluster/${site.membership?.id ?? ""}`)).toEqual([]);
  await both((each) => each.delete(first?.id ?? "", first?.outs ?? {}));
  expect(names()).toEqual([]);
  expect(site.role).toBe("");
});
