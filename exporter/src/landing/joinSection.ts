import type { JoinView } from "../join/joinStatus";
import { ageElement, timeElement } from "./time";
import { html, type Content, type Html } from "./html";
import { withIcon, type Severity } from "./severity";
import { truncate } from "./text";

const maxLength = 120;

/** The meaning of each join state and, if needed, what to do. */
const meanings: Readonly<Record<JoinView["state"], { readonly severity: Severity; readonly meaning: string }>> = {
  off: { severity: "unknown", meaning: "This exporter only scrapes. With ENABLE_FED_JOIN=true it joins at start." },
  invalid: { severity: "warning", meaning: "The settings are invalid, so nothing was sent. Correct them and restart." },
  joining: { severity: "pending", meaning: "A join is in progress." },
  joined: { severity: "ok", meaning: "The site is a member." },
  unconfirmed: { severity: "pending", meaning: "Accepted, but not yet visible on any readable side." },
  failed: { severity: "critical", meaning: "The last join failed. Metrics are not affected." },
  lost: { severity: "critical", meaning: "The site is no longer a member." },
  kicked: { severity: "critical", meaning: "The master removed the site: ask its admin." },
  unclear: {
    severity: "critical",
    meaning: "No longer a member, and a kick cannot be ruled out: ask the master's admin.",
  },
  elsewhere: {
    severity: "warning",
    meaning: "The site belongs to another federation or is a master, and is left unchanged.",
  },
  conflict: {
    severity: "warning",
    meaning: "Two owners manage this site. Remove one of them, then restart this exporter.",
  },
};

/** Renders the state and the steps of the exporter's own join. */
export function joinSection(view: JoinView, nowMs: number): Html {
  const { state, timeline } = view;
  const { severity, meaning } = meanings[state];
  return html`<section aria-labelledby="join">
    <h2 id="join">Join at start</h2>
    <p>${withIcon(severity, html`<strong>${state}</strong>`)} <span class="muted">${meaning}</span></p>
    ${state !== "off" && facts(view, nowMs)}
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
