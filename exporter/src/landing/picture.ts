import type { ClusterView, FederationView } from "./federationView";
import { html, type Content, type Html } from "./html";
import { frames, layOut, type Box, type Frame, type Point } from "./pictureLayout";
import { planPicture, type PicturePlan } from "./picturePlan";
import { glyphAt, glyphSize, type Tone } from "./tone";
import { fitted, shortened } from "./visibleText";

/** A federation that can be drawn. */
export type DrawnView = Extract<FederationView, { sees: "members" | "its master" }>;

/** Widths of a usual letter in CSS pixels, in the type of names and of small print. */
const letter = { name: 7.8, small: 6.8 };
const pillWidth = 80;

/** The picture, once for each width of a window; the style sheet shows one of them. */
export function picture(view: DrawnView): Html {
  const plan = planOf(view);
  const description = describe(view);
  return html`<div class="pictures">${frames.map((frame) => draw(view, plan, frame, description))}</div>`;
}

const planOf = (view: DrawnView): PicturePlan =>
  view.sees === "members"
    ? planPicture(view.members)
    : { cards: [view.member], panels: [], arePanelsNamed: true, leftOut: 0 };

function draw(view: DrawnView, plan: PicturePlan, frame: Frame, description: string): Html {
  const amounts = { ...plan, cards: plan.cards.length, panels: plan.panels.map(({ members }) => members.length) };
  const { width, height, master, cards, panels, trunk, cardWires, panelWires } = layOut(amounts, frame);
  // A member's only way to its master is as good as what it says of it.
  const toneOfWire = (tone: Tone): Tone => (view.sees === "its master" ? view.master.tone : tone);
  const ids = { title: `title-${frame.name}`, text: `text-${frame.name}` };
  return html`<svg
    class="picture ${frame.name}"
    viewBox="-1 -1 ${width + 2} ${height + 2}"
    role="img"
    aria-labelledby="${ids.title} ${ids.text}"
  >
    <title id="${ids.title}">The federation</title>
    <desc id="${ids.text}">${description}</desc>
    <path class="wire" d="${trunk.map(pathOf).join("")}" />
    ${plan.cards.map(({ tone }, index) => wire(cardWires[index], toneOfWire(tone)))}
    ${plan.panels.map(({ tone }, index) => wire(panelWires[index], tone))} ${card(view.master, master, "master")}
    ${plan.cards.map((cluster, index) => card(cluster, cards[index]))}
    ${plan.panels.map((each, index) => panel(each, panels[index], plan))}
  </svg>`;
}

const pathOf = ([from, to]: readonly [Point, Point]): string => `M${from.x} ${from.y}L${to.x} ${to.y}`;

const wire = (points: readonly [Point, Point] | undefined, tone: Tone): Content =>
  points && html`<path class="wire ${tone}" d="${pathOf(points)}" />`;

function card(cluster: ClusterView, box: Box | undefined, role?: string): Content {
  if (box === undefined) return undefined;
  const { name, status, tone, isThis } = cluster;
  const { x, y, width, height } = box;
  const [nameLine, wordLine] = [height / 2 - 5, height / 2 + 14];
  const pill = isThis ? pillWidth + 10 : 0;
  const words = [...(role === undefined ? [] : [role]), status === "" ? "no status" : status].join(" · ");
  // A drawing of its own cuts off what is wider than letters usually are.
  return html`<svg
    x="${x}"
    y="${y}"
    width="${width}"
    height="${height}"
    class="cluster${role === undefined ? "" : " master"}${isThis ? " this" : ""}"
  >
    <rect class="card" x=".75" y=".75" width="${width - 1.5}" height="${height - 1.5}" rx="8" />
    ${glyphAt(tone, 12, height / 2 - glyphSize / 2)}
    <text class="name" x="38" y="${nameLine}">
      ${fitted(name === "" ? "(no name)" : name, Math.floor((width - 46) / letter.name))}
    </text>
    <text class="word ${tone}" x="38" y="${wordLine}">
      ${fitted(words, Math.floor((width - 46 - pill) / letter.small))}
    </text>
    ${isThis && html`<rect class="pill" x="${width - pillWidth - 8}" y="${wordLine - 12}" width="${pillWidth}" height="17" rx="8.5" /><text class="pilled" x="${width - pillWidth / 2 - 8}" y="${wordLine}" text-anchor="middle">this cluster</text>`}
  </svg>`;
}

function panel(
  { status, tone, members }: PicturePlan["panels"][number],
  placed: { readonly box: Box; readonly places: readonly Box[] } | undefined,
  { cards, arePanelsNamed }: PicturePlan,
): Content {
  if (placed === undefined) return undefined;
  const { box, places } = placed;
  const hasMore = cards.some((cluster) => cluster.tone === tone && cluster.status === status);
  return html`<rect
      class="card"
      x="${box.x + 0.75}"
      y="${box.y + 0.75}"
      width="${box.width - 1.5}"
      height="${box.height - 1.5}"
      rx="8"
    />
    ${glyphAt(tone, box.x + 14, box.y + 14)}
    <text class="name" x="${box.x + 38}" y="${box.y + 27}"
      >${members.length}${hasMore && " more"} <tspan class="word ${tone}">${status}</tspan></text
    >
    ${arePanelsNamed ? members.map((member, index) => named(member, places[index])) : html`<path class="marks ${tone}" d="${places.map((place) => mark(tone, place)).join("")}" />`}`;
}

function named({ name, tone }: ClusterView, place: Box | undefined): Content {
  if (place === undefined) return undefined;
  const { x, y, width, height } = place;
  const letters = Math.floor((width - 26) / letter.small);
  return html`<svg x="${x}" y="${y}" width="${width}" height="${height}">
    ${glyphAt(tone, 2, 6, 12)}
    <text class="small" x="20" y="16">${fitted(name === "" ? "(no name)" : name, letters)}</text>
  </svg>`;
}

/** The outline of a tone's shape around a point; holes by the even-odd rule. */
const outlines: Readonly<Record<Tone, string>> = {
  lost: "m0-6l6 6-6 6-6-6z",
  attention: "m0-5.5l6 11h-12z",
  unknown: "m-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0zm2 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z",
  settling: "m-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0zm5.5-3.7a3.7 3.7 0 0 0 0 7.4z",
  good: "m-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0z",
};

const mark = (tone: Tone, { x, y, width, height }: Box): string =>
  `M${x + width / 2} ${y + height / 2}${outlines[tone]}`;

const mostNamed = 10;
const readName = (name: string): string => (name === "" ? "a cluster without a name" : shortened(name, 60));
const readStatus = (status: string): string => (status === "" ? "no status" : shortened(status, 40));

/** The picture in words. */
function describe(view: DrawnView): string {
  const master = readName(view.master.name);
  if (view.sees === "its master") {
    const { member } = view;
    return `${readName(member.name)}, this cluster, is a member: ${readStatus(member.status)}. Its master is ${master}: ${readStatus(view.master.status)}.`;
  }
  const { members, counts } = view;
  const total = `${members.length} ${members.length === 1 ? "member" : "members"}`;
  const parts = counts.map(({ status, count }) => `${count} ${status}`).join(", ");
  const others = members.filter(({ tone }) => tone !== "good");
  const shown = others.slice(0, mostNamed).map(({ name, status }) => `${readName(name)} ${readStatus(status)}`);
  const more = others.length > mostNamed ? `, and ${others.length - mostNamed} more` : "";
  return [
    `${master}, this cluster, is the master of ${members.length === 0 ? "no members yet" : `${total}: ${parts}`}.`,
    ...(shown.length > 0 ? [`Not synced: ${shown.join(", ")}${more}.`] : []),
  ].join(" ");
}
