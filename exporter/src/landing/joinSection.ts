import type { JoinView } from "../join/joinStatus";
import { ageElement, timeElement } from "./time";
import { html, type Content, type Html } from "./html";
import { joinMeanings } from "./joinMeanings";
import { withIcon } from "./severity";
import { truncate } from "./text";

const maxLength = 120;

/** Renders the state and the steps of the exporter's own join; nothing if it does not join. */
export function joinSection(view: JoinView, nowMs: number): Content {
  const { state, timeline } = view;
  if (state === "off") return undefined;
  const { severity, meaning } = joinMeanings[state];
  return html`<section aria-labelledby="join">
    <h2 id="join">Join at start</h2>
    <p>${withIcon(severity, html`<strong>${state}</strong>`)} <span class="muted">${meaning}</span></p>
    ${facts(view, nowMs)}
    ${
      timeline.length > 0 &&
      html`<details${state !== "joined" && html` open`}><summary>History, ${timeline.length} ${timeline.length === 1 ? "step" : "steps"}</summary>
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
    ${fact("Last seen as member", lastSuccessAt === undefined ? "never" : ageElement(lastSuccessAt, nowMs))}
  </dl>`;
}
