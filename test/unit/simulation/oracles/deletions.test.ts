import { describe, expect, test } from "vitest";
import { createDeletionsOracle } from "../../../simulation/src/oracles/deletions";
import type { ProviderCall, WorldEvent } from "../../../simulation/src/trace/events";
import type { View } from "../../../simulation/src/trace/view";
import { call, checkpoint, living, props, standalone } from "./events";

const process = "a#1";
type Ending = Extract<WorldEvent, { type: "result" }>["result"];
const done: Ending = { is: "done", id: undefined, outputs: undefined };
const failed: Ending = { is: "failed", error: "no", isPartial: false };

/** What the oracle says at the end of a command with one call. */
function verdict(one: ProviderCall, result: Ending, view: View, ...between: WorldEvent[]): string | undefined {
  const oracle = createDeletionsOracle();
  const see = (event: WorldEvent): string | undefined => oracle.see?.(event, () => view);
  see({ type: "start", atMs: 1, process, command: "pulumi up" });
  for (const event of between) see(event);
  oracle.observe?.(view, 2);
  see({ type: "result", atMs: 2, process, call: one, result });
  return see({ type: "end", atMs: 3, process, how: "succeeded", problems: [] });
}

describe("what left the state is gone", () => {
  test("a deleted membership is not listed any more", () => {
    expect(verdict(call("delete"), done, living)).toContain("still listed");
    expect(verdict(call("delete"), done, standalone)).toBeUndefined();
    expect(verdict(call("delete"), failed, living)).toBeUndefined();
  });

  test("it may be if another resource of the state owns it, if the leave was forced, and after a kick", () => {
    const text = "u1-aaaaaa is not ended: u2 owns the membership of this site now";
    const handedOver: WorldEvent = { type: "log", atMs: 2, process, level: "warn", text };
    const state = (...outputs: (typeof props)[]): WorldEvent => ({ ...checkpoint(...outputs), atMs: 2 });
    expect(verdict(call("delete"), done, living, handedOver, state({ ...props }))).toBeUndefined();
    expect(verdict(call("delete"), done, living, handedOver, state())).toContain("is nobody's");
    expect(verdict(call("delete", { olds: { ...props, forceLeave: true } }), done, living)).toBeUndefined();
    expect(
      verdict(call("delete"), done, living, { type: "act", atMs: 2, what: "kick", host: "s1.test", phase: "begin" }),
    ).toBeUndefined();
  });

  test("a failed create that left nothing in the state left no membership either", () => {
    expect(verdict(call("create"), failed, living)).toContain("its state lacks the membership u1-aaaaaa");
    expect(verdict(call("create"), { ...failed, isPartial: true }, living)).toBeUndefined();
    expect(verdict(call("create"), failed, standalone)).toBeUndefined();
  });
});
