import { ageElement } from "./ages";
import type { CollectorView } from "./scrapeView";
import { staleAfterMs, type ClusterView, type FederationView } from "./federationView";
import { breakable, html, type Content, type Html } from "./html";
import { picture } from "./picture";
import { planPicture } from "./picturePlan";
import { withGlyph } from "./tone";
import { shortened } from "./visibleText";

export interface FederationFacts {
  readonly view: FederationView;
  /** How the group `federation` fared in the last scrape; `undefined` when it was not asked for. */
  readonly group: CollectorView | undefined;
  readonly lastScrapeMs: number | undefined;
  readonly nowMs: number;
}

const mostRows = 1000;
const mostLetters = 120;

/** The federation: counts, picture and table. */
export function federationSection(facts: FederationFacts): Html {
  return html`<section aria-labelledby="federation">
    <h2 id="federation">Federation</h2>
    ${body(facts)}
  </section>`;
}

function body(facts: FederationFacts): Content {
  const { view, group } = facts;
  switch (view.sees) {
    case "nothing":
      return html`<p>${whyUnseen(facts)}</p>`;
    case "no federation":
      return html`<p>
          This cluster is not in a federation. It becomes a member by joining a master, and a master by being promoted.
        </p>
        ${seen(view, facts)}`;
    case "its master":
      return html`<p>This cluster is a member. A member sees itself and its master, not the other members.</p>
        ${seen(view, facts)} ${picture(view, isOld(view, group))} ${table([view.master, view.member], view.master)}`;
    case "members": {
      const { members, counts, master } = view;
      const { leftOut } = planPicture(members);
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
            ${counts.map(({ status, tone, count }) => html`<li>${withGlyph(tone, `${count} ${status}`)}</li>`)}
          </ul>`
        }
        ${seen(view, facts)} ${picture(view, isOld(view, group))}
        ${leftOut > 0 && html`<p>and ${leftOut} more, not drawn</p>`}
        ${
          members.length > 0 &&
          html`<details>
            <summary>${members.length === 1 ? "The member" : `All ${members.length} members`} as a table</summary>
            ${table([master, ...members].slice(0, mostRows), master)}
            ${members.length >= mostRows && html`<p>and ${members.length + 1 - mostRows} more; the metrics have them all</p>`}
          </details>`
        }`;
    }
  }
}

function whyUnseen({ group, lastScrapeMs }: FederationFacts): string {
  if (lastScrapeMs === undefined) return "Not known yet. The first scrape asks the controller for it.";
  if (group === undefined)
    return "Not known: the group federation is not among those that are scraped (EXPORTER_METRICS).";
  return `Not known: the controller did not say (${group.reason ?? "no answer"}).`;
}

const isOld = ({ isStale }: { readonly isStale: boolean }, group: CollectorView | undefined): boolean =>
  isStale || group?.reason !== undefined;

function seen(
  { atMs, isStale }: { readonly atMs: number; readonly isStale: boolean },
  { group, lastScrapeMs = 0, nowMs }: FederationFacts,
): Html {
  const when = html`As seen ${ageElement(atMs, nowMs)}`;
  if (group?.reason !== undefined) {
    const warning = html`${when}. The last scrape could not ask again (${group.reason}), so this may have changed.`;
    return html`<p>${withGlyph("attention", warning)}</p>`;
  }
  if (!isStale) return html`<p class="muted">${when}.</p>`;
  const why =
    nowMs - lastScrapeMs < staleAfterMs
      ? "scrapes ask for it again after COLLECTOR_FEDERATION_INTERVAL"
      : "nobody has asked since";
  return html`<p>${withGlyph("attention", html`${when}. That is old: ${why}.`)}</p>`;
}

const table = (clusters: readonly ClusterView[], master: ClusterView): Html =>
  html`<table class="clusters">
    <caption>
      Names, addresses and statuses are the controller’s own words.
    </caption>
    <thead>
      <tr>
        <th scope="col">Cluster and address</th>
        <th scope="col">Status</th>
      </tr>
    </thead>
    <tbody>
      ${clusters.map((cluster) => row(cluster, cluster === master))}
    </tbody>
  </table>`;

function row({ name, status, tone, meaning, address, isThis }: ClusterView, isMaster: boolean): Html {
  const marks = [...(isMaster ? ["master"] : []), ...(isThis ? ["this cluster"] : [])].join(", ");
  return html`<tr>
    <th scope="row">
      <bdi>${name === "" ? "(no name)" : shortened(name, mostLetters)}</bdi
      >${marks !== "" && html` <span class="tag">${marks}</span>`}
      <bdi class="address">${address === "" ? "no address" : shortened(address, mostLetters)}</bdi>
    </th>
    <td>
      ${withGlyph(tone, html`<bdi>${status === "" ? "no status" : breakable(shortened(status, mostLetters))}</bdi>`)}
      <span class="meaning">${meaning}</span>
    </td>
  </tr> `;
}
