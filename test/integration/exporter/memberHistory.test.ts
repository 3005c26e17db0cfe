import { envToScrape } from "@fedjoin/simulator";
import type { SimulatedController } from "@fedjoin/simulator";
import { expect } from "vitest";
import { cluster, ofMaster } from "../../support/fedReplies";
import { test } from "../../support/fixtures";

/** The master shows its member with this status, as often as is said. */
function show(master: SimulatedController, status: string, times: number): void {
  master.faults.add({
    match: { method: "GET", path: "/v1/fed/member" },
    what: "garbage",
    body: JSON.stringify(ofMaster([cluster("edge", status)])),
    contentType: "application/json",
    times,
  });
}

const lastSynced = (text: string) => /^nv_fed_member_last_synced_timestamp_seconds\{.*\} (\S+)$/m.exec(text)?.[1];

test("what was seen of members survives SIGKILL", async ({ federation: { master }, folder, startExporter }) => {
  const env = { ...envToScrape(master), EXPORTER_STATE_DIR: folder, EXPORTER_METRICS: "federation" };
  const killed = await startExporter(env);
  show(master, "synced", 3);
  await killed.scrape();
  await killed.scrape();
  const last = lastSynced(await killed.scrape());
  expect(Number(last)).toBeGreaterThan(0);
  await killed.stop("SIGKILL");
  show(master, "disconnected", 1);
  const text = await (await startExporter(env)).scrape();
  expect(lastSynced(text)).toBe(last);
  expect(text).toMatch(/^nv_fed_member_status_changes_total\{member="edge",.*\} 1$/m);
  expect(text).toMatch(/^nv_fed_member_condition\{member="edge",condition="Reachable",.*\} 0$/m);
});
