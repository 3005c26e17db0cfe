import { describe, expect, test } from "vitest";
import { createCommandScenario } from "../../../support/commandScenario";

const reads = ["/v1/selfuser", "/v1/fed/member", "/v1/log/event"];

describe("a missing permission", () => {
  test.each(["plan", "status", "doctor", "audit", "prune"])(
    "to read the master: %s says what to give the account, and changes nothing",
    async (command) => {
      const { fedjoin, master } = await createCommandScenario();
      for (const path of reads) {
        master.faults.add({ match: { method: "GET", path }, what: "status", status: 403, code: 25, times: 100 });
      }
      const { exitCode, output, errors, effects } = await fedjoin(command);
      expect({ exitCode, errors, effects }).toEqual({ exitCode: 2, errors: "", effects: [] });
      expect(output).toMatch(/c1\.test.*denied.* Give the account the global role reader/);
      expect(output).not.toMatch(/\.[;,.]/);
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
