import { pause } from "./context";
import { Refusal } from "./errors";
import type { Fault } from "./faults";
import type { ControllerResponse, Delivery, Outcome } from "./message";
import type { Clock } from "./ports";

interface FaultContext {
  readonly clock: Clock;
  /** The request's path with its query. */
  readonly path: string;
  readonly handle: () => Promise<Outcome>;
}

/** Carries a request out as far as the mishap lets it, and answers what the mishap leaves of the answer. */
export async function applyFault(mishap: Fault, { clock, path, handle }: FaultContext): Promise<Outcome> {
  switch (mishap.what) {
    case "reset-before-effect":
      return "drop";
    case "reset-after-effect":
      await handle();
      return "drop";
    case "delay":
      return mishap.when === "after" ? pauseAfter(clock, mishap.ms, handle) : pauseBefore(clock, mishap.ms, handle);
    case "status":
    case "garbage":
    case "redirect":
      if (mishap.effect) await handle();
      return substitute(mishap, path);
    case "truncated":
      return deliver(await handle(), { how: "truncated" });
    case "oversized":
      return pad(await handle(), mishap.bytes);
    case "slow":
      return deliver(await handle(), { how: "slow", bytes: mishap.bytes, everyMs: mishap.everyMs });
  }
}

async function pauseBefore(clock: Clock, ms: number, carryOut: FaultContext["handle"]): Promise<Outcome> {
  await pause(clock, ms);
  return carryOut();
}

async function pauseAfter(clock: Clock, ms: number, carryOut: FaultContext["handle"]): Promise<Outcome> {
  const outcome = await carryOut();
  await pause(clock, ms);
  return outcome;
}

const page = "<html><body><h1>Welcome</h1></body></html>\n";

function substitute(
  mishap: Extract<Fault, { what: "status" | "garbage" | "redirect" }>,
  path: string,
): ControllerResponse {
  switch (mishap.what) {
    case "status":
      return statusAnswer(mishap);
    case "garbage":
      return {
        status: 200,
        headers: { "Content-Type": mishap.contentType ?? "text/html; charset=utf-8" },
        body: mishap.body ?? page,
      };
    case "redirect":
      return { status: mishap.status ?? 302, headers: { Location: mishap.to + path }, body: "" };
  }
}

function statusAnswer(mishap: Extract<Fault, { what: "status" }>): ControllerResponse {
  const { status, code, message, body = "", headers = {} } = mishap;
  if (code === undefined) return { status, headers, body };
  return {
    status,
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(new Refusal(status, code, message).body),
  };
}

function deliver(outcome: Outcome, delivery: Delivery): Outcome {
  return outcome === "drop" ? "drop" : { ...outcome, delivery };
}

function pad(outcome: Outcome, bytes: number): Outcome {
  if (outcome === "drop") return "drop";
  const body = outcome.body || "{}";
  return { ...outcome, body: body + " ".repeat(Math.max(0, bytes - Buffer.byteLength(body))) };
}
