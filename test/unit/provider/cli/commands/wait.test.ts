import { describe, expect } from "vitest";
import { requestsOf } from "../../../../support/federation";
import { test, type CommandScenario } from "../../../../support/commandScenario";
import { virtualClock } from "../../../../support/virtualPorts";

const synced = "wait --for=condition=Synced --member store0";

/** The first member alone, with a wrong password at its site. */
const withWrongPassword = ({ declared: [member] }: CommandScenario) => ({
  members: [{ ...member, controller: { ...member?.controller, credentials: { username: "admin", password: "bad" } } }],
});

describe("fedjoin wait", () => {
  test("ends at once for a condition that holds, and says so of each member", async ({ scenario: { fedjoin } }) => {
    const { exitCode, output } = await fedjoin("wait --for=condition=joined --member store0");
    expect(output.split("\n")).toEqual([
      "  store0  met  Joined=True  Member  The cluster is a member as declared.",
      "1 of 1 members: Joined=True",
      "",
    ]);
    expect(exitCode).toBe(0);
  });

  test("reads until the member is synced, with one login a side, and prints each change", async ({ scenario }) => {
    const { fedjoin, master, site } = scenario;
    const logins = () => [master, site].map((each) => requestsOf(each, "POST", "/v1/auth").length);
    const reads = () => requestsOf(site, "GET", "/v1/fed/member").length;
    const [before, readBefore] = [logins(), reads()];
    const { exitCode, lines, effects } = await fedjoin(synced);
    expect(lines).toEqual([
      "store0: Synced=False (FirstPollPending): The member has just joined and has not polled yet.",
      expect.stringMatching(/^store0: Synced=True \(RulesCurrent\)/),
    ]);
    expect(logins()).toEqual(before.map((count) => count + 1));
    expect(reads()).toBeGreaterThan(readBefore + 1);
    expect({ exitCode, effects }).toEqual({ exitCode: 0, effects: [] });
    expect(requestsOf(master, "DELETE", "/v1/auth").length).toBe(logins()[0]);
  });

  test("keeps one line of progress on a terminal instead, and removes it", async ({ scenario: { fedjoin } }) => {
    const { lines } = await fedjoin(synced, undefined, { terminal: true });
    expect(lines[0]).toBe("0 of 1 members: Synced=True, 10m0s left");
    expect(lines.at(-1)).toBe("");
    expect(lines.slice(0, -1).every((line) => line.startsWith("0 of 1 members"))).toBe(true);
  });

  test("dates the condition from what it saw itself", async ({ scenario: { fedjoin, network } }) => {
    const start = network.clock.now();
    const { output } = await fedjoin(`${synced} --json`);
    const report = JSON.parse(output) as { members: { lastTransitionTime: string }[] };
    expect(report).toMatchObject({
      ...{ command: "wait", condition: "Synced", wanted: "True", met: true },
      members: [{ storeId: "store0", met: true, status: "True", reason: "RulesCurrent" }],
    });
    expect(Date.parse(report.members[0]?.lastTransitionTime ?? "")).toBeGreaterThan(start);
  });

  test("ends with 2 at the timeout, with what is missing", async ({ scenario: { fedjoin, network } }) => {
    const start = network.clock.now();
    const { exitCode, output } = await fedjoin("wait --for condition=Joined --timeout 30s");
    expect(output).toMatch(/store0 {2}met .*\n {2}store1 {2}not met {2}Joined=False {2}Absent (.*\n){3}1 of 4 members/);
    expect(exitCode).toBe(2);
    expect(network.clock.now() - start).toBeGreaterThanOrEqual(30_000);
  });

  test("ends on time although a controller says nothing", async ({ scenario: { fedjoin, network, master } }) => {
    master.freeze();
    const start = network.clock.now();
    const { exitCode, output } = await fedjoin("wait --for=condition=Joined --member store0 --timeout 3s");
    expect(output).toMatch(/not met {2}Joined=Unknown {2}NoAnswer {2}No controller answered before the timeout\./);
    expect(exitCode).toBe(2);
    const logoutMs = 2_000;
    expect(network.clock.now() - start).toBe(3_000 + logoutMs);
  });

  test("waits for a condition that shall not hold", async ({ scenario: { fedjoin } }) => {
    expect(await fedjoin("wait --for=condition=Kicked=false --member store0")).toMatchObject({ exitCode: 0 });
    const kicked = await fedjoin("wait --for=condition=Kicked=false --member store3 --timeout 10s");
    expect(kicked).toMatchObject({ exitCode: 2, output: expect.stringContaining("Kicked=True") as unknown });
  });

  test("outlasts a controller that is away and restarts", async ({ scenario: { fedjoin, network, site } }) => {
    await site.goOffline();
    const back = virtualClock(network.clock)
      .sleep(40_000)
      .then(() => site.goOnline());
    const { exitCode, lines } = await fedjoin("wait --for=condition=Joined --member store0");
    await back;
    expect(lines.map((line) => line.split(":").slice(0, 2).join())).toEqual([
      ...["store0, Joined=Unknown (NoAnswer)", "store0, Joined=True (Member)"],
    ]);
    expect(exitCode).toBe(0);
  });

  test("does not wait where a login is refused, and sends it once", async ({ scenario }) => {
    const { fedjoin, site, network } = scenario;
    const before = requestsOf(site, "POST", "/v1/auth").length;
    const start = network.clock.now();
    const { exitCode, output } = await fedjoin("wait --for=condition=Joined", withWrongPassword(scenario));
    expect([exitCode, output]).toEqual([2, expect.stringMatching(/not met .*NoAnswer/)]);
    expect(requestsOf(site, "POST", "/v1/auth")).toHaveLength(before + 1);
    expect(network.clock.now() - start).toBeLessThan(60_000);
  });

  test("keeps the message of a condition that the other side shows beside a refused login", async ({ scenario }) => {
    const { output } = await scenario.fedjoin("wait --for=condition=Accepted=false", withWrongPassword(scenario));
    expect(output).toMatch(/Accepted=True {2}Listed {2}The master lists the member\. POST .* answered/);
  });

  test("names a member that is probably meant", async ({ scenario: { fedjoin } }) => {
    const { exitCode, errors } = await fedjoin("wait --for=condition=Joined --member stoer0");
    expect({ exitCode, errors }).toEqual({
      exitCode: 1,
      errors: "fedjoin: --member: no such member is declared, did you mean store0?\n",
    });
  });
});
