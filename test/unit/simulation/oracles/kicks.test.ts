import { expect, test } from "vitest";
import { createKicksOracle } from "../../../simulation/src/oracles/kicks";
import type { WorldEvent } from "../../../simulation/src/trace/events";
import { message, standalone, living } from "./events";

const from = "exporter-s1.test#1";
const events = { ...message("GET", "s1.test", "/v1/log/event"), from };
const join = { ...message("POST", "s1.test", "/v1/fed/join", { name: "u1" }), from };
const response = { status: 200, body: "{}" };

/** An exporter reads the events of its site at 3 s, and joins at 4 s; the master removes the site at `kickMs`. */
function joinAfterKick(kickMs: number, between?: WorldEvent): (string | undefined)[] {
  const oracle = createKicksOracle();
  const see = (event: WorldEvent): string | undefined => oracle.see?.(event, () => living);
  see({ type: "start", atMs: 0, process: from, command: "", site: "s1.test" });
  const kick = (): void => {
    see({ type: "act", atMs: kickMs, what: "kick", host: "s1.test", phase: "begin" });
    oracle.observe?.(standalone, kickMs);
  };
  if (kickMs < 3) kick();
  if (between !== undefined) see(between);
  see({ type: "request", atMs: 3, message: events });
  if (kickMs >= 3) kick();
  see({ type: "response", atMs: 3, message: events, response });
  return [see({ type: "request", atMs: 4, message: join })];
}

test("an exporter that read of a kick does not join", () => {
  expect(joinAfterKick(1)).toEqual([`${from} joins s1.test again, which its master removed`]);
});

test.each([
  ["was removed after the events were asked for", 3, undefined],
  [
    "was made to leave since",
    1,
    { type: "arrival", atMs: 2, message: message("POST", "s1.test", "/v1/fed/leave") } as const,
  ],
  [
    "was installed again since",
    1,
    { type: "act", atMs: 2, what: "reinstall", host: "s1.test", phase: "begin" } as const,
  ],
])("a site that %s may join", (_, kickMs, between) => {
  expect(joinAfterKick(kickMs, between)).toEqual([undefined]);
});
