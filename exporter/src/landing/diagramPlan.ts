import { statusGroup, type ClusterView } from "./federationView";
import type { Severity } from "./severity";

/** Members with the same status, shown together. */
export interface StatusGroup {
  readonly status: string;
  readonly severity: Severity;
  readonly members: readonly ClusterView[];
}

/** How the members are shown. Every member is in exactly one place. */
export interface DiagramPlan {
  /** Shown one by one, with name and status. */
  readonly cards: readonly ClusterView[];
  /** The other members by status, worst first. */
  readonly groups: readonly StatusGroup[];
  /** Whether the groups show names; otherwise, one mark per member. */
  readonly showNames: boolean;
  /** The number of members that are not shown. */
  readonly omitted: number;
}

export const limits = { cards: 24, named: 72, shown: 600 };

/**
 * Plans the diagram of `members`, which are sorted worst first. Few members all get a card. Of many, only those that are
 * not ok do, up to a limit; the others are grouped by status.
 */
export function planDiagram(members: readonly ClusterView[]): DiagramPlan {
  if (members.length <= limits.cards) return { cards: members, groups: [], showNames: true, omitted: 0 };
  const cards = members.filter(({ severity }) => severity !== "ok").slice(0, limits.cards);
  const rest = members.slice(cards.length);
  const shown = rest.slice(0, limits.shown);
  const groups = new Map<string, StatusGroup & { readonly members: ClusterView[] }>();
  for (const member of shown) {
    const status = statusGroup(member.status);
    const group = groups.get(status) ?? { status, severity: member.severity, members: [] };
    group.members.push(member);
    groups.set(status, group);
  }
  return {
    cards,
    groups: [...groups.values()],
    showNames: rest.length <= limits.named,
    omitted: rest.length - shown.length,
  };
}
