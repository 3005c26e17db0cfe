import { statusGroup, type ClusterView } from "./federationView";
import type { Severity } from "./severity";

/** Members with one status, drawn close together. */
export interface StatusGroup {
  readonly status: string;
  readonly severity: Severity;
  readonly members: readonly ClusterView[];
}

/** Who is drawn how. Every member is in exactly one place. */
export interface DiagramPlan {
  /** Drawn one by one, with name and status. */
  readonly cards: readonly ClusterView[];
  /** The rest by status, the worst first. */
  readonly groups: readonly StatusGroup[];
  /** Whether the members of the panels are few enough to show their names. */
  readonly showNames: boolean;
  /** How many members are not drawn. */
  readonly omitted: number;
}

export const limits = { cards: 24, named: 72, drawn: 600 };

/**
 * How to draw `members`, which come the worst first: few of them all as cards; of many, those that are not good as cards
 * as far as these reach, and the rest by status.
 */
export function planDiagram(members: readonly ClusterView[]): DiagramPlan {
  if (members.length <= limits.cards) return { cards: members, groups: [], showNames: true, omitted: 0 };
  const cards = members.filter(({ severity }) => severity !== "good").slice(0, limits.cards);
  const rest = members.slice(cards.length);
  const drawn = rest.slice(0, limits.drawn);
  const panels = new Map<string, StatusGroup & { readonly members: ClusterView[] }>();
  for (const member of drawn) {
    const status = statusGroup(member.status);
    const panel = panels.get(status) ?? { status, severity: member.severity, members: [] };
    panel.members.push(member);
    panels.set(status, panel);
  }
  return {
    cards,
    groups: [...panels.values()],
    showNames: rest.length <= limits.named,
    omitted: rest.length - drawn.length,
  };
}
