import type { ClusterView, FederationView } from "./federationView";
import { html, type Content, type Html } from "./html";
import { frames, layOut, type Box, type Frame, type PlacedPanel, type Point } from "./pictureLayout";
import { planDiagram, type DiagramPlan } from "./diagramPlan";
import { iconAt, iconSize, type Severity } from "./severity";
import { fitted, truncate } from "./text";

/** A federation that can be drawn. */
export type DrawnView = Extract<FederationView, { sees: "members" | "its master" }>;

/** Widths of a usual letter in CSS pixels, in the type of names and of small print. */
const letter = { name: 8.3, small: 7 };
const pillWidth = 88;
/** Where the text of a card begins, and what is left of a card without the room around it. */
const textStart = 36;
const aroundText = textStart + 8;

/** The picture, once for each width of a window; the style sheet shows one of them. */
export function diagram(view: DrawnView, isOld: boolean): Html {
  const plan = planOf(view);
  const description = describe(view);
  return html`<div class="pictures${isOld && " old"}">
    ${frames.map((frame) => draw(view, plan, frame, description))}
  </div>`;
}

const planOf = (view: DrawnView): DiagramPlan =>
  view.sees === "members"
    ? planDiagram(view.members)
    : { cards: [view.member], groups: [], showNames: true, omitted: 0 };

function draw(view: DrawnView, plan: DiagramPlan, frame: Frame, description: string): Html {
  const amounts = {
    ...plan,
    arePanelsNamed: plan.showNames,
    cards: plan.cards.length,
    panels: plan.groups.map(({ members }) => members.length),
  };
  const { width, height, master, cards, panels, trunk, cardWires, panelWires } = layOut(amounts, frame);
  // A member's only way to its master is as good as what it says of it.
  const toneOfWire = (tone: Severity): Severity => (view.sees === "its master" ? view.master.severity : tone);
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
    ${plan.cards.map(({ severity }, index) => wire(cardWires[index], toneOfWire(severity)))}
    ${plan.groups.map(({ severity }, index) => wire(panelWires[index], severity))}
    ${card(view.master, master, "master")} ${plan.cards.map((cluster, index) => card(cluster, cards[index]))}
    ${plan.groups.map((each, index) => panel(each, panels[index], plan))}
  </svg>`;
}

const pathOf = ([from, to]: readonly [Point, Point]): string => `M${from.x} ${from.y}L${to.x} ${to.y}`;

const wire = (points: readonly [Point, Point] | undefined, tone: Severity): Content =>
  points && html`<path class="wire ${tone}" d="${pathOf(points)}" />`;

function card(cluster: ClusterView, box: Box | undefined, role?: string): Content {
  if (box === undefined) return undefined;
  const { name, status, severity, isThis } = cluster;
  const { x, y, width, height } = box;
  const [nameLine, wordLine] = [height / 2 - 5, height / 2 + 14];
  const room = width - aroundText;
  const words = [...(role === undefined ? [] : [role]), status === "" ? "no status" : status].join(" · ");
  const classes = ["cluster", ...(role === undefined ? [] : [role]), ...(isThis ? ["this"] : [])].join(" ");
  return html`<g class="${classes}" transform="translate(${x} ${y})">
    <rect class="card" x=".75" y=".75" width="${width - 1.5}" height="${height - 1.5}" rx="8" />
    ${iconAt(severity, 12, height / 2 - iconSize / 2)}
    ${line("name", nameOf(name), { x: textStart, y: nameLine, room, letter: letter.name })}
    ${line(`word ${severity}`, words, { x: textStart, y: wordLine, room: isThis ? room - pillWidth : room, letter: letter.small })}
    ${isThis && html`<rect class="pill" x="${width - pillWidth - 8}" y="${wordLine - 12.5}" width="${pillWidth}" height="17" rx="8.5" /><text class="pilled" x="${width - pillWidth / 2 - 8}" y="${wordLine}" text-anchor="middle">this cluster</text>`}
  </g>`;
}

const nameOf = (name: string): string => (name === "" ? "(no name)" : name);

interface LinePlace {
  readonly x: number;
  /** Of the base line. */
  readonly y: number;
  /** How wide the text may be. */
  readonly room: number;
  /** Width of a usual letter. */
  readonly letter: number;
}

/** Text that ends where its room ends: a drawing of its own cuts off what is wider than letters usually are. */
const line = (classes: string, text: string, { x, y, room, letter }: LinePlace): Html =>
  html`<svg x="${x}" y="${y - 16}" width="${room}" height="22">
    <text class="${classes}" x="0" y="16">${fitted(text, Math.floor(room / letter))}</text>
  </svg>`;

function panel(
  { status, severity, members }: DiagramPlan["groups"][number],
  placed: PlacedPanel | undefined,
  { cards }: DiagramPlan,
): Content {
  if (placed === undefined) return undefined;
  const { box, places, isNamed } = placed;
  const hasMore = cards.some((cluster) => cluster.severity === severity && cluster.status === status);
  return html`<rect
      class="card"
      x="${box.x + 0.75}"
      y="${box.y + 0.75}"
      width="${box.width - 1.5}"
      height="${box.height - 1.5}"
      rx="8"
    />
    ${iconAt(severity, box.x + 14, box.y + 14)}
    <text class="name" x="${box.x + 38}" y="${box.y + 27}"
      >${members.length}${hasMore && " more"} <tspan class="word ${severity}">${status}</tspan></text
    >
    ${isNamed ? members.map((member, index) => named(member, places[index])) : html`<path class="marks ${severity}" d="${places.map((place) => mark(severity, place)).join("")}" />`}`;
}

function named({ name, severity }: ClusterView, place: Box | undefined): Content {
  if (place === undefined) return undefined;
  const { x, y, width } = place;
  return html`${iconAt(severity, x, y + 6, 12)}${line("small", nameOf(name), { x: x + 18, y: y + 16, room: width - 24, letter: letter.small })}`;
}

/** The outline of a tone's shape around a point; holes by the even-odd rule. */
const outlines: Readonly<Record<Severity, string>> = {
  lost: "m0-6l6 6-6 6-6-6z",
  attention: "m0-5.5l6 11h-12z",
  unknown: "m-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0zm2 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z",
  settling: "m-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0zm5.5-3.7a3.7 3.7 0 0 0 0 7.4z",
  good: "m-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0z",
};

const mark = (tone: Severity, { x, y, width, height }: Box): string =>
  `M${x + width / 2} ${y + height / 2}${outlines[tone]}`;

const mostNamed = 10;
const readName = (name: string): string => (name === "" ? "a cluster without a name" : truncate(name, 60));
const readStatus = (status: string): string => (status === "" ? "no status" : truncate(status, 40));

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
  const others = members.filter(({ severity }) => severity !== "good");
  const shown = others.slice(0, mostNamed).map(({ name, status }) => `${readName(name)} ${readStatus(status)}`);
  const more = others.length > mostNamed ? `, and ${others.length - mostNamed} more` : "";
  return [
    `${master}, this cluster, is the master of ${members.length === 0 ? "no members yet" : `${total}: ${parts}`}.`,
    ...(shown.length > 0 ? [`Not synced: ${shown.join(", ")}${more}.`] : []),
  ].join(" ");
}
