import type { Fault } from "@fedjoin/simulator";
import { describe, expect } from "vitest";
import { requestsOf } from "../../../support/federation";
import { createJoinHarness, firstName, minute, watch, type JoinHarness, test } from "../../../support/joinHarness";

const banner = "=".repeat(60);
const opening = [
  ...[banner, "Starting federation join process...", banner],
  ...[`Cluster name: ${firstName}`, "Master cluster address: m.example:443", "Joint REST info: site.example:10443"],
];
const sending = "Sending join request to https://m.example:443/v1/fed/join";
const closing = [banner, "Federation join completed successfully!", banner];
const accepted = [sending, "Join request successful: 200", ...closing];
const failed = "Federation join failed; metrics are not affected";

const byUrl = { JOIN_TOKEN: undefined, JOIN_TOKEN_URL: "https://canary:canary@tokens.example/join_token?canary=1" };

/** Serves the token as `JOIN_TOKEN_URL` does, after these statuses. */
function serveToken({ network, token }: JoinHarness, ...statuses: readonly number[]): void {
  const left = [...statuses];
  network.addServer({ server: "tokens.example", port: 443 }, () => {
    const status = left.shift() ?? 200;
    return Promise.resolve({ status, headers: {}, body: JSON.stringify({ context: token }) });
  });
}

const disturbJoin = ({ master }: JoinHarness, fault: Fault, times = 1): void => {
  master.faults.add({ match: { method: "POST", path: "/v1/fed/join" }, ...fault, times });
};

describe("R10: a join", () => {
  test("R1 R3 R5 R6 R10: with a token from a URL", async ({ world }) => {
    serveToken(world);
    const { lines, states, requests } = await world.run(byUrl);
    expect(lines).toEqual([
      ...opening,
      "Fetching join token from URL: https://tokens.example/join_token",
      "Successfully fetched join token from URL",
      ...accepted,
    ]);
    expect([states, requests]).toEqual([["joining", "joined"], ["accepted"]]);
    expect(world.master.members()).toMatchObject([{ name: firstName, rest: world.site().rest }]);
    expect(requestsOf(world.master, "POST", "/v1/fed/join")).toMatchObject([
      { credential: "none", body: { name: firstName, joint_rest_info: { server: "site.example", port: 10443 } } },
    ]);
  });

  test("R7 R8 R10: is retried 10 seconds after an answer of 500", async ({ world }) => {
    disturbJoin(world, { what: "status", status: 500, code: 39 });
    const { lines, pauses } = await world.run();
    expect(lines.filter((line) => !line.startsWith("POST "))).toEqual([
      ...opening,
      sending,
      "Join request failed: 500 - Internal Server Error",
      "Retryable error: 500 - Internal Server Error",
      "Retry 1/10 after 10 seconds...",
      ...accepted,
    ]);
    expect(pauses).toEqual([10]);
  });

  test("R7 R8 R10: has status 0 without an answer, and ten retries, at most 300 seconds apart", async ({ world }) => {
    world.network.setConnectivity(world.masterAddress, "refused");
    const { lines, states, requests, pauses } = await world.run();
    expect(pauses).toEqual([10, 20, 40, 80, 160, 300, 300, 300, 300, 300]);
    expect(lines).toContain("Join request failed: 0 - POST /v1/fed/join: ECONNREFUSED");
    expect(lines).toContain("Retryable error: 0 - POST /v1/fed/join: ECONNREFUSED");
    expect(lines).toContain("Retry 10/10 after 300 seconds...");
    expect(lines.at(-1)).toBe(failed);
    expect([states, requests]).toEqual([["joining", "failed"], Array<string>(11).fill("failed")]);
  });

  test.for([
    [400, 6, "error", "Non-retryable error: 400 - Bad Request"],
    [409, 41, "warn", "Non-retryable error: 409 - Conflict"],
  ] as const)("R7 R10: ends at %i code %i with level %s", async ([status, code, level, line], { world }) => {
    disturbJoin(world, { what: "status", status, code });
    const { lines, levels, states } = await world.run();
    expect(lines).toContain(line);
    expect([levels.get(line), states, world.joins()]).toEqual([level, ["joining", "failed"], 1]);
  });

  test("R7 R8: makes no second member after its answer was lost", async ({ world }) => {
    disturbJoin(world, { what: "reset-after-effect" });
    expect((await world.run()).states).toEqual(["joining", "joined"]);
    expect([world.master.members().length, world.joins()]).toEqual([1, 1]);
  });

  test("R3 R8 R10: is retried after a token URL failed, and ends where it has no token", async ({ world }) => {
    serveToken(world, 404, 503);
    const first = await world.run(byUrl);
    expect(first.lines).toEqual(
      expect.arrayContaining(["Failed to fetch join token", "Non-retryable error: 404 - Not Found"]),
    );
    expect(world.joins()).toBe(0);
    const { lines, states } = await world.run(byUrl);
    expect(lines[lines.indexOf("Failed to fetch join token") + 1]).toBe("Retryable error: 503 - Service Unavailable");
    expect(lines).toContain("Retry 1/10 after 10 seconds...");
    expect(states).toEqual(["joining", "joined"]);
  });

  test("R2 R10: is skipped with an invalid configuration, each problem on its line", async ({ world }) => {
    const { lines, states } = await world.run({ PAAS_STORE_ID: "", JOINT_REST_PORT: "x" });
    expect(lines).toEqual([
      ...opening.slice(0, 3),
      "Configuration validation failed: PAAS_STORE_ID is required",
      "Configuration validation failed: JOINT_REST_PORT must be a port number, 1 to 65535",
      "Skipping federation join",
    ]);
    expect([states, world.observations()]).toEqual([["invalid"], []]);
  });

  test.for([{ ENABLE_FED_JOIN: undefined }, { JOIN_MODE: "off" }])(
    "R1: with %j nothing is sent",
    async (off, { world }) => {
      const { lines, facts, ended } = await world.run(off);
      expect([lines, facts.state, ended, world.site().requests, world.files.size]).toEqual([[], "off", true, [], 0]);
    },
  );
});

describe("R7: a master that wants a login", () => {
  const logins = ({ master }: JoinHarness) => requestsOf(master, "POST", "/v1/auth").map(({ status }) => status);

  test("R7 R10: refuses a join without an account", async () => {
    const world = await createJoinHarness({ acceptDirectJoin: "withSession" });
    const { lines } = await world.run({ JOIN_CREDENTIALS: "none" });
    expect(lines).toEqual(
      expect.arrayContaining(["Authentication failed", "Non-retryable error: 401 - Unauthorized", failed]),
    );
  });

  test("R7: gets the controller's account, and a logout", async () => {
    const world = await createJoinHarness({ acceptDirectJoin: "withSession" });
    const { lines, states } = await world.run();
    expect(lines.join("\n")).toContain("m.example:443 requires a login: using CTRL_USERNAME");
    expect([states, logins(world)]).toEqual([["joining", "joined"], [200]]);
    expect(requestsOf(world.master, "DELETE", "/v1/auth")).toHaveLength(1);
  });

  test("R7: is asked once with an account that it refuses", async () => {
    const world = await createJoinHarness({ acceptDirectJoin: "withSession" });
    const { lines } = await world.run({ JOIN_USERNAME: "nobody", JOIN_PASSWORD: "canary-wrong" });
    expect(lines).toContain("Authentication failed");
    expect(logins(world)).toEqual([401]);
  });

  test("R15: gets the account that only joins, which is used for nothing else", async () => {
    const joiner = { username: "joiner", password: "canary-joiner", role: "admin" } as const;
    const world = await createJoinHarness({ acceptDirectJoin: "withSession", masterOptions: { users: [joiner] } });
    const { lines } = await world.run({ ...watch, JOIN_USERNAME: joiner.username, JOIN_PASSWORD: joiner.password });
    expect(lines.join("\n")).not.toContain("requires a login");
    expect(logins(world)).toEqual([200]);
    expect(
      world.master.requests.filter(({ listener, atMs }) => listener === "rest" && atMs > world.startMs + minute),
    ).toEqual([]);
    const atSite = new Set(world.site().requests.flatMap(({ method, path }) => (method === "GET" ? [path] : [])));
    expect(atSite).toEqual(new Set(["/v1/fed/member", "/v1/log/event"]));
  });
});

describe("R9: what is there already", () => {
  test("R9: a member is not joined again after a restart without files, whatever its name", async ({ world }) => {
    await world.run();
    world.files.clear();
    const { lines, states } = await world.run();
    expect(lines).toEqual(expect.arrayContaining([`Already a member as ${firstName}`, ...closing]));
    expect([states, world.joins()]).toEqual([["joining", "joined"], 1]);
  });

  test("R9: with a token URL the token tells whether the master is the wanted one", async ({ world }) => {
    serveToken(world);
    await world.run();
    world.files.clear();
    expect((await world.run(byUrl)).states).toEqual(["joining", "joined"]);
    const other = await createJoinHarness();
    serveToken(other);
    const elsewhere = other.network.addController();
    await elsewhere.promote();
    await other.network.clock.advanceUntil(other.enter("u2204a-Xy9K2m", elsewhere));
    expect((await other.run(byUrl)).states).toEqual(["joining", "elsewhere"]);
    expect([world.joins(), other.joins()]).toEqual([1, 0]);
  });

  test("R9: a site that this account may not read joins, and remains unconfirmed", async ({ world }) => {
    world.refuse("/v1/fed/member", 403, 25);
    const { lines, states } = await world.run();
    expect(states).toEqual(["joining", "unconfirmed"]);
    expect(lines).toContainEqual(expect.stringMatching(/^The join continues without reading/));
    expect(lines).toContainEqual(expect.stringMatching(/was accepted, but no side/));
    expect(lines.slice(-3)).toEqual(closing);
  });

  test("R9: a site that was never seen as a member is joined without reading its events", async ({ world }) => {
    world.refuse("/v1/log/event", 500);
    expect((await world.run()).states).toEqual(["joining", "joined"]);
  });

  test("R9: nothing is sent before an absent controller is back", async ({ world }) => {
    await world.site().goOffline();
    world.after(5_000, () => world.site().goOnline());
    const { states, pauses } = await world.run();
    expect([states, pauses]).toEqual([["joining", "joined"], [10]]);
  });
});

describe("JOIN_VIA=controller", () => {
  test("R7 R10: is named by the refusal of a stock master, and works there", async () => {
    const world = await createJoinHarness({ acceptDirectJoin: false });
    expect((await world.run()).lines.join("\n")).toMatch(/400 - Bad Request[^]*JOIN_VIA=controller/);
    expect((await world.run({ JOIN_VIA: "controller" })).states).toEqual(["joining", "joined"]);
    expect(world.master.members()).toHaveLength(1);
  });

  test.for([
    [{}, {}],
    [{ JOIN_FEDERATION_SERVER: "m.example" }, { server: "m.example", port: 11443 }],
  ] as const)(
    "R6: sends the join to the site's own controller, with %j to %j",
    async ([settings, address], { world }) => {
      const { lines } = await world.run({ JOIN_VIA: "controller", ...settings });
      expect(lines).toContain("Sending join request to https://site.example:10443/v1/fed/join");
      expect(lines).toContain("Master cluster address: m.example:11443");
      const [posted] = requestsOf(world.site(), "POST", "/v1/fed/join");
      const { server, port } = posted?.body as { readonly server?: string; readonly port?: number };
      expect({ ...(server !== undefined && { server, port }) }).toEqual(address);
    },
  );
});
