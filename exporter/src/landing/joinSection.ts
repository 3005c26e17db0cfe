import type { JoinView } from "../join/joinStatus";
import { ageElement, timeElement } from "./time";
import { html, type Content, type Html } from "./html";
import { joinStateMeaning } from "./joinWords";
import { withIcon } from "./severity";
import { truncate } from "./text";

const maxLength = 120;

/** What the join by the exporter itself does and did. */
export function joinSection(view: JoinView, nowMs: number): Html {
  const { state, timeline } = view;
  const { severity, meaning } = joinStateMeaning(state);
  return html`<section aria-labelledby="join">
    <h2 id="join">Join at start</h2>
    <p>${withIcon(severity, html`<strong>${state}</strong>`)} <span class="muted">${meaning}</span></p>
    ${state !== "off" && facts(view, nowMs)}
    ${
      timeline.length > 0 &&
      html`<details${state !== "joined" && html` open`}><summary>What happened, ${timeline.length} ${timeline.length === 1 ? "step" : "steps"}</summary>
<ol class="steps">${timeline.map(({ atMs, text }) => html`<li>${timeElement(atMs)}<bdi>${text}</bdi></li>`)}</ol>
</details>`
    }
  </section>`;
}

function facts({ name, attempts, since, nextRetryAt, lastErrorKind, lastSuccessAt }: JoinView, nowMs: number): Html {
  const fact = (label: string, value: Content): Html =>
    html`<div>
      <dt>${label}</dt>
      <dd>${value}</dd>
    </div>`;
  return html`<dl class="about">
    ${name !== undefined && fact("Cluster name", html`<bdi>${truncate(name, maxLength)}</bdi>`)}
    ${fact("In this state since", ageElement(since, nowMs))} ${attempts > 0 && fact("Attempts", attempts)}
    ${nextRetryAt !== undefined && fact("Next attempt", ageElement(nextRetryAt, nowMs))}
    ${lastErrorKind !== undefined && fact("Last error", html`<code>${lastErrorKind}</code>`)}
    ${fact("Last found a member", lastSuccessAt === undefined ? "never" : ageElement(lastSuccessAt, nowMs))}
  </dl>`;
}
