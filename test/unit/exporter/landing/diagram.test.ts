import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diagram } from "../../../../exporter/src/landing/diagram";
import { limits, planDiagram } from "../../../../exporter/src/landing/diagramPlan";
import { federationView } from "../../../../exporter/src/landing/federationView";
import { renderHtml } from "../../../../exporter/src/landing/html";
import { cluster, ofMaster, ofMember } from "../../../support/fedReplies";
import { nowMs, snapshotOf, visibleText } from "../../../support/landing";

const statuses = ["synced", "disconnected", "out_of_sync", "joint_upgrade_required", "left", "never heard", ""];

type Entries = Parameters<typeof ofMaster>[0];

function viewOf(entries: Entries) {
  const view = federationView(snapshotOf(ofMaster(entries), nowMs), nowMs);
  return view.sees === "members" ? view : expect.fail("a master sees members");
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

const renderMember = (masterStatus: string): string => {
  const view = federationView(snapshotOf(ofMember("joined", masterStatus), nowMs), nowMs);
  if (view.sees !== "its master") return expect.fail("a member sees its master");
  return renderHtml(diagram(view.master, planDiagram([view.member]), false));
};

describe("planDiagram", () => {
  test("puts each member in one place, or omits it: a card for each of few, else for those that need attention", () => {
    fc.assert(
      fc.property(members, (all) => {
        const { cards, groups, omitted } = planDiagram(all);
        const ids = [...cards, ...groups.flatMap((group) => group.members)].map(({ id }) => id);
        expect([new Set(ids).size, ids.length + omitted]).toEqual([ids.length, all.length]);
        if (all.length <= limits.cards) expect(groups).toEqual([]);
        else expect(cards).toEqual(all.filter(({ severity }) => severity !== "ok").slice(0, limits.cards));
      }),
    );
  });

  test("omits members beyond 624, the best first", () => {
    const { cards, groups, omitted } = planDiagram(viewOf([...named(700), ...named(30, "left")]).members);
    expect(cards.map(({ status }) => status)).toEqual(Array(24).fill("left"));
    expect(groups).toMatchObject([{ status: "left" }, { status: "synced" }]);
    expect([...groups.map((group) => group.members.length), omitted]).toEqual([6, 594, 106]);
  });
});

describe("diagram", () => {
  test.each([0, 1, 5, 24])("names each of %i members with its status, once", (count) => {
    const page = render(named(count));
    for (const mark of [/>edge-\d+</g, />synced</g]) expect(page.match(mark) ?? []).toHaveLength(count);
  });

  test("names 60 members, those of one status together", () => {
    const page = render([...named(57), cluster("lost-1", "disconnected"), ...named(2, "left")]);
    expect(page.match(/>(?:edge|lost)-\d+</g)).toHaveLength(60);
    expect(visibleText(page)).toContain("57 synced edge-0 edge-1");
  });

  test("shows each of 300 members by a mark, and the lost ones by name", () => {
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
    for (const page of [render(named(5)), renderMember("connected")]) {
      expect(page.match(/>this cluster</g)).toHaveLength(1);
    }
    expect(visibleText(renderMember("connected"))).toMatch(/^primary master · connected \S+ joined this cluster$/);
  });

  test("shows severities by icon and line, not by colour alone, also for a member's line to its master", () => {
    const page = render([cluster("a", "disconnected"), cluster("b", "out_of_sync")]);
    for (const severity of ["critical", "pending"]) {
      expect(page).toContain(`href="#icon-${severity}"`);
      expect(page).toContain(`<li class="single ${severity}">`);
    }
    expect(renderMember("connected")).toContain('<li class="single ok">');
    expect(renderMember("disconnected")).toContain('<li class="single critical">');
  });

  test("marks old data", () => {
    expect(render(named(1), true)).toContain('class="diagram old"');
    expect(render(named(1))).not.toContain("old");
  });
});
