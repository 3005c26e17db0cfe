import { describe, expect, test } from "vitest";
import { createCommandScenario } from "../../../support/commandScenario";
import { exportedState, joinResource } from "../../../support/exportedState";

const reads = ["/v1/selfuser", "/v1/fed/member", "/v1/log/event"];

const advice = /c1\.test.*denied.* Give the account the global role reader/;

async function scenarioWithoutReads() {
  const scenario = await createCommandScenario();
  for (const path of reads) {
    scenario.master.faults.add({
      match: { method: "GET", path },
      ...{ what: "status", status: 403, code: 25, times: 100 },
    });
  }
  return scenario;
}

describe("a missing permission", () => {
  test.each(["plan", "status", "doctor", "audit", "prune", "wait --for condition=Synced"])(
    "to read the master: %s says what to give the account, and changes nothing",
    async (command) => {
      const { fedjoin } = await scenarioWithoutReads();
      const { exitCode, output, effects } = await fedjoin(command);
      expect({ exitCode, effects }).toEqual({ exitCode: 2, effects: [] });
      expect(output).toMatch(advice);
      expect(output).not.toMatch(/\.[;,.]/);
    },
  );

  test("to read the master: members says it of each master, and changes nothing", async () => {
    const { fedjoin, joined } = await scenarioWithoutReads();
    const state = exportedState(joinResource("eu", joined.id, joined.outs));
    const { exitCode, output, effects } = await fedjoin("members --check --state -", state);
    expect({ exitCode, effects }).toEqual({ exitCode: 2, effects: [] });
    expect(output).toMatch(advice);
    expect(output).not.toMatch(/\.[;,.]/);
  });

  test.each(["", " --master master.json"])(
    "to read the master: import%s says it, and writes nothing",
    async (source) => {
      const { fedjoin, declared, master } = await scenarioWithoutReads();
      const credentials = { username: "admin", passwordFrom: { env: "PASSWORD" } };
      const members = declared.map(({ storeId, jointRest, master: declaredMaster }) => ({
        ...{ storeId, jointRest },
        master: { ...declaredMaster, credentials },
      }));
      const files = { "master.json": JSON.stringify({ master: members[0]?.master }) };
      const env = { PASSWORD: master.admin.password };
      const { exitCode, output, errors, effects, written } = await fedjoin(
        `import${source}`,
        { members },
        { env, files },
      );
      expect({ exitCode, effects, written }).toEqual({ exitCode: source === "" ? 2 : 1, effects: [], written: {} });
      expect(output + errors).toMatch(advice);
      expect(output + errors).not.toMatch(/\.[;,.]/);
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
