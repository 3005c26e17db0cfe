import { html, type Html } from "./html";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A duration in words that stay on one line, rounded down: `12 s`, `3 min`, `5 h`, `4 days`. */
export function formatDuration(ms: number): string {
  const [unit, word] =
    ms < 2 * minute ? [second, "s"] : ms < 2 * hour ? [minute, "min"] : ms < 2 * day ? [hour, "h"] : [day, "days"];
  return `${Math.floor(ms / unit)}\u00a0${word}`;
}

/** `12 s ago`, or `in 3 min` for a time to come. */
export function formatAge(atMs: number, nowMs: number): string {
  if (Math.abs(nowMs - atMs) < second) return "just now";
  return atMs > nowMs ? `in ${formatDuration(atMs - nowMs)}` : `${formatDuration(nowMs - atMs)} ago`;
}

const formatIso = (atMs: number): string => new Date(atMs).toISOString();

/** A moment as people write it, in UTC. */
const formatUtc = (atMs: number): string => `${formatIso(atMs).slice(0, 19).replace("T", " ")} UTC`;

/** How long ago something was, with the exact time for machines and on hovering. */
export const ageElement = (atMs: number, nowMs: number): Html =>
  html`<time datetime="${formatIso(atMs)}" title="${formatUtc(atMs)}">${formatAge(atMs, nowMs)}</time>`;

/** The exact time. */
export const timeElement = (atMs: number): Html => html`<time datetime="${formatIso(atMs)}">${formatUtc(atMs)}</time>`;
