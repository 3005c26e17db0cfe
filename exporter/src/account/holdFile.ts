import { errorKinds, NeuVectorError, parseJson, type ErrorKind } from "@fedjoin/provider";
import { z } from "zod";
import type { Verifier } from "./account";
import type { LoginHold } from "./loginHold";

/** A hold, and which secret of its account was refused. */
export interface StoredHold {
  readonly verifier: Verifier;
  readonly hold: LoginHold;
}

const written = z.object({
  untilMs: z.number().nullable(),
  refusals: z.number(),
  reload: z.enum(["asked", "tried"]).optional(),
  kind: z.enum(Object.keys(errorKinds) as [ErrorKind, ...ErrorKind[]]),
  summary: z.string(),
});

const file = z.object({
  holds: z.array(z.object({ salt: z.base64().min(1), hash: z.base64().min(1), ...written.shape })),
});

/** The holds of a file, the oldest first; none when the text is not ours. */
export function parseHoldFile(text: string): readonly StoredHold[] {
  const { data } = file.safeParse(parseJson(text));
  return (data?.holds ?? []).map(({ salt, hash, ...hold }) => ({ verifier: { salt, hash }, hold: holdOf(hold) }));
}

export function writeHoldFile(holds: readonly StoredHold[]): string {
  return JSON.stringify({ holds: holds.map(({ verifier, hold }) => ({ ...verifier, ...plainOf(hold) })) });
}

/** A hold alone, as earlier versions wrote it. */
export function parseHold(text: string): LoginHold | undefined {
  const { data } = written.safeParse(parseJson(text));
  return data && holdOf(data);
}

function holdOf({ untilMs, kind, summary, ...more }: z.output<typeof written>): LoginHold {
  return { ...more, untilMs: untilMs ?? Infinity, verdict: new NeuVectorError(kind, summary) };
}

function plainOf({ untilMs, verdict: { kind, summary }, ...more }: LoginHold): z.input<typeof written> {
  return { ...more, untilMs: Number.isFinite(untilMs) ? untilMs : null, kind, summary };
}
