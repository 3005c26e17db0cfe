import { expect, test } from "vitest";
import * as z from "zod";
import { openBrowser } from "@fedjoin/testbed/browser";
import { startedOfFile } from "../support/deployments";
import { cluster, ofMaster, ofMember } from "../support/fedReplies";
import { landingHtml } from "../support/landing";
import { startWebServer } from "../support/webServer";

/** Names of very different lengths, so that the cards of a row differ in height. */
const members = (count: number, status = "synced") =>
  Array.from({ length: count }, (_, index) => {
    const name = `${status}-${index}-`;
    return cluster(index % 3 === 0 ? name.repeat(6) : name, status);
  });

const federations = {
  ...Object.fromEntries([0, 1, 2, 3, 5, 12, 24].map((count) => [`${count} members`, ofMaster(members(count))])),
  ...Object.fromEntries(
    [0, 1, 2, 5, 30].map((lost) => [
      `${lost} lost of many members`,
      ofMaster([...members(lost, "left"), ...members(lost % 2 === 0 ? 40 : 300)]),
    ]),
  ),
  "a member": ofMember("joined", "disconnected"),
};

const browser = startedOfFile(openBrowser);
const server = startedOfFile(() =>
  startWebServer("plain", (request, response) => {
    const name = decodeURIComponent((request.url ?? "").slice(1));
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    response.end(landingHtml({}, federations[name as keyof typeof federations]));
  }),
);

/** What is wrong with the drawing, which has no list without members: every line is a pseudo-element, so their boxes are computed from their styles. */
const faults = `(() => {
  const line = (element, name, within) => {
    const style = getComputedStyle(element, name);
    if (style.content === "none" || style.display === "none") return [];
    const px = (property) => parseFloat(style[property]);
    const box = within.getBoundingClientRect();
    const [left, top] = [box.left + px("left"), box.top + px("top")];
    const width = px("width") + px("borderLeftWidth") + px("borderRightWidth");
    const height = px("height") + px("borderTopWidth") + px("borderBottomWidth");
    return width > 0 && height > 0 ? [{ left, top, right: left + width, bottom: top + height }] : [];
  };
  const grow = ({ left, top, right, bottom }, by) =>
    ({ left: left - by, top: top - by, right: right + by, bottom: bottom + by });
  const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const boxOf = (element) => element.getBoundingClientRect();
  const list = document.querySelector(".members");
  const items = list === null ? [] : [...list.children];
  const cards = items.map((item) => boxOf(item.querySelector(".card")));
  const master = boxOf(document.querySelector(".diagram > li > .card"));
  const branches = items.map((item) => line(item, "::after", item)[0]);
  const lines = [
    ...(list === null ? [] : line(list, "::before", list)),
    ...items.flatMap((item) => [...line(item, "::before", item), ...line(item.querySelector(".card"), "::before", item)]),
    ...branches,
  ];
  // Groups hang below each other, so a line may begin at the group above.
  const starts = [master, ...items.flatMap((item, i) => (item.className.startsWith("group") ? [cards[i]] : []))];
  const reached = new Set(lines.filter((each) => starts.some((start) => overlap(grow(each, 1), start))));
  for (const each of reached) for (const other of lines) if (overlap(grow(each, 1), other)) reached.add(other);
  const boxes = [master, ...cards];
  return [
    ...boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => overlap(a, b)).map(() => "card " + i + " overlaps another")),
    ...cards.flatMap((card, i) =>
      branches[i] && overlap(grow(branches[i], 1), card) ? [] : ["no line leads to card " + i]),
    ...lines.flatMap((each, i) => (reached.has(each) ? [] : ["line " + i + " does not begin at the master"])),
    ...lines.flatMap((each, i) =>
      boxes.flatMap((box, j) => (overlap(each, grow(box, -1)) ? ["line " + i + " crosses card " + j] : []))),
  ];
})()`;

test.each(Object.keys(federations))(
  "the diagram of %s connects the master with every card and crosses none, on a phone, a tablet and a desktop",
  async (name) => {
    for (const width of [320, 672, 800, 1280]) {
      const url = `http://127.0.0.1:${server.port}/${encodeURIComponent(name)}`;
      const page = await browser.page(url, { width, height: 900 });
      expect(await page.evaluate(faults, z.array(z.string())), `${width} pixels`).toEqual([]);
      await page.close();
    }
  },
);
