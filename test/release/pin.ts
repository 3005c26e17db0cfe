import { lookUp, type Sources } from "./lookUp";
import { findReferences, pinReferences, type Reference } from "./references";

export interface Pinned {
  /** The text with every content that could be looked up. */
  readonly text: string;
  /** What could not be looked up, with the reason, a line each. */
  readonly failures: readonly string[];
}

/** Names the content of each reference of a text that has only a version. */
export async function pin(text: string, sources: Sources): Promise<Pinned> {
  const contents = new Map<Reference, string>();
  const failures: string[] = [];
  for (const reference of findReferences(text).filter(({ content }) => content === undefined)) {
    try {
      contents.set(reference, await lookUp(reference, sources));
    } catch (error) {
      failures.push(`${reference.text}: ${reasonOf(error)}`);
    }
  }
  return { text: pinReferences(text, contents), failures };
}

/** `fetch` says only "fetch failed", and why in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
