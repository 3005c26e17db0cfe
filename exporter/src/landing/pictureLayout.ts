/** A rectangle, in the drawing's units: CSS pixels at the frame's own width. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The room that a picture has. One page holds the picture for each, and the window's width picks one. */
export interface Frame {
  readonly name: string;
  readonly width: number;
  /** Cards side by side: one, or an even number, so that the trunk has its way in the middle. */
  readonly columns: number;
  /** Names side by side in a panel; 0 where they have no room. */
  readonly nameColumns: number;
}

export const frames: readonly Frame[] = [
  { name: "wide", width: 1040, columns: 4, nameColumns: 5 },
  { name: "medium", width: 600, columns: 2, nameColumns: 3 },
  { name: "narrow", width: 288, columns: 1, nameColumns: 0 },
];

/** What is to be placed. */
export interface Amounts {
  readonly cards: number;
  /** Members of each panel. */
  readonly panels: readonly number[];
  readonly arePanelsNamed: boolean;
}

export interface PlacedPanel {
  readonly box: Box;
  /** Whether the places have room for names. */
  readonly isNamed: boolean;
  /** One for each member: the room of its name, or of its mark alone. */
  readonly places: readonly Box[];
}

export interface PictureLayout {
  readonly width: number;
  readonly height: number;
  readonly master: Box;
  readonly cards: readonly Box[];
  readonly panels: readonly PlacedPanel[];
  /** From the master to where the ways part. */
  readonly trunk: readonly (readonly [Point, Point])[];
  /** The last piece of the way to each card. */
  readonly cardWires: readonly (readonly [Point, Point])[];
  /** The last piece of the way to each panel. */
  readonly panelWires: readonly (readonly [Point, Point])[];
}

const masterHeight = 60;
const masterWidth = 300;
const cardHeight = 50;
const columnGap = 16;
const panel = { padding: 14, head: 26, gap: 26, name: 24, mark: 18 };
/** Between the rows of cards, and in the tree of one column, where the ways come from the side. */
const rowGap = 28;
const treeGap = 10;
const treeIndent = 22;
const treeTrunk = 8;

/** Where everything goes. No two boxes overlap, and the trunk passes no card. */
export function layOut(amounts: Amounts, frame: Frame): PictureLayout {
  return frame.columns === 1 ? layOutTree(amounts, frame) : layOutRows(amounts, frame);
}

function layOutRows({ cards, panels, arePanelsNamed }: Amounts, frame: Frame): PictureLayout {
  const { width } = frame;
  const columns = cards <= 2 && panels.length === 0 ? 2 : frame.columns;
  const middle = width / 2;
  const cardWidth = Math.min(masterWidth, (width - (columns - 1) * columnGap) / columns);
  const master = { x: middle - masterWidth / 2, y: 0, width: masterWidth, height: masterHeight };
  const trunk: [Point, Point][] = [];
  const cardWires: [Point, Point][] = [];
  const placedCards: Box[] = [];
  let y = masterHeight;
  let trunkEnd = y;
  for (let placed = 0; placed < cards; placed += columns) {
    const inRow = Math.min(columns, cards - placed);
    const isLast = placed + columns >= cards && panels.length === 0;
    const rowWidth = inRow * cardWidth + (inRow - 1) * columnGap;
    const left = isLast ? middle - rowWidth / 2 : 0;
    const rail = y + rowGap / 2;
    y += rowGap;
    const centres = Array.from({ length: inRow }, (_, index) => {
      const x = left + index * (cardWidth + columnGap);
      placedCards.push({ x, y, width: cardWidth, height: cardHeight });
      return x + cardWidth / 2;
    });
    trunk.push([
      { x: Math.min(middle, ...centres), y: rail },
      { x: Math.max(middle, ...centres), y: rail },
    ]);
    for (const x of centres) cardWires.push(line(x, rail, x, y));
    trunkEnd = rail;
    y += cardHeight;
  }
  const placedPanels: PlacedPanel[] = [];
  const panelWires: [Point, Point][] = [];
  for (const count of panels) {
    y += panel.gap;
    panelWires.push(line(middle, y - panel.gap / 2, middle, y));
    trunkEnd = y - panel.gap / 2;
    const placed = placePanel(count, { x: 0, y, width }, arePanelsNamed, frame);
    placedPanels.push(placed);
    y += placed.box.height;
  }
  if (trunkEnd > masterHeight) trunk.unshift(line(middle, masterHeight, middle, trunkEnd));
  return { width, height: y, master, cards: placedCards, panels: placedPanels, trunk, cardWires, panelWires };
}

function layOutTree({ cards, panels, arePanelsNamed }: Amounts, frame: Frame): PictureLayout {
  const { width } = frame;
  const master = { x: 0, y: 0, width, height: masterHeight };
  const inner = { x: treeIndent, width: width - treeIndent };
  let y = masterHeight;
  let trunkEnd = y;
  const wireTo = (atY: number): [Point, Point] => {
    trunkEnd = atY;
    return line(treeTrunk, atY, treeIndent, atY);
  };
  const placedCards: Box[] = [];
  const cardWires: [Point, Point][] = [];
  for (let index = 0; index < cards; index++) {
    y += treeGap;
    placedCards.push({ ...inner, y, height: cardHeight });
    cardWires.push(wireTo(y + cardHeight / 2));
    y += cardHeight;
  }
  const placedPanels: PlacedPanel[] = [];
  const panelWires: [Point, Point][] = [];
  for (const count of panels) {
    y += treeGap;
    const placed = placePanel(count, { ...inner, y }, arePanelsNamed, frame);
    placedPanels.push(placed);
    panelWires.push(wireTo(y + panel.padding + panel.head / 2));
    y += placed.box.height;
  }
  const trunk = trunkEnd > masterHeight ? [line(treeTrunk, masterHeight, treeTrunk, trunkEnd)] : [];
  return { width, height: y, master, cards: placedCards, panels: placedPanels, trunk, cardWires, panelWires };
}

function placePanel(count: number, at: Omit<Box, "height">, areNamed: boolean, frame: Frame): PlacedPanel {
  const isNamed = areNamed && frame.nameColumns > 0;
  const room = at.width - 2 * panel.padding;
  const columns = isNamed ? frame.nameColumns : Math.floor(room / panel.mark);
  const height = isNamed ? panel.name : panel.mark;
  const width = isNamed ? Math.floor(room / columns) : panel.mark;
  const top = at.y + panel.padding + panel.head;
  const places = Array.from({ length: count }, (_, index) => ({
    x: at.x + panel.padding + (index % columns) * width,
    y: top + Math.floor(index / columns) * height,
    width,
    height,
  }));
  const rows = Math.ceil(count / columns);
  return { box: { ...at, height: 2 * panel.padding + panel.head + rows * height }, isNamed, places };
}

const line = (x1: number, y1: number, x2: number, y2: number): [Point, Point] => [
  { x: x1, y: y1 },
  { x: x2, y: y2 },
];
