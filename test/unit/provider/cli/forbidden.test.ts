import { describe, expect, test } from "vitest";
import { createCommandScenario, type CommandScenario } from "../../../support/commandScenario";
import { exportedState, joinResource } from "../../../support/exportedState";

const reads = ["/v1/selfuser", "/v1/fed/member", "/v1/log/event"];

const advice = /c1\.test.*denied.* Give the account the global role reader/;

async function scenarioWithoutReads() {
  const scenario = await createCommandScenario();
  for (const path of reads) {
    const match = { method: "GET", path };
    scenario.master.faults.add({ match, what: "status", status: 403, code: 25, times: 100 });
  }
  return scenario;
}

/** The members with a reference in place of the master's password, and the file with their master. */
function referring({ declared, master: { admin } }: CommandScenario) {
  const credentials = { username: "admin", passwordFrom: { env: "PASSWORD" } };
  const members = declared.map(({ storeId, jointRest, master }) => ({
    ...{ storeId, jointRest, master: { ...master, credentials } },
  }));
  const files = { "master.json": JSON.stringify({ master: members[0]?.master }) };
  return { settings: { members }, environment: { env: { PASSWORD: admin.password }, files } };
}

describe("a missing permission", () => {
  test.each([
    ...["plan", "status", "doctor", "audit", "prune", "wait --for condition=Synced"].map((each) => [each, 2] as const),
    ["members --check --state -", 2],
    ["import", 2],
    ["import --master master.json", 1],
  ] as const)(
    "to read the master: %s says what to give the account, and changes nothing",
    async (command, exitCode) => {
      const scenario = await scenarioWithoutReads();
      const { joined, fedjoin } = scenario;
      const { settings, environment } = referring(scenario);
      const state = exportedState(joinResource("eu", joined.id, joined.outs));
      const run = await fedjoin(command, command.startsWith("members") ? state : settings, environment);
      expect(run).toMatchObject({ exitCode, effects: [], written: {} });
      expect(run.output + run.errors).toMatch(advice);
      expect(run.output + run.errors).not.toMatch(/\.[;,.]/);
    },
  );

  test("to remove a member: prune --apply says which role it needs", async () => {
    const { fedjoin, master, stale } = await createCommandScenario();
    for (const user of master.users.values()) user.role = "reader";
    const { exitCode, output } = await fedjoin(`prune --apply --id ${stale.id}`);
    expect(exitCode).toBe(2);
    expect(output).toMatch(/failed {2}DELETE .* denied .* Removing a member needs a fedAdmin of the master/);
  });
});

test("a site that cannot be read ends its row in status with the reason, after what the master says", async () => {
  const { fedjoin, sites } = await createCommandScenario();
  for (const { faults } of sites) {
    faults.add({ match: { method: "GET", path: "/v1/fed/member" }, what: "status", status: 403, code: 25, times: 100 });
  }
  const { output } = await fedjoin("status");
  expect(output).toMatch(/store0 .* the master says joined; the site cannot be read: .* a part\.$/m);
});
