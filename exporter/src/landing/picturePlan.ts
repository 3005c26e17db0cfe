import { groupOf, type ClusterView } from "./federationView";
import type { Tone } from "./tone";

/** Members with one status, drawn close together. */
export interface PanelPlan {
  readonly status: string;
  readonly tone: Tone;
  readonly members: readonly ClusterView[];
}

/** Who is drawn how. Every member is in exactly one place. */
export interface PicturePlan {
  /** Drawn one by one, with name and status. */
  readonly cards: readonly ClusterView[];
  /** The rest by status, the worst first. */
  readonly panels: readonly PanelPlan[];
  /** Whether the members of the panels are few enough to show their names. */
  readonly arePanelsNamed: boolean;
  /** How many members are not drawn. */
  readonly leftOut: number;
}

export const most = { cards: 24, named: 72, drawn: 600 };

/**
 * How to draw `members`, which come the worst first: few of them all as cards; of many, those that are not good as cards
 * as far as these reach, and the rest by status.
 */
export function planPicture(members: readonly ClusterView[]): PicturePlan {
  if (members.length <= most.cards) return { cards: members, panels: [], arePanelsNamed: true, leftOut: 0 };
  const cards = members.filter(({ tone }) => tone !== "good").slice(0, most.cards);
  const rest = members.slice(cards.length);
  const drawn = rest.slice(0, most.drawn);
  const panels = new Map<string, PanelPlan & { readonly members: ClusterView[] }>();
  for (const member of drawn) {
    const status = groupOf(member.status);
    const panel = panels.get(status) ?? { status, tone: member.tone, members: [] };
    panel.members.push(member);
    panels.set(status, panel);
  }
  return {
    cards,
    panels: [...panels.values()],
    arePanelsNamed: rest.length <= most.named,
    leftOut: rest.length - drawn.length,
  };
}
