import {
  errorKinds,
  NeuVectorError,
  parseJson,
  type ErrorKind,
  type LoginBackoff,
} from "@fedjoin/provider/internal/neuvector";
import * as z from "zod";
import type { Verifier } from "./account";

/** A back-off, and which secret of its account was refused. */
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

/** Parses the back-offs of a file, the oldest first; none if the text is not ours. */
export function parseBackoffFile(text: string): readonly StoredBackoff[] {
  const { data } = file.safeParse(parseJson(text));
  return (data?.holds ?? []).map(({ salt, hash, ...backoff }) => ({
    verifier: { salt, hash },
    backoff: toBackoff(backoff),
  }));
}

export function formatBackoffFile(backoffs: readonly StoredBackoff[]): string {
  return JSON.stringify({ holds: backoffs.map(({ verifier, backoff }) => ({ ...verifier, ...toPlain(backoff) })) });
}

/** Parses a single back-off, as earlier versions wrote it. */
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
