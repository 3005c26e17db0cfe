import { ageElement } from "./time";
import { withWordBreaks, html, type Content, type Html } from "./html";
import type { Summary } from "./pageSummary";
import type { CollectorView, ScrapeView } from "./scrapeView";
import { withIcon } from "./severity";

/** Renders the last result of each collector; those that failed for one reason share a row. */
export function scrapeSection({ collectors, reasons }: ScrapeView, { advice: shown }: Summary, nowMs: number): Content {
  if (collectors.length === 0) return undefined;
  const succeeded = collectors.filter(({ reason }) => reason === undefined);
  const failures = reasons.map(({ reason }) => collectors.filter((each) => each.reason === reason));
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
        ${failures.map((failed) => failureRow(failed, collectors.length, nowMs))}
        ${succeeded.map((collector) => row(collector, nowMs))}
      </tbody>
    </table>
    ${
      reasons.length > 0 &&
      html`<dl class="reasons">
        ${reasons.map(
          ({ reason, meaning, advice }) =>
            html`<dt>${reason}</dt>
              <dd>${meaning}${advice !== shown && ` ${advice}`}</dd>`,
        )}
      </dl>`
    }
  </section>`;
}

/** Collectors that failed for the same reason: one cause is one line. */
function failureRow(failed: readonly CollectorView[], all: number, nowMs: number): Html {
  const names = failed.map(({ name }) => name);
  const successes = failed.flatMap(({ lastSuccessMs }) => lastSuccessMs ?? []);
  const label = failed.length === all && all > 1 ? `all ${all} collectors` : names.join(", ");
  const words = html`failed <span class="reason">${withWordBreaks(failed[0]?.reason ?? "")}</span>`;
  return cells({
    label,
    result: withIcon("critical", words),
    durationMs: Math.max(...failed.map(({ durationMs }) => durationMs)),
    lastSuccessMs: successes.length === 0 ? undefined : Math.max(...successes),
    nowMs,
  });
}

function row({ name, isAbsent, durationMs, lastSuccessMs }: CollectorView, nowMs: number): Html {
  const result = isAbsent ? withIcon("unknown", "not available") : withIcon("ok", "ok");
  return cells({ label: name, result, durationMs, lastSuccessMs, nowMs });
}

interface Cells {
  readonly label: string;
  readonly result: Html;
  readonly durationMs: number;
  readonly lastSuccessMs: number | undefined;
  readonly nowMs: number;
}

function cells({ label, result, durationMs, lastSuccessMs, nowMs }: Cells): Html {
  return html`<tr>
    <th scope="row">${withWordBreaks(label)}</th>
    <td>${result}</td>
    <td class="number">${formatTook(durationMs)}</td>
    <td class="number">${lastSuccessMs === undefined ? "never" : ageElement(lastSuccessMs, nowMs)}</td>
  </tr> `;
}

const formatTook = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)}\u00a0ms` : `${(ms / 1000).toFixed(1)}\u00a0s`;
