import type { Narrator } from "./narrator";
import { introduce, nextCommands, type Story } from "./story";

export interface DemoOptions {
  readonly narrator: Narrator;
  /** Leave everything running in the end, until the signal. */
  readonly keep: boolean;
  readonly signal: AbortSignal;
}

type Step<S extends Story> = (story: S) => Promise<void>;

/** What differs between the demos. */
export interface Demo<S extends Story> {
  /** The title of the first chapter. */
  readonly title: string;
  /** What is simulated, and what is real. */
  readonly parts: string;
  /** Starts the world of the story. A failed start stops what it started. */
  readonly start: (options: DemoOptions) => Promise<{ readonly story: S; readonly stop: () => Promise<void> }>;
  readonly steps: readonly Step<S>[];
  /** Further steps, unless everything is to be left running. */
  readonly ending: readonly Step<S>[];
  readonly keepRunning: Step<S>;
  /** Commands to run next, with their purpose. */
  readonly next: Readonly<Record<string, string>>;
}

/**
 * Tells a demo's story, and stops everything it started, even on failure.
 * @throws Error at the first step without the expected result.
 */
export async function tellDemo<S extends Story>(demo: Demo<S>, options: DemoOptions): Promise<void> {
  const { narrator, keep, signal } = options;
  narrator.chapter(demo.title);
  narrator.say(demo.parts);
  const { story, stop } = await demo.start(options);
  try {
    introduce(story);
    for (const step of [...demo.steps, ...(keep ? [demo.keepRunning] : demo.ending)]) {
      signal.throwIfAborted();
      await step(story);
    }
    if (keep) return;
    narrator.chapter("Every step had the expected result");
    nextCommands(narrator, demo.next);
  } finally {
    await stop();
  }
}
