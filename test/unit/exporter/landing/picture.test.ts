import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { federationView } from "../../../../exporter/src/landing/federationView";
import { renderHtml } from "../../../../exporter/src/landing/html";
import { diagram, type DrawnView } from "../../../../exporter/src/landing/diagram";
import { frames, layOut, type Box, type Point } from "../../../../exporter/src/landing/pictureLayout";
import { limits, planDiagram } from "../../../../exporter/src/landing/diagramPlan";
import { cluster, ofMaster, ofMember } from "../../../support/fedReplies";
import { nowMs } from "../../../support/landing";

const statuses = ["synced", "disconnected", "out_of_sync", "joint_upgrade_required", "left", "never heard", ""];

const members = fc.array(fc.constantFrom(...statuses), { maxLength: 120 }).map((all) => {
  const entries = all.map((status, index) => cluster(`edge-${index}`, status));
  const view = federationView({ reply: ofMaster(entries), atMs: nowMs }, nowMs);
  if (view.sees !== "members") throw new Error("a master sees members");
  return view.members;
});

const drawn = (view: ReturnType<typeof federationView>): DrawnView => {
  if (view.sees === "nothing" || view.sees === "no federation") throw new Error("nothing to draw");
  return view;
};

const draw = (reply: Parameters<typeof ofMaster>[0], isOld = false): string =>
  renderHtml(diagram(drawn(federationView({ reply: ofMaster(reply), atMs: nowMs }, nowMs)), isOld));

const pictureOf = (page: string, frame: string): string =>
  page.split(/(?=<svg\s+class="picture )/).find((part) => part.includes(`picture ${frame}`)) ?? "";

const named = (count: number, status = "synced") =>
  Array.from({ length: count }, (_, index) => cluster(`edge-${index}`, status));

describe("who is drawn how", () => {
  test("every member is in exactly one place, or counted as left out", () => {
    fc.assert(
      fc.property(members, (all) => {
        const { cards, groups, omitted } = planDiagram(all);
        const ids = [...cards, ...groups.flatMap((panel) => panel.members)].map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.length + omitted).toBe(all.length);
      }),
    );
  });

  test("few members are all cards; of many, those that are not good come first, as cards", () => {
    fc.assert(
      fc.property(members, (all) => {
        const { cards, groups } = planDiagram(all);
        expect(cards.length).toBeLessThanOrEqual(limits.cards);
        if (all.length <= limits.cards) expect(groups).toEqual([]);
        else {
          const bad = all.filter(({ severity }) => severity !== "good");
          expect(cards).toEqual(bad.slice(0, limits.cards));
        }
      }),
    );
  });

  test("beyond 624 members some are left out, and those are good ones", () => {
    const entries = [...named(700), ...named(30, "left")];
    const view = federationView({ reply: ofMaster(entries), atMs: nowMs }, nowMs);
    const { cards, groups, omitted } = planDiagram(view.sees === "members" ? view.members : []);
    expect(cards.map(({ status }) => status)).toEqual(Array(24).fill("left"));
    expect(groups.map((panel) => [panel.status, panel.members.length])).toEqual([
      ["left", 6],
      ["synced", 594],
    ]);
    expect(omitted).toBe(106);
  });
});

const right = ({ x, width }: Box): number => x + width;
const bottom = ({ y, height }: Box): number => y + height;
const overlap = (a: Box, b: Box): boolean => a.x < right(b) && b.x < right(a) && a.y < bottom(b) && b.y < bottom(a);
const within = (inner: Box, outer: Box): boolean =>
  inner.x >= outer.x && inner.y >= outer.y && right(inner) <= right(outer) && bottom(inner) <= bottom(outer);
const boxOf = ([from, to]: readonly [Point, Point]): Box => ({
  x: Math.min(from.x, to.x),
  y: Math.min(from.y, to.y),
  width: Math.abs(to.x - from.x) + 0.01,
  height: Math.abs(to.y - from.y) + 0.01,
});
const pairs = (boxes: readonly Box[]) => boxes.flatMap((a, i) => boxes.slice(i + 1).map((b) => [a, b] as const));

describe.each(frames)("in a $name window", (frame) => {
  const amounts = fc.record({
    cards: fc.integer({ min: 0, max: limits.cards }),
    panels: fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 7 }),
    arePanelsNamed: fc.boolean(),
  });

  test("nothing overlaps, whatever the number of members", () => {
    fc.assert(
      fc.property(amounts, (given) => {
        const { master, cards, panels, width, height } = layOut(given, frame);
        const boxes = [master, ...cards, ...panels.map(({ box }) => box)];
        expect([cards.length, panels.length]).toEqual([given.cards, given.panels.length]);
        expect(pairs(boxes).filter(([a, b]) => overlap(a, b))).toEqual([]);
        expect(boxes.filter((box) => !within(box, { x: 0, y: 0, width, height }))).toEqual([]);
      }),
    );
  });

  test("every place of a panel is inside of it, and none overlaps another", () => {
    fc.assert(
      fc.property(amounts, (given) => {
        const { panels } = layOut(given, frame);
        expect(panels.map(({ places }) => places.length)).toEqual(given.panels);
        for (const { box, places } of panels) {
          expect(places.filter((place) => !within(place, box))).toEqual([]);
          expect(pairs(places.slice(0, 60)).filter(([a, b]) => overlap(a, b))).toEqual([]);
        }
      }),
      { numRuns: 30 },
    );
  });

  test("the way from the master reaches every card and passes none", () => {
    fc.assert(
      fc.property(amounts, (given) => {
        const { cards, trunk, cardWires, panelWires } = layOut(given, frame);
        expect([cardWires.length, panelWires.length]).toEqual([cards.length, given.panels.length]);
        for (const card of cards) expect(trunk.filter((piece) => overlap(boxOf(piece), card))).toEqual([]);
        cardWires.forEach(([, end], index) => {
          const card = cards[index];
          const touches = card !== undefined && within({ ...end, width: 0, height: 0 }, card);
          expect(touches).toBe(true);
        });
      }),
    );
  });
});

describe("the picture", () => {
  test.each([0, 1, 5, 24])("of %i members names them all, with their status", (count) => {
    const page = draw(named(count));
    for (const { name } of frames) {
      const text = pictureOf(page, name);
      expect(text.match(/>edge-\d+</g) ?? []).toHaveLength(count);
      expect(text.match(/>synced</g) ?? []).toHaveLength(count);
    }
  });

  test("of 60 members names them all where there is room, and marks them where there is none", () => {
    const page = draw([...named(57), cluster("lost-1", "disconnected"), ...named(2, "left")]);
    expect(pictureOf(page, "wide").match(/>edge-\d+</g)).toHaveLength(59);
    expect(pictureOf(page, "narrow").match(/>edge-\d+</g)).toHaveLength(2);
    expect(pictureOf(page, "narrow")).toMatch(/class="marks good"/);
  });

  test("of 300 members shows each by a mark under its status, and the lost ones by name", () => {
    const page = draw([...named(298), cluster("lost-1", "disconnected"), cluster("lost-2", "kicked")]);
    for (const { name } of frames) {
      const text = pictureOf(page, name);
      expect(text.match(/>lost-\d</g)).toHaveLength(2);
      const marks = /class="marks good"\s+d="([^"]*)"/.exec(text)?.[1] ?? "";
      expect(marks.match(/M/g)).toHaveLength(298);
      expect(text.replace(/\s+/g, "")).toContain('298<tspanclass="wordgood">synced</tspan>');
    }
  });

  test("has a title and says in words what it shows", () => {
    const page = draw([...named(2), cluster("lost-1", "disconnected")]);
    for (const { name } of frames) {
      const text = pictureOf(page, name);
      expect(text).toMatch(new RegExp(`role="img"\\s+aria-labelledby="title-${name} text-${name}"`));
      expect(text).toContain(`<title id="title-${name}">The federation</title>`);
      expect(text).toContain("primary, this cluster, is the master of 3 members: 1 disconnected, 2 synced.");
      expect(text).toContain("Not synced: lost-1 disconnected.");
    }
  });

  test("marks the scraped cluster, once", () => {
    const reply = ofMember("joined", "connected");
    const joint = renderHtml(diagram(drawn(federationView({ reply, atMs: nowMs }, nowMs)), false));
    for (const text of [draw(named(5)), joint]) {
      for (const { name } of frames) expect(pictureOf(text, name).match(/>this cluster</g)).toHaveLength(1);
    }
    expect(pictureOf(joint, "wide")).toContain("master · connected");
  });

  test("differs by shape and by line, not by colour alone", () => {
    const page = pictureOf(draw([cluster("a", "disconnected"), cluster("b", "out_of_sync")]), "wide");
    expect(page).toMatch(/<use\s+class="lost"\s+href="#lost"/);
    expect(page).toMatch(/<use\s+class="settling"\s+href="#settling"/);
    expect(page).toMatch(/class="wire lost"/);
  });

  test("of old data looks old", () => {
    expect(draw(named(1), true)).toMatch(/class="pictures old"/);
    expect(draw(named(1))).not.toMatch(/class="pictures old"/);
  });
});
