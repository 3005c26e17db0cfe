import { ageElement } from "./time";
import { withWordBreaks, html, type Content, type Html } from "./html";
import type { CollectorView, ScrapeView } from "./scrapeView";
import { withIcon } from "./severity";

/** Renders the last result of each collector. */
export function scrapeSection({ collectors, reasons }: ScrapeView, nowMs: number): Content {
  if (collectors.length === 0) return undefined;
  return html`<section aria-labelledby="scrape">
    <h2 id="scrape">Scrape health</h2>
    <table>
      <caption>
        The last result of each collector.
      </caption>
      <thead>
        <tr>
          <th scope="col" class="collector">Collector</th>
          <th scope="col" class="result">Result</th>
          <th scope="col" class="number">Took</th>
          <th scope="col" class="number">Last success</th>
        </tr>
      </thead>
      <tbody>
        ${collectors.map((collector) => row(collector, nowMs))}
      </tbody>
    </table>
    ${
      reasons.length > 0 &&
      html`<dl class="reasons">
        ${reasons.map(
          ({ reason, meaning, advice }) =>
            html`<dt>${reason}</dt>
              <dd>${meaning} ${advice}</dd>`,
        )}
      </dl>`
    }
  </section>`;
}

function row({ name, reason, isAbsent, durationMs, lastSuccessMs }: CollectorView, nowMs: number): Html {
  const success = isAbsent ? withIcon("unknown", "not available") : withIcon("ok", "ok");
  return html`<tr>
    <th scope="row">${withWordBreaks(name)}</th>
    <td>
      ${reason === undefined ? success : withIcon("critical", html`failed <span class="reason">${withWordBreaks(reason)}</span>`)}
    </td>
    <td class="number">${formatTook(durationMs)}</td>
    <td class="number">${lastSuccessMs === undefined ? "never" : ageElement(lastSuccessMs, nowMs)}</td>
  </tr> `;
}

const formatTook = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)}\u00a0ms` : `${(ms / 1000).toFixed(1)}\u00a0s`;
