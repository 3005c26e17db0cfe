import type { DiagramPlan, StatusGroup } from "./diagramPlan";
import type { ClusterView } from "./federationView";
import { html, withWordBreaks, type Content, type Html } from "./html";
import { icon, type Severity } from "./severity";
import { truncate } from "./text";

/** Characters of a name or a status in the diagram; the table has more. */
const maxLength = 60;

/**
 * The federation as a tree: the master, and below it the members of `plan`. A nested list, so that it wraps, can be
 * selected and is read aloud; the style sheet draws the connecting lines for the width at hand.
 */
export function diagram(master: ClusterView, { cards, groups, showNames }: DiagramPlan, isOld: boolean): Html {
  // A member that sees its master says more about the connection than about itself.
  const connection = ({ severity, isThis }: ClusterView): Severity => (isThis ? master.severity : severity);
  return html`<ul class="diagram${isOld && " old"}" role="list" aria-label="Master and members">
    <li>
      ${card(master, "master")}
      ${
        cards.length + groups.length > 0 &&
        html`<ul class="members${groups.length > 0 && " grouped"}" role="list">
          ${cards.map((member) => html`<li class="single ${connection(member)}">${card(member)}</li> `)}
          ${groups.map((group) => html`<li class="group ${group.severity}">${panel(group, cards, showNames)}</li> `)}
        </ul>`
      }
    </li>
  </ul>`;
}

function card({ name, status, severity, isThis }: ClusterView, role?: string): Html {
  const word = status === "" ? "no status" : truncate(status, maxLength);
  return html`<div class="card${isThis && " this"}">
    ${icon(severity)}
    <div>
      <bdi class="name">${nameOf(name)}</bdi>
      <p class="facts">
        <span class="status ${severity}">${role !== undefined && `${role} · `}<bdi>${withWordBreaks(word)}</bdi></span>
        ${isThis && html`<span class="pill">this cluster</span>`}
      </p>
    </div>
  </div>`;
}

const nameOf = (name: string): string => (name === "" ? "(no name)" : truncate(name, maxLength));

/** Members with one status, by name, or by one mark each where they are many. */
function panel({ status, severity, members }: StatusGroup, cards: readonly ClusterView[], showNames: boolean): Content {
  const hasMore = cards.some((cluster) => cluster.severity === severity && cluster.status === status);
  const body = showNames
    ? html`<ul class="names" role="list">
        ${members.map(({ name }) => html`<li>${icon(severity)} <bdi>${nameOf(name)}</bdi></li> `)}
      </ul>`
    : html`<p class="marks ${severity}" aria-hidden="true">${marks[severity].repeat(members.length)}</p>`;
  return html`<div class="card">
    ${icon(severity)}
    <div>
      <p class="name">${members.length}${hasMore && " more"} <span class="status ${severity}">${status}</span></p>
      ${body}
    </div>
  </div>`;
}

/** One member each; they differ by shape as the icons do. */
const marks: Readonly<Record<Severity, string>> = {
  critical: "◆",
  warning: "▲",
  unknown: "○",
  pending: "◐",
  ok: "●",
};
