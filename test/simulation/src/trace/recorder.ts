import type { EventBody, WorldEvent } from "./events";

/** Keeps what happens in one run, in order. */
export interface Recorder {
  readonly events: readonly WorldEvent[];
  readonly record: (event: EventBody) => void;
}

export function createRecorder(now: () => number, onEvent: (event: WorldEvent) => void): Recorder {
  const events: WorldEvent[] = [];
  return {
    events,
    record(body) {
      const event: WorldEvent = { ...body, atMs: now() };
      events.push(event);
      onEvent(event);
    },
  };
}
