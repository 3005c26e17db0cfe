import { html, type Content, type Html } from "./html";

/** How something stands, the worst first. Each has a colour, a shape and a word of its own. */
export const severities = ["lost", "attention", "unknown", "settling", "good"] as const;

export type Severity = (typeof severities)[number];

/** The worst comes first. */
export const compareSeverities = (a: Severity, b: Severity): number => severities.indexOf(a) - severities.indexOf(b);

/** Sizes in the drawing's own units. */
export const iconSize = 16;

/** The shapes, to be drawn once in a page before `glyph` and `glyphAt` refer to them. */
export const iconSymbols = html`<svg class="shapes" width="0" height="0" aria-hidden="true" focusable="false">
  <symbol id="lost" viewBox="0 0 16 16">
    <path fill="currentColor" d="M8 0l8 8-8 8-8-8z" />
    <path class="cut" d="M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2" />
  </symbol>
  <symbol id="attention" viewBox="0 0 16 16">
    <path fill="currentColor" d="M8 .8l8 14.4H0z" />
    <path class="cut" d="M8 6v4M8 12.4v.2" />
  </symbol>
  <symbol id="unknown" viewBox="0 0 16 16">
    <circle class="outline" cx="8" cy="8" r="6.8" stroke-dasharray="3.4 2" />
  </symbol>
  <symbol id="settling" viewBox="0 0 16 16">
    <circle class="outline" cx="8" cy="8" r="6.8" />
    <path fill="currentColor" d="M8 1.2a6.8 6.8 0 0 1 0 13.6z" />
  </symbol>
  <symbol id="good" viewBox="0 0 16 16">
    <circle fill="currentColor" cx="8" cy="8" r="7.6" />
    <path class="cut" d="M4.6 8.3l2.4 2.4 4.4-5" />
  </symbol>
</svg>`;

/** The shape of a tone inside of text. */
export const icon = (tone: Severity): Html =>
  html`<svg class="glyph ${tone}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
    <use href="#${tone}" />
  </svg>`;

/** The shape of a tone inside of a drawing. */
export const iconAt = (tone: Severity, x: number, y: number, size = iconSize): Html =>
  html`<use class="${tone}" href="#${tone}" x="${x}" y="${y}" width="${size}" height="${size}" />`;

/** A tone's shape and the words beside it, which are never left out. */
export const withIcon = (tone: Severity, words: Content): Html =>
  html`<span class="state ${tone}">${icon(tone)}<span>${words}</span></span>`;
