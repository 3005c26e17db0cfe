import type { JoinHarness } from "./joinHarness";

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** The settings of an exporter that watches its membership. */
export const watch = { JOIN_MODE: "watch" };

/** What the world of a join calls its requests. */
export const join = "POST m.example /v1/fed/join";
export const memberRead = "GET site /v1/fed/member";
export const events = "GET site /v1/log/event";

/** How often a request was sent. */
export const count = (world: JoinHarness, what: string): number =>
  world.sent.filter((each) => each.what === what).length;

/** When a request was sent. */
export const timesOf = (world: JoinHarness, what: string): number[] =>
  world.sent.filter((each) => each.what === what).map(({ atMs }) => atMs);
