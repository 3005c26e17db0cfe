import { errorKinds, NeuVectorError, parseJson, type ErrorKind } from "@fedjoin/provider/neuvector";
import { z } from "zod";
import type { Verifier } from "./account";
import type { LoginBackoff } from "./loginBackoff";

/** A hold, and which secret of its account was refused. */
export interface StoredBackoff {
  readonly verifier: Verifier;
  readonly backoff: LoginBackoff;
}

const backoffSchema = z.object({
  untilMs: z.number().nullable(),
  refusals: z.number(),
  reload: z.enum(["asked", "tried"]).optional(),
  kind: z.enum(Object.keys(errorKinds) as [ErrorKind, ...ErrorKind[]]),
  summary: z.string(),
});

const file = z.object({
  holds: z.array(z.object({ salt: z.base64().min(1), hash: z.base64().min(1), ...backoffSchema.shape })),
});

/** The holds of a file, the oldest first; none when the text is not ours. */
export function parseBackoffFile(text: string): readonly StoredBackoff[] {
  const { data } = file.safeParse(parseJson(text));
  return (data?.holds ?? []).map(({ salt, hash, ...backoff }) => ({
    verifier: { salt, hash },
    backoff: toBackoff(backoff),
  }));
}

export function formatBackoffFile(holds: readonly StoredBackoff[]): string {
  return JSON.stringify({ holds: holds.map(({ verifier, backoff }) => ({ ...verifier, ...toPlain(backoff) })) });
}

/** A hold alone, as earlier versions wrote it. */
export function parseLegacyBackoff(text: string): LoginBackoff | undefined {
  const { data } = backoffSchema.safeParse(parseJson(text));
  return data && toBackoff(data);
}

function toBackoff({ untilMs, kind, summary, ...more }: z.output<typeof backoffSchema>): LoginBackoff {
  return { ...more, untilMs: untilMs ?? Infinity, cause: new NeuVectorError(kind, summary) };
}

function toPlain({ untilMs, cause: { kind, summary }, ...more }: LoginBackoff): z.input<typeof backoffSchema> {
  return { ...more, untilMs: Number.isFinite(untilMs) ? untilMs : null, kind, summary };
}
