import { html, type Html } from "./html";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Formats a duration, rounded down and without line breaks: `12 s`, `3 min`, `5 h`, `4 days`. */
export function formatDuration(ms: number): string {
  const [unit, word] =
    ms < 2 * minute ? [second, "s"] : ms < 2 * hour ? [minute, "min"] : ms < 2 * day ? [hour, "h"] : [day, "days"];
  return `${Math.floor(ms / unit)}\u00a0${word}`;
}

/** Formats `12 s ago` or, for a future time, `in 3 min`. */
export function formatAge(atMs: number, nowMs: number): string {
  if (Math.abs(nowMs - atMs) < second) return "just now";
  return atMs > nowMs ? `in ${formatDuration(atMs - nowMs)}` : `${formatDuration(nowMs - atMs)} ago`;
}

const formatIso = (atMs: number): string => new Date(atMs).toISOString();

/** Formats a time in UTC. */
const formatUtc = (atMs: number): string => `${formatIso(atMs).slice(0, 19).replace("T", " ")} UTC`;

/** The age of a time, with the exact time as attribute and tooltip. */
export const ageElement = (atMs: number, nowMs: number): Html =>
  html`<time datetime="${formatIso(atMs)}" title="${formatUtc(atMs)}">${formatAge(atMs, nowMs)}</time>`;

/** A time in UTC. */
export const timeElement = (atMs: number): Html => html`<time datetime="${formatIso(atMs)}">${formatUtc(atMs)}</time>`;
