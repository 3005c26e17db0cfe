import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diagram } from "../../../../exporter/src/landing/diagram";
import { limits, planDiagram } from "../../../../exporter/src/landing/diagramPlan";
import { federationView } from "../../../../exporter/src/landing/federationView";
import { renderHtml } from "../../../../exporter/src/landing/html";
import { cluster, ofMaster, ofMember } from "../../../support/fedReplies";
import { nowMs, visibleText } from "../../../support/landing";

const statuses = ["synced", "disconnected", "out_of_sync", "joint_upgrade_required", "left", "never heard", ""];

type Entries = Parameters<typeof ofMaster>[0];

function viewOf(entries: Entries) {
  const view = federationView({ reply: ofMaster(entries), atMs: nowMs }, nowMs);
  if (view.sees !== "members") throw new Error("a master sees members");
  return view;
}

const members = fc
  .array(fc.constantFrom(...statuses), { maxLength: 120 })
  .map((all) => viewOf(all.map((status, index) => cluster(`edge-${index}`, status))).members);

const named = (count: number, status = "synced") =>
  Array.from({ length: count }, (_, index) => cluster(`edge-${index}`, status));

const render = (entries: Entries, isOld = false): string => {
  const view = viewOf(entries);
  return renderHtml(diagram(view.master, planDiagram(view.members), isOld));
};

describe("planDiagram", () => {
  test("puts every member in exactly one place, or counts it as omitted", () => {
    fc.assert(
      fc.property(members, (all) => {
        const { cards, groups, omitted } = planDiagram(all);
        const ids = [...cards, ...groups.flatMap((group) => group.members)].map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.length + omitted).toBe(all.length);
      }),
    );
  });

  test("gives every member a card if there are few, otherwise the ones that need attention first", () => {
    fc.assert(
      fc.property(members, (all) => {
        const { cards, groups } = planDiagram(all);
        expect(cards.length).toBeLessThanOrEqual(limits.cards);
        if (all.length <= limits.cards) expect(groups).toEqual([]);
        else expect(cards).toEqual(all.filter(({ severity }) => severity !== "ok").slice(0, limits.cards));
      }),
    );
  });

  test("omits members beyond 624, starting with the best", () => {
    const { cards, groups, omitted } = planDiagram(viewOf([...named(700), ...named(30, "left")]).members);
    expect(cards.map(({ status }) => status)).toEqual(Array(24).fill("left"));
    expect(groups.map((group) => [group.status, group.members.length])).toEqual([
      ["left", 6],
      ["synced", 594],
    ]);
    expect(omitted).toBe(106);
  });
});

describe("diagram", () => {
  test.each([0, 1, 5, 24])("names each of %i members with its status, once", (count) => {
    const page = render(named(count));
    expect(page.match(/>edge-\d+</g) ?? []).toHaveLength(count);
    expect(page.match(/>synced</g) ?? []).toHaveLength(count);
  });

  test("names 60 members, those with one status together", () => {
    const page = render([...named(57), cluster("lost-1", "disconnected"), ...named(2, "left")]);
    expect(page.match(/>(?:edge|lost)-\d+</g)).toHaveLength(60);
    expect(visibleText(page)).toContain("57 synced edge-0 edge-1");
  });

  test("shows each of 300 members by a mark, and those that are lost by name", () => {
    const page = render([...named(298), cluster("lost-1", "disconnected"), cluster("lost-2", "kicked")]);
    expect(page.match(/>lost-\d</g)).toHaveLength(2);
    expect(page).toMatch(/<p class="marks ok" aria-hidden="true">●{298}<\/p>/);
    expect(visibleText(page)).toContain("298 synced");
  });

  test("is a nested list that reads from the master to its members", () => {
    const page = render([...named(2), cluster("lost-1", "disconnected")]);
    expect(page).toMatch(/^<ul class="diagram" role="list" aria-label="Master and members">/);
    expect(visibleText(page)).toBe(
      "primary master · active this cluster lost-1 disconnected edge-0 synced edge-1 synced",
    );
  });

  test("marks the scraped cluster, once", () => {
    const view = federationView({ reply: ofMember("joined", "connected"), atMs: nowMs }, nowMs);
    if (view.sees !== "its master") throw new Error("a member sees its master");
    const joint = renderHtml(diagram(view.master, planDiagram([view.member]), false));
    for (const page of [render(named(5)), joint]) expect(page.match(/>this cluster</g)).toHaveLength(1);
    expect(visibleText(joint)).toMatch(/^primary master · connected \S+ joined this cluster$/);
  });

  test.each([
    ["connected", "ok"],
    ["disconnected", "critical"],
  ])("draws a member's line to a master that is %s as %s", (status, severity) => {
    const view = federationView({ reply: ofMember("joined", status), atMs: nowMs }, nowMs);
    if (view.sees !== "its master") throw new Error("a member sees its master");
    expect(renderHtml(diagram(view.master, planDiagram([view.member]), false))).toContain(
      `<li class="single ${severity}">`,
    );
  });

  test("shows severities by icon and line, not by colour alone", () => {
    const page = render([cluster("a", "disconnected"), cluster("b", "out_of_sync")]);
    for (const severity of ["critical", "pending"]) {
      expect(page).toContain(`href="#icon-${severity}"`);
      expect(page).toContain(`<li class="single ${severity}">`);
    }
  });

  test("marks old data", () => {
    expect(render(named(1), true)).toContain('class="diagram old"');
    expect(render(named(1))).not.toContain("old");
  });
});
