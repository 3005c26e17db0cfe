import type { VirtualClock, VirtualReply, SeededRandom } from "@fedjoin/simulator";
import type { Fault, WorldAct } from "../faults/fault";
import type { FaultSchedule } from "../faults/schedule";
import type { Message } from "../trace/events";
import type { Recorder } from "../trace/recorder";

/** What the sender of a message gets. */
export type Reply = VirtualReply | "oversized";

/** The process that sends a message. */
export interface Sender {
  readonly crash: () => void;
  /** Ends its provider alone. */
  readonly crashProvider: () => void;
  readonly interrupt: () => void;
}

/** Carries messages: takes time, records, and lets the planned faults happen. */
export interface Wire {
  /** Never resolves if no response arrives. */
  transfer(message: Message, deliver: () => Promise<VirtualReply>, sender?: Sender): Promise<Reply>;
  /** The sender waits no longer; what arrives later is nobody's. */
  abandon(message: Message, how: "timeout" | "cancelled"): void;
}

export interface WireDeps {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly recorder: Recorder;
  readonly schedule: FaultSchedule;
  /** The longest way of a message in one direction. */
  readonly latencyMs: number;
  readonly perform: (act: WorldAct, message: Message, sender: Sender | undefined) => void;
}

export function createWire({ clock, random, recorder, schedule, latencyMs, perform }: WireDeps): Wire {
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      clock.after(ms, resolve);
    });
  const travel = (): Promise<void> => pause(1 + random.below(latencyMs));
  const never = (): Promise<never> => new Promise(() => undefined);

  const carryOut = (message: Message, deliver: () => Promise<VirtualReply>): Promise<VirtualReply> => {
    recorder.record({ type: "arrival", message });
    return deliver();
  };
  const abandoned = new WeakSet<Message>();
  const lose = (message: Message, how: Exclude<VirtualReply, object>): Reply => {
    if (!abandoned.has(message)) recorder.record({ type: "loss", message, how });
    return how;
  };
  const finish = async (message: Message, reply: VirtualReply): Promise<Reply> => {
    await travel();
    if (typeof reply === "string") return lose(message, reply);
    if (!abandoned.has(message)) recorder.record({ type: "response", message, response: reply });
    return reply;
  };

  const applyFault = async (
    fault: Fault,
    message: Message,
    deliver: () => Promise<VirtualReply>,
    sender: Sender | undefined,
  ): Promise<Reply> => {
    switch (fault.is) {
      case "loss":
        await travel();
        if (fault.effect) await carryOut(message, deliver);
        if (fault.sees === "silence") return never();
        await travel();
        return lose(
          message,
          fault.sees === "refused" ? "refused" : fault.sees === "truncated" ? "unexpected EOF" : "EOF",
        );
      case "delay": {
        await (fault.when === "before" ? pause(fault.ms) : travel());
        const reply = await carryOut(message, deliver);
        if (fault.when === "after") await pause(fault.ms);
        return finish(message, reply);
      }
      case "duplicate": {
        await travel();
        const reply = carryOut(message, deliver);
        clock.after(fault.ms, () => void carryOut(message, deliver));
        return finish(message, await reply);
      }
      case "response": {
        await travel();
        if (fault.effect) await carryOut(message, deliver);
        return finish(message, substitute(fault));
      }
      case "oversized":
        await travel();
        await carryOut(message, deliver);
        await travel();
        lose(message, "unexpected EOF");
        return "oversized";
      case "crash": {
        if (fault.when !== "answered") sender?.crash();
        if (fault.when === "before") return never();
        await travel();
        const reply = await finish(message, await carryOut(message, deliver));
        sender?.crash();
        return reply;
      }
      case "provider_crash":
        sender?.crashProvider();
        break;
      case "interrupt":
        sender?.interrupt();
        break;
      case "act":
        perform(fault.act, message, sender);
        break;
    }
    await travel();
    return finish(message, await carryOut(message, deliver));
  };

  return {
    abandon(message, how) {
      recorder.record({ type: "loss", message, how });
      abandoned.add(message);
    },
    async transfer(message, deliver, sender) {
      recorder.record({ type: "request", message });
      const planned = schedule.take(message);
      if (planned !== undefined) {
        recorder.record({ type: "fault", step: message.step, kind: planned.kind });
        return applyFault(planned.fault, message, deliver, sender);
      }
      await travel();
      return finish(message, await carryOut(message, deliver));
    },
  };
}

function substitute({
  status,
  code,
  message,
  body,
}: Extract<Fault, { is: "response" }>): Exclude<VirtualReply, string> {
  const isRedirect = status >= 300 && status < 400;
  const headers: Record<string, string> = isRedirect ? { location: "https://elsewhere.test/" } : {};
  if (code === undefined) return { status, headers, body: body ?? "" };
  const text = message ?? "refused by a planned fault";
  return { status, headers, body: JSON.stringify({ code, error: text, message: text }) };
}
