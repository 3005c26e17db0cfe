import { html, type Content, type Html } from "./html";

/** Severities, worst first. Each has its own colour and icon. */
export const severities = ["critical", "warning", "unknown", "pending", "ok"] as const;

export type Severity = (typeof severities)[number];

/** Sorts worst first. */
export const compareSeverities = (a: Severity, b: Severity): number => severities.indexOf(a) - severities.indexOf(b);

/** The symbols that `icon` refers to; a page needs them once. */
export const iconSymbols = html`<svg class="icons" width="0" height="0" aria-hidden="true" focusable="false">
  <symbol id="icon-critical" viewBox="0 0 16 16">
    <path fill="currentColor" d="M8 0l8 8-8 8-8-8z" />
    <path class="cut" d="M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2" />
  </symbol>
  <symbol id="icon-warning" viewBox="0 0 16 16">
    <path fill="currentColor" d="M8 .8l8 14.4H0z" />
    <path class="cut" d="M8 6v4M8 12.4v.2" />
  </symbol>
  <symbol id="icon-unknown" viewBox="0 0 16 16">
    <circle class="outline" cx="8" cy="8" r="6.8" stroke-dasharray="3.4 2" />
  </symbol>
  <symbol id="icon-pending" viewBox="0 0 16 16">
    <circle class="outline" cx="8" cy="8" r="6.8" />
    <path fill="currentColor" d="M8 1.2a6.8 6.8 0 0 1 0 13.6z" />
  </symbol>
  <symbol id="icon-ok" viewBox="0 0 16 16">
    <circle fill="currentColor" cx="8" cy="8" r="7.6" />
    <path class="cut" d="M4.6 8.3l2.4 2.4 4.4-5" />
  </symbol>
</svg>`;

/** The icon of a severity, for use in text. */
export const icon = (severity: Severity): Html =>
  html`<svg class="icon ${severity}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    <use href="#icon-${severity}" />
  </svg>`;

/** The icon of a severity with its text: colour and shape never stand alone. */
export const withIcon = (severity: Severity, words: Content): Html =>
  html`<span class="state ${severity}">${icon(severity)}<span>${words}</span></span>`;
