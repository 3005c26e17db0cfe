import { expect, test } from "vitest";
import { drawHistory, stack, withFault } from "../../../simulation/src/conformance/history";
import { type Before, firstRun } from "../../../simulation/src/conformance/modelRun";
import { emptyState } from "../../../simulation/src/engine/state";
import { createSeededRandom } from "@fedjoin/simulator";

test("drawn histories end on the model, and every object that was created is in the state until it is deleted", async () => {
  for (let seed = 1; seed <= 150; seed++) {
    const random = createSeededRandom(seed);
    let before: Before = { state: emptyState(stack), created: {} };
    for (const planned of drawHistory(random, 5)) {
      const { calls } = await firstRun(planned, before);
      const run = withFault(random, planned, calls);
      const outcome = await firstRun(run, before);
      const deleted = outcome.calls.filter(({ method }) => method === "delete").map(({ id }) => id);
      const kept = outcome.state.resources.map(({ id }) => id);
      const lost = before.state.resources.filter(({ id, custom, retainOnDelete, deletedWith }) => {
        const mayGo =
          !custom || retainOnDelete || deletedWith !== undefined || deleted.includes(id) || kept.includes(id);
        return !mayGo && !run.script.gone.some((key) => id.startsWith(`${key}-`));
      });
      const unfinished = lost.filter(({ pendingReplacement }) => !pendingReplacement);
      expect(unfinished.map(({ id }) => `seed ${seed}: ${id}`)).toEqual([]);
      before = outcome;
    }
  }
});
