import { ageElement } from "./time";
import type { CollectorView } from "./scrapeView";
import { staleAfterMs, type ClusterView, type ConditionView, type FederationView } from "./federationView";
import { html, withWordBreaks, type Content, type Html } from "./html";
import { diagram } from "./diagram";
import { planDiagram } from "./diagramPlan";
import { withIcon } from "./severity";
import { truncate } from "./text";

export interface FederationSectionData {
  readonly view: FederationView;
  /** The last result of the collector `federation`; `undefined` if it did not run. */
  readonly collector: CollectorView | undefined;
  readonly lastScrapeMs: number | undefined;
  readonly nowMs: number;
}

const maxRows = 1000;
const maxLength = 120;

/** Renders the federation: counts, diagram and table. */
export function federationSection(facts: FederationSectionData): Html {
  return html`<section aria-labelledby="federation">
    <h2 id="federation">Federation</h2>
    ${body(facts)}
  </section>`;
}

function body(facts: FederationSectionData): Content {
  const { view, collector, nowMs } = facts;
  switch (view.sees) {
    case "nothing":
      return html`<p>${unknownReason(facts)}</p>`;
    case "no federation":
      return html`<p>
          This cluster is not in a federation. It becomes a member by joining a master, and a master by being promoted.
        </p>
        ${observedAt(view, facts)}`;
    case "its master":
      return html`<p>This cluster is a member. A member sees itself and its master, not the other members.</p>
        ${observedAt(view, facts)} ${diagram(view.master, planDiagram([view.member]), isOld(view, collector))}
        ${table([view.master, view.member], view.master, nowMs)}`;
    case "members": {
      const { members, counts, master } = view;
      const plan = planDiagram(members);
      return html`<p>
          ${
            members.length === 0
              ? "This cluster is the master. It has no members yet."
              : `This cluster is the master of ${members.length} ${members.length === 1 ? "member" : "members"}.`
          }
        </p>
        ${
          counts.length > 0 &&
          html`<ul class="counts">
            ${counts.map(({ status, severity, count }) => html`<li>${withIcon(severity, `${count} ${status}`)}</li>`)}
          </ul>`
        }
        ${observedAt(view, facts)} ${diagram(master, plan, isOld(view, collector))}
        ${plan.omitted > 0 && html`<p>and ${plan.omitted} more, not shown</p>`}
        ${
          members.length > 0 &&
          html`<details>
            <summary>${members.length === 1 ? "The member" : `All ${members.length} members`} as a table</summary>
            ${table([master, ...members].slice(0, maxRows), master, nowMs)}
            ${members.length >= maxRows && html`<p>and ${members.length + 1 - maxRows} more; the metrics have them all</p>`}
          </details>`
        }`;
    }
  }
}

function unknownReason({ collector, lastScrapeMs }: FederationSectionData): string {
  if (lastScrapeMs === undefined) return "Not known yet: the first scrape reads it from the controller.";
  if (collector === undefined) return "Not known: the collector federation is not enabled (EXPORTER_METRICS).";
  return `Not known: the query failed (${collector.reason ?? "unknown reason"}).`;
}

const isOld = ({ isStale }: { readonly isStale: boolean }, collector: CollectorView | undefined): boolean =>
  isStale || collector?.reason !== undefined;

function observedAt(
  { atMs, isStale }: { readonly atMs: number; readonly isStale: boolean },
  { collector, lastScrapeMs = 0, nowMs }: FederationSectionData,
): Html {
  const when = html`As seen ${ageElement(atMs, nowMs)}`;
  if (collector?.reason !== undefined) {
    const warning = html`${when}. The last scrape could not update it (${collector.reason}), so this may have changed.`;
    return html`<p>${withIcon("warning", warning)}</p>`;
  }
  if (!isStale) return html`<p class="muted">${when}.</p>`;
  const why =
    nowMs - lastScrapeMs < staleAfterMs
      ? "scrapes update it after COLLECTOR_FEDERATION_INTERVAL"
      : "there has been no scrape since";
  return html`<p>${withIcon("warning", html`${when}. Stale: ${why}.`)}</p>`;
}

const table = (clusters: readonly ClusterView[], master: ClusterView, nowMs: number): Html =>
  html`<table class="clusters">
    <caption>
      Names, addresses and statuses as reported by the controller.
    </caption>
    <thead>
      <tr>
        <th scope="col">Cluster and address</th>
        <th scope="col">Status</th>
      </tr>
    </thead>
    <tbody>
      ${clusters.map((cluster) => row(cluster, cluster === master, nowMs))}
    </tbody>
  </table>`;

const conditionLine = ({ type, status, sinceMs }: ConditionView, nowMs: number): Html =>
  html`<span class="meaning">${type} is ${status}, first seen ${ageElement(sinceMs, nowMs)}</span>`;

function row(
  { name, status, severity, meaning, address, isThis, conditions }: ClusterView,
  isMaster: boolean,
  nowMs: number,
): Html {
  const tags = [...(isMaster ? ["master"] : []), ...(isThis ? ["this cluster"] : [])].join(", ");
  return html`<tr>
    <th scope="row">
      <bdi>${name === "" ? "(no name)" : truncate(name, maxLength)}</bdi
      >${tags !== "" && html` <span class="tag">${tags}</span>`}
      <bdi class="address">${address === "" ? "no address" : truncate(address, maxLength)}</bdi>
    </th>
    <td>
      ${withIcon(severity, html`<bdi>${status === "" ? "no status" : withWordBreaks(truncate(status, maxLength))}</bdi>`)}
      <span class="meaning">${meaning}</span>
      ${conditions.map((condition) => conditionLine(condition, nowMs))}
    </td>
  </tr> `;
}
