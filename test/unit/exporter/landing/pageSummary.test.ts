import type { FederationResponse } from "@fedjoin/provider/internal/neuvector";
import { expect, test } from "vitest";
import { joinStates, type JoinState } from "../../../../exporter/src/join/joinStatus";
import type { LandingData } from "../../../../exporter/src/landing/document";
import { cluster, ofMaster, ofMember } from "../../../support/fedReplies";
import { failed, joinOff, landingHtml, succeeded, visibleText } from "../../../support/landing";

const members = (...statuses: string[]) =>
  ofMaster(statuses.map((status, index) => cluster(`edge-${index + 1}`, status)));

function headOf(given: Partial<LandingData>, reply?: FederationResponse) {
  const page = landingHtml(given, reply);
  const [, title = ""] = /<title>(.*) &ndash;/.exec(page) ?? [];
  const [, heading = ""] = /<h2 id="summary">(.*?)<\/h2>/s.exec(page) ?? [];
  const [, severity = ""] = /class="state (\w+)"/.exec(heading) ?? [];
  expect(visibleText(heading)).toBe(title);
  return { severity, title, text: visibleText(page) };
}

test.each<[FederationResponse, string, string, string?]>([
  [members("synced", "synced"), "ok", "All 2 collectors succeeded"],
  [ofMaster([]), "ok", "All 2 collectors succeeded"],
  [members("synced", "disconnected"), "critical", "1 of 2 members is disconnected", "edge-2 : Does not respond"],
  [members("disconnected", "disconnected"), "critical", "2 of 2 members are disconnected", "Does not respond"],
  [members("disconnected", "kicked", "left"), "critical", "3 of 3 members are lost"],
  [members("left"), "critical", "1 of 1 member has left"],
  [members("joint_upgrade_required", "syncing"), "warning", "1 of 2 members needs attention", "edge-1 : Is older than"],
  [members("joint_upgrade_required", "req_error"), "warning", "2 of 2 members need attention"],
  [members("a new word", "synced"), "unknown", "1 of 2 members has an unknown status"],
  [members("syncing", "joined", "synced"), "pending", "2 of 3 members are not synced yet"],
  [ofMember("joined", "connected"), "ok", "All 2 collectors succeeded"],
  [ofMember("joined", "disconnected"), "critical", "The master is disconnected", "Does not respond to this cluster"],
  [ofMember("kicked", "connected"), "critical", "This member is kicked", "Was removed by the master"],
  [ofMember("joint_upgrade_required", "connected"), "warning", "This member needs attention"],
])("the worst state of the federation leads: %j", (reply, severity, title, advice = "") => {
  const head = headOf({}, reply);
  expect(head).toMatchObject({ severity, title });
  expect(head.text).toContain(`${title} ${advice}`);
  expect(head.text.includes("Scrape All 2 collectors succeeded")).toBe(severity !== "ok");
});

test("a controller that does not respond leads, and is told once for all collectors", () => {
  const results = ["summary", "log", "federation"].map((name) => failed(name, "network"));
  const { severity, title, text } = headOf({ results }, members("disconnected"));
  expect([severity, title]).toEqual(["critical", "The controller does not respond"]);
  expect(text).toMatch(/all 3 collectors failed network 12.ms 12.s ago/);
  expect(text.match(/failed network/g)).toHaveLength(1);
  expect(text.match(/Check CTRL_API_SERVICE/g)).toHaveLength(1);
});

test("collectors that failed for one reason share a line, and those of another have their own", () => {
  const names = ["summary", "log", "host"];
  const results = [...names.map((name) => failed(name, "forbidden")), failed("risk", "timeout"), succeeded("policy")];
  const { title, text } = headOf({ results });
  expect(title).toBe("4 of 5 collectors failed");
  expect(text).toMatch(/summary, log, host failed forbidden .* risk failed timeout .* policy ok /);
});

test.each<[JoinState, string, string]>([
  ["off", "ok", "All 2 collectors succeeded"],
  ["joined", "ok", "All 2 collectors succeeded"],
  ["joining", "pending", "A join is in progress"],
  ["invalid", "warning", "The settings of the join are invalid"],
  ["failed", "critical", "The join failed"],
  ["kicked", "critical", "The master removed this site"],
])("a join that is %s leads if it is the worst", (state, severity, title) => {
  expect(headOf({ join: { ...joinOff, state } })).toMatchObject({ severity, title });
  expect(headOf({ join: { ...joinOff, state }, results: [failed("log", "network")] }).title).toBe(
    "The controller does not respond",
  );
});

test("the join has a card except for an exporter that does not join", () => {
  const shown = joinStates.filter((state) => headOf({ join: { ...joinOff, state } }).text.includes("Join at start"));
  expect(shown).toEqual(joinStates.filter((state) => state !== "off"));
});

test("a member's name in the first lines is harmless", () => {
  const reply = ofMaster([cluster("<b>bold</b>", "disconnected")]);
  expect(landingHtml({}, reply)).not.toContain("<b>bold");
});
